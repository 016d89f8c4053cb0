import type { DiagnosticLog } from '../diagnostic.js';
import type { ModelElement } from '../model-element.js';

/** The names in a list with commas between; undefined where there are none. */
export function namesIn(list: string | undefined): readonly string[] | undefined {
  const names = (list ?? '').split(',').map((name) => name.trim());
  return names.some((name) => name !== '') ? names.filter((name) => name !== '') : undefined;
}

/** A variable that is written is a change, whether it was there before or not: the two cannot be told apart. */
export function checkVariableEvents(
  events: string,
  what: string,
  definition: ModelElement,
  log: DiagnosticLog,
): void {
  const found = namesIn(events.toLowerCase());
  if (found === undefined || (found.includes('create') && found.includes('update'))) return;
  const message = `Expected ${what} to name create and update, as a condition is evaluated again after either, but found "${events.slice(0, 60)}".`;
  log.report('unsupported-extension', definition, message);
}
