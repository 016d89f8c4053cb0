import { isFeel, isJuel, readPlainValue } from '../expressions.js';
import { attribute, child, describe } from '../model-element.js';
import type { EventDefinitionReader } from './event-definition-reader.js';

/**
 * Escalation (BPMN 2.0.2 §10.5.5). Thrown it needs a code, which may be an expression; caught it may have one, which is a
 * literal, and without one it catches every escalation.
 */
export const readEscalationEvent: EventDefinitionReader = (definition, event, place, context) => {
  const escalation = child(definition, 'escalationRef');
  const escalationCode = escalation && (attribute(escalation, 'escalationCode')?.trim() || undefined);
  if (place.throws) {
    if (escalationCode !== undefined)
      return { kind: 'escalationThrow', escalationCode: readPlainValue(escalationCode, event, context.log) };
    if (!context.isUnresolved(definition, 'escalationRef')) {
      const message = `Expected ${describe(event)} to throw an escalation with an escalationCode but found none.`;
      context.log.report('missing-escalation-code', event, message);
    }
    return undefined;
  }
  if (escalationCode === undefined)
    return context.isUnresolved(definition, 'escalationRef') ? undefined : { kind: 'escalation' };
  if (isFeel(escalationCode) || isJuel(escalationCode)) {
    const message = `Expected the escalationCode that ${describe(event)} catches to be a literal but found an expression.`;
    context.log.report(
      isFeel(escalationCode) ? 'invalid-expression' : 'unsupported-expression',
      event,
      message,
    );
    return undefined;
  }
  return { kind: 'escalation', escalationCode };
};
