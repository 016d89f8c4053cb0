import type { CompiledExpression, Expression, LiteralExpression } from '../engine/process-model.js';
import type { JsonValue } from '../engine/json.js';
import type { DiagnosticLog, Place } from './diagnostic.js';
import { compileFeelExpression } from './feel/index.js';

/** The literal of that value. */
export function literal(value: JsonValue): LiteralExpression {
  return { kind: 'literal', value };
}

/** Stands where an expression was refused: the error is reported, so no process with it is ever built. */
const refusedExpression = literal(null);

/** Text that begins with `=` is FEEL; all other text is itself. */
export function readValue(text: string, place: Place, log: DiagnosticLog): Expression {
  return isFeel(text) ? readFeel(text, place, log) : literal(text);
}

/** The same for text in which Camunda 7 would evaluate `${…}`: that is refused, never taken as text. */
export function readPlainValue(text: string, place: Place, log: DiagnosticLog): Expression {
  if (isFeel(text)) return readFeel(text, place, log);
  return isJuel(text) ? refuseJuel(text, place, log) : literal(text);
}

/** Text that is FEEL with or without the `=` before it. */
export function readFeel(text: string, place: Place, log: DiagnosticLog): Expression {
  const trimmed = text.trim();
  const source = trimmed.startsWith('=') ? trimmed.slice(1) : trimmed;
  const compiled = compileFeelExpression(source);
  if (!compiled.ok) {
    const message = `Expected a FEEL expression but found ${shown(trimmed)}: ${compiled.message} (at character ${compiled.position + 1}).`;
    log.report('invalid-expression', place, message);
    return refusedExpression;
  }
  // The compiled function promises a plain JSON value; its type says no more than unknown.
  const evaluate = compiled.evaluate as CompiledExpression['evaluate'];
  return { kind: 'compiled', source: trimmed, evaluate, variables: compiled.variables };
}

/** Text whose language has to be FEEL but which has no `=`. */
export function refuseUnmarked(text: string, place: Place, log: DiagnosticLog): Expression {
  const trimmed = text.trim();
  if (isJuel(trimmed)) return refuseJuel(trimmed, place, log);
  const message = `Expected a FEEL expression after "=" but found ${shown(trimmed)}.`;
  log.report('invalid-expression', place, message);
  return refusedExpression;
}

export function refuseJuel(text: string, place: Place, log: DiagnosticLog): Expression {
  const message = `Expected a literal, or a FEEL expression after "=", but found ${shown(text)}.`;
  log.report('unsupported-expression', place, message);
  return refusedExpression;
}

export function isFeel(text: string): boolean {
  return text.trimStart().startsWith('=');
}

export function isJuel(text: string): boolean {
  return text.includes('${') || text.includes('#{');
}

/** The text of a literal; undefined for what is evaluated, or is no text. */
export function literalText(expression: Expression): string | undefined {
  return expression.kind === 'literal' && typeof expression.value === 'string' ? expression.value : undefined;
}

/** Text of the file in a message: never much of it. */
export function shown(text: string): string {
  return text.length <= 80 ? `"${text}"` : `"${text.slice(0, 80)}…"`;
}
