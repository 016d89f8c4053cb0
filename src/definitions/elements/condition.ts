import type { Expression } from '../../engine/process-model.js';
import { readMarkedExpression, refusedExpression } from '../expressions.js';
import { attribute, bodyOf, child, describe } from '../model-element.js';
import type { ModelElement } from '../model-element.js';
import type { ReadContext } from '../read-context.js';

/** The condition of a sequence flow (BPMN 2.0.2 §8.4.13). One without text, as modelers leave it on every flow, is none. */
export function readCondition(flow: ModelElement, context: ReadContext): Expression | undefined {
  const expression = child(flow, 'conditionExpression');
  if (expression === undefined || bodyOf(expression).trim() === '') return undefined;
  return readFormalExpression(expression, flow, context);
}

/** Names of the language that `${…}` is written in. */
const juelNames: ReadonlySet<string> = new Set(['juel', 'el', 'unified-expression-language']);

/**
 * An expression of BPMN itself (§8.4.7, FormalExpression): FEEL after `=`, or without it where the expression or the definitions name
 * FEEL as its language, or `${…}`. One whose `language` is another is reported.
 */
export function readFormalExpression(
  expression: ModelElement,
  element: ModelElement,
  { feelByDefault, log }: ReadContext,
): Expression {
  const text = bodyOf(expression);
  const language = attribute(expression, 'language')?.toLowerCase().trim();
  const isFeel = language === undefined ? feelByDefault : language.includes('feel');
  const isScript = language !== undefined && /^[a-z]+$/.test(language) && !isFeel && !juelNames.has(language);
  if (isScript) {
    const message = `Expected the expression of ${describe(element)} to be in FEEL, or in \${…}, but found language="${language.slice(0, 60)}".`;
    log.report('unsupported-expression', element, message);
    return refusedExpression;
  }
  return readMarkedExpression(text, isFeel, element, log);
}
