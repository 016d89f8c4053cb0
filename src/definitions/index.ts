export { diagnosticCodes } from './diagnostic-codes.js';
export type { DiagnosticCode, DiagnosticCodeEntry } from './diagnostic-codes.js';
export type { Diagnostic, ReadPurpose } from './diagnostic.js';
export { readBpmn } from './read-bpmn.js';
export type { ModelResource, ReadBpmnOptions, ReadModelResult } from './read-bpmn.js';
export type { ReadProcess } from './read-process.js';
export { nameLengthMax, xmlLimits } from './xml/xml-limits.js';
export type { XmlLimits } from './xml/xml-limits.js';
