import type { CompiledExpression, Expression, LiteralExpression } from '../engine/process-model.js';
import type { JsonValue } from '../engine/json.js';
import type { DiagnosticLog, Place } from './diagnostic.js';
import { compileFeelExpression } from './feel/index.js';
import { compileJuel } from './juel/compile-juel.js';

/** The literal of that value. */
export function literal(value: JsonValue): LiteralExpression {
  return { kind: 'literal', value };
}

/** Stands where an expression was refused: the error is reported, so no process with it is ever built. */
export const refusedExpression = literal(null);

/** Text that begins with `=` is FEEL; all other text is itself. */
export function readValue(text: string, place: Place, log: DiagnosticLog): Expression {
  return isFeel(text) ? readFeel(text, place, log) : literal(text);
}

/** The same for text in which Camunda 7 evaluates `${…}` and `#{…}`: so does this. */
export function readPlainValue(text: string, place: Place, log: DiagnosticLog): Expression {
  if (isFeel(text)) return readFeel(text, place, log);
  return isJuel(text) ? readJuel(text, place, log) : literal(text);
}

/** Text with `${…}` or `#{…}` in it. */
function readJuel(text: string, place: Place, log: DiagnosticLog): Expression {
  const trimmed = text.trim();
  const compiled = compileJuel(trimmed);
  if (compiled.ok)
    return { kind: 'compiled', source: trimmed, evaluate: compiled.evaluate, variables: compiled.variables };
  const message = `Expected an expression of variables, operators and literals in \${…} but found ${shown(trimmed)}: ${compiled.message} (at character ${compiled.position + 1}).`;
  log.report('unsupported-expression', place, message);
  return refusedExpression;
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

/**
 * An expression that BPMN's XML marks as one: FEEL after `=`, `${…}`, or, where `language` or the file says so, FEEL as it stands.
 * Text that is none of these is refused.
 */
export function readMarkedExpression(
  text: string,
  feelByDefault: boolean,
  place: Place,
  log: DiagnosticLog,
): Expression {
  if (isFeel(text) || feelByDefault) return readFeel(text, place, log);
  if (isJuel(text)) return readJuel(text, place, log);
  const message = `Expected an expression in \${…}, or in FEEL after "=" but found ${shown(text.trim())}.`;
  log.report('invalid-expression', place, message);
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
