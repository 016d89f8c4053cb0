/**
 * Whether the id of an element of that type (`bpmn:Documentation`, or `bpmn:documentation` as the file has it) says nothing: no
 * element that is executed refers to the drawing, to documentation or to an event definition.
 */
export function isNamedForNothing(type: string): boolean {
  return !/^(bpmn|dmn):/.test(type) || /^bpmn:([dD]ocumentation|\w+EventDefinition)$/.test(type);
}
