import type { Expression } from '../../engine/process-model.js';
import { isFeel, readFeel, refuseUnmarked } from '../expressions.js';
import { attribute, bodyOf, child } from '../model-element.js';
import type { ModelElement } from '../model-element.js';
import type { ReadContext } from '../read-context.js';

/**
 * The condition of a sequence flow (BPMN 2.0.2 §8.4.13), which is FEEL: after `=`, or without it where the expression or the
 * definitions name FEEL as its language.
 */
export function readCondition(flow: ModelElement, context: ReadContext): Expression | undefined {
  const expression = child(flow, 'conditionExpression');
  if (expression === undefined) return undefined;
  const text = bodyOf(expression);
  const language = attribute(expression, 'language')?.toLowerCase();
  const feel = language === undefined ? context.feelByDefault : language.includes('feel');
  return isFeel(text) || feel ? readFeel(text, flow, context.log) : refuseUnmarked(text, flow, context.log);
}
