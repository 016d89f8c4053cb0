import { schemaBoolean } from './xml/schema-values.js';

/** A handler of moddle-xml for elements of a modeling language, as far as it is changed here. */
interface ElementHandler {
  readonly type: {
    readonly $descriptor: {
      readonly propertiesByName: Readonly<Record<string, { readonly type: string } | undefined>>;
    };
  };
  handler(type: string): unknown;
  valueHandler(property: unknown, element: unknown): object;
  createElement(node: XmlNode): unknown;
}

interface XmlNode {
  readonly attributes: Readonly<Record<string, string>>;
}

/** Changes how a handler, and every one that it makes for what is inside, reads text and attributes. */
export function adaptHandlers(handler: unknown): void {
  if (!isElementHandler(handler)) return;
  const { handler: inner } = handler;
  handler.handler = (type) => {
    const made = inner.call(handler, type);
    adaptHandlers(made);
    return made;
  };
  passOverMarkup(handler);
  takeSchemaBooleans(handler);
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
function passOverMarkup(handler: ElementHandler): void {
  const { valueHandler } = handler;
  handler.valueHandler = (property, element) =>
    Object.assign(valueHandler.call(handler, property, element), { handleNode: () => passedOver });
}

/** Takes `1` for true: moddle knows `true` alone of the forms of an `xsd:boolean`. The guard has refused what is none. */
function takeSchemaBooleans(handler: ElementHandler): void {
  const { createElement, type } = handler;
  handler.createElement = (node) => {
    const attributes = Object.entries(node.attributes).map(([name, text]) => {
      const isBoolean = type.$descriptor.propertiesByName[name]?.type === 'Boolean';
      return [name, isBoolean ? (schemaBoolean(text) ?? text) : text] as const;
    });
    return createElement.call(handler, { ...node, attributes: Object.fromEntries(attributes) });
  };
}

function isElementHandler(value: unknown): value is ElementHandler {
  return typeof value === 'object' && value !== null && 'valueHandler' in value && 'createElement' in value;
}
