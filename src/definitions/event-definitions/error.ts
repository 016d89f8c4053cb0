import { isFeel, isJuel, readPlainValue } from '../expressions.js';
import { attribute, child, describe } from '../model-element.js';
import type { EventDefinitionReader } from './event-definition-reader.js';

/**
 * Error (BPMN 2.0.2 §10.5.5). Thrown it needs a code, which may be an expression; caught it may have one, which is a literal,
 * and without one it catches every error.
 */
export const readErrorEvent: EventDefinitionReader = (definition, event, place, context) => {
  const error = child(definition, 'errorRef');
  const errorCode = error && (attribute(error, 'errorCode')?.trim() || undefined);
  if (place.throws) {
    if (errorCode !== undefined)
      return { kind: 'errorThrow', errorCode: readPlainValue(errorCode, event, context.log) };
    if (!context.isUnresolved(definition, 'errorRef')) {
      const message = `Expected ${describe(event)} to throw an error with an errorCode but found none.`;
      context.log.report('missing-error-code', event, message);
    }
    return undefined;
  }
  if (errorCode === undefined)
    return context.isUnresolved(definition, 'errorRef') ? undefined : { kind: 'error' };
  if (isFeel(errorCode) || isJuel(errorCode)) {
    const message = `Expected the errorCode that ${describe(event)} catches to be a literal but found an expression.`;
    context.log.report(isFeel(errorCode) ? 'invalid-expression' : 'unsupported-expression', event, message);
    return undefined;
  }
  return { kind: 'error', errorCode };
};
