import type { Expression } from '../../engine/process-model.js';
import type { DiagnosticLog } from '../diagnostic.js';
import { describe } from '../model-element.js';
import type { ModelElement } from '../model-element.js';

/** What starts an instance is evaluated before there is one: an expression there can read no variables. */
export function refuseVariables(
  expression: Expression,
  what: string,
  event: ModelElement,
  log: DiagnosticLog,
): void {
  if (expression.kind === 'literal' || expression.variables.length === 0) return;
  const names = expression.variables.slice(0, 5).join(', ');
  const message = `Expected ${what} of ${describe(event)} to read no variables, as there are none before the start, but found ${names}.`;
  log.report('invalid-expression', event, message);
}
