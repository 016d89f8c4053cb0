import type { ImportWarning } from 'bpmn-moddle';
import type { DiagnosticCode } from './diagnostic-codes.js';
import type { DiagnosticLog, Place } from './diagnostic.js';
import { bpmnTypes } from './elements/bpmn-types.js';
import type { ImportedLanguage } from './import-model.js';
import { describe, flag, isModelElement } from './model-element.js';
import type { ModelElement } from './model-element.js';
import { repeatedId } from './reader-context.js';

/** Says in our own words, with place and code, what moddle could not take. */
export function reportImportWarning(
  warning: ImportWarning,
  log: DiagnosticLog,
  language: ImportedLanguage,
): void {
  const element = isModelElement(warning.element) ? warning.element : undefined;
  if (element !== undefined && warning.property !== undefined) {
    reportAttribute(element, warning.property, warning, log, language);
  } else {
    reportContent(warning, log, language);
  }
}

/** References at types of data and at interfaces: nothing of either is executed. */
const dataReferences: ReadonlySet<string> = new Set([
  'categoryValueRef',
  'definition',
  'definitionalCollaborationRef',
  'evaluatesToTypeRef',
  'itemRef',
  'itemSubjectRef',
  'operationRef',
  'partitionElementRef',
  'structureRef',
  'supportedInterfaceRefs',
  'supports',
]);

/** Whether execution is the same without what moddle could not take: it stands where nothing is executed. */
export function isHarmless(
  { element, property, message }: ImportWarning,
  language: ImportedLanguage,
): boolean {
  if (!isModelElement(element) || property === undefined || !message.startsWith('unresolved reference'))
    return false;
  return isDrawing(element, language) || dataReferences.has(localName(property)) || isReadOver(element);
}

/** Inside of what is not looked at. An association is: it leads to the handler of a compensation. */
function isReadOver(element: ModelElement): boolean {
  if (element.$type === 'bpmn:Association') return isReadOver(element.$parent ?? element);
  for (let at: ModelElement | undefined = element; at !== undefined; at = at.$parent) {
    const { treatment } = bpmnTypes[at.$type] ?? {};
    if (treatment === 'read-over' || treatment === 'not-considered') return true;
    if (at.$type === 'bpmn:Process' && !flag(at, 'isExecutable')) return true;
  }
  return false;
}

function localName(name: string): string {
  return name.slice(name.indexOf(':') + 1);
}

function reportAttribute(
  element: ModelElement,
  property: string,
  warning: ImportWarning,
  log: DiagnosticLog,
  language: ImportedLanguage,
): void {
  const name = localName(property);
  const value = (warning.value ?? '').slice(0, 60) || 'nothing';
  if (warning.message.startsWith('unresolved reference')) {
    const message = `Expected ${name} of ${describe(element)} to be the id of an element but found ${value}, which no element has.`;
    log.report(referenceCode(element, warning, language), element, message);
  } else {
    const message = `Expected an attribute of ${describe(element)} that ${language.name} knows but found ${property.slice(0, 60)}="${value}".`;
    log.report(isDrawing(element, language) ? 'diagram-reference' : 'unknown-attribute', element, message);
  }
}

function referenceCode(
  element: ModelElement,
  warning: ImportWarning,
  language: ImportedLanguage,
): DiagnosticCode {
  if (isDrawing(element, language)) return 'diagram-reference';
  return isHarmless(warning, language) ? 'unused-reference' : 'unresolved-reference';
}

/** Elements of diagram interchange and colours say nothing about execution. */
function isDrawing(element: ModelElement, { prefix }: ImportedLanguage): boolean {
  return !element.$type.startsWith(`${prefix}:`);
}

/** What is wrong with content, by how moddle-xml words it. */
const contentFaults: readonly (readonly [
  pattern: RegExp,
  code: DiagnosticCode,
  message: (language: string) => string,
])[] = [
  [
    /unknown type <(bpmndi|dmndi|di|dc):/,
    'diagram-reference',
    (language) => `Expected an element that the drawing of ${language} has at this place`,
  ],
  [/unexpected body text/, 'unreadable-content', () => 'Expected only elements here but found text.'],
  [/expected no sub nodes/, 'unreadable-content', () => 'Expected an id but found an element.'],
  [
    /unrecognized element|unknown type/,
    'unknown-element',
    (language) => `Expected an element that ${language} has at this place`,
  ],
];

function reportContent(warning: ImportWarning, log: DiagnosticLog, language: ImportedLanguage): void {
  const nested = warning.error?.message ?? warning.message;
  // The guard has reported these with the lines of both elements.
  if (nested.startsWith(repeatedId)) return;
  const place = placeIn(warning.message);
  const found = /unparsable content (<[^>\s]{1,80}>)/.exec(warning.message)?.[1];
  for (const [pattern, code, messageIn] of contentFaults) {
    if (!pattern.test(nested)) continue;
    const message = messageIn(language.name);
    log.report(
      code,
      place,
      message.endsWith('.') ? message : `${message} but found ${found ?? 'something else'}.`,
    );
    return;
  }
  log.report('unreadable-content', place, `Expected ${language.name} but found: ${nested.slice(0, 200)}`);
}

/** moddle-xml counts lines from 0. */
function placeIn(message: string): Place {
  const line = /\n\tline: (\d+)\n/.exec(message)?.[1];
  return line === undefined ? {} : { line: Number(line) + 1 };
}
