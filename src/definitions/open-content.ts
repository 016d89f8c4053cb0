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
