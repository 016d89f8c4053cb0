/**
 * Adds to bpmn-moddle's description of BPMN what the schema has beyond it (BPMN20.xsd): elements of any namespace in the mixed
 * content of tDocumentation, documentation in tExtension, the script of a global script task as an element.
 */
export const openContent = {
  name: 'Open content',
  prefix: 'open',
  uri: 'urn:throughline:open-content',
  types: [
    {
      name: 'Documentation',
      extends: ['bpmn:Documentation'],
      properties: [{ name: 'content', type: 'Element', isMany: true }],
    },
    {
      name: 'Extension',
      extends: ['bpmn:Extension'],
      properties: [{ name: 'bpmn:documentation', type: 'bpmn:Documentation', isMany: true }],
    },
    {
      name: 'GlobalScriptTask',
      extends: ['bpmn:GlobalScriptTask'],
      properties: [{ name: 'bpmn:script', type: 'String', redefines: 'bpmn:GlobalScriptTask#script' }],
    },
  ],
};

/** A handler of moddle-xml, as far as it is changed here. */
interface ElementHandler {
  handler(type: string): ElementHandler;
  valueHandler(property: unknown, element: unknown): object;
}

const passedOver = {
  handleNode: () => passedOver,
  handleText: () => undefined,
  handleEnd: () => undefined,
};

/**
 * Lets elements stand where bpmn-moddle expects plain text (tText and tScript are mixed in the schema), by which its reader would be
 * thrown off: only the text around them is read. In a script the guard refuses them.
 */
export function passOverMarkup(handler: unknown): void {
  if (!isElementHandler(handler)) return;
  const { handler: inner, valueHandler } = handler;
  handler.handler = (type) => {
    const made = inner.call(handler, type);
    passOverMarkup(made);
    return made;
  };
  handler.valueHandler = (property, element) =>
    Object.assign(valueHandler.call(handler, property, element), { handleNode: () => passedOver });
}

function isElementHandler(value: unknown): value is ElementHandler {
  return typeof value === 'object' && value !== null && 'valueHandler' in value && 'handler' in value;
}
