import type { ImportWarning } from 'bpmn-moddle';
import type { DiagnosticCode } from './diagnostic-codes.js';
import type { DiagnosticLog, Place } from './diagnostic.js';
import { describe, isModelElement } from './model-element.js';
import type { ModelElement } from './model-element.js';

/** Says in our own words, with place and code, what bpmn-moddle could not take. */
export function reportImportWarning(warning: ImportWarning, log: DiagnosticLog): void {
  const element = isModelElement(warning.element) ? warning.element : undefined;
  if (element !== undefined && warning.property !== undefined) {
    reportAttribute(element, warning.property, warning, log);
  } else {
    reportContent(warning, log);
  }
}

function reportAttribute(
  element: ModelElement,
  property: string,
  warning: ImportWarning,
  log: DiagnosticLog,
): void {
  const name = property.slice(property.indexOf(':') + 1);
  const value = (warning.value ?? '').slice(0, 60) || 'nothing';
  if (warning.message.startsWith('unresolved reference')) {
    const message = `Expected ${name} of ${describe(element)} to be the id of an element but found ${value}, which no element has.`;
    log.report(isDrawing(element) ? 'diagram-reference' : 'unresolved-reference', element, message);
  } else {
    const message = `Expected an attribute of ${describe(element)} that BPMN 2.0 knows but found ${property}="${value}".`;
    log.report(isDrawing(element) ? 'diagram-reference' : 'unknown-attribute', element, message);
  }
}

/** Elements of diagram interchange and colours say nothing about execution. */
function isDrawing(element: ModelElement): boolean {
  return !element.$type.startsWith('bpmn:');
}

/** What is wrong with content, by how moddle-xml words it. */
const contentFaults: readonly (readonly [pattern: RegExp, code: DiagnosticCode, message: string])[] = [
  [/unexpected body text/, 'unreadable-content', 'Expected only elements here but found text.'],
  [/expected no sub nodes/, 'unreadable-content', 'Expected an id but found an element.'],
  [
    /unrecognized element|unknown type/,
    'unknown-element',
    'Expected an element that BPMN 2.0 has at this place',
  ],
];

function reportContent(warning: ImportWarning, log: DiagnosticLog): void {
  const nested = warning.error?.message ?? warning.message;
  // The guard has reported these with the lines of both elements, and these with what an id may be.
  if (/^(duplicate ID|illegal ID) /.test(nested)) return;
  const place = placeIn(warning.message);
  const found = /unparsable content (<[^>\s]{1,80}>)/.exec(warning.message)?.[1];
  for (const [pattern, code, message] of contentFaults) {
    if (!pattern.test(nested)) continue;
    log.report(
      code,
      place,
      message.endsWith('.') ? message : `${message} but found ${found ?? 'something else'}.`,
    );
    return;
  }
  log.report('unreadable-content', place, `Expected BPMN 2.0 but found: ${nested.slice(0, 200)}`);
}

/** moddle-xml counts lines from 0. */
function placeIn(message: string): Place {
  const line = /\n\tline: (\d+)\n/.exec(message)?.[1];
  return line === undefined ? {} : { line: Number(line) + 1 };
}
