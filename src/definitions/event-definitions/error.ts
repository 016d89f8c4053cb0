import { isFeel, isJuel, readPlainValue } from '../expressions.js';
import { readVariableName } from '../field-values.js';
import { attribute, camundaAttribute, child, describe } from '../model-element.js';
import type { ModelElement } from '../model-element.js';
import type { ReadContext } from '../read-context.js';
import type { ErrorEventDefinition } from '../../engine/process-model.js';
import type { EventDefinitionReader } from './event-definition-reader.js';

/**
 * Error (BPMN 2.0.2 §10.5.5). Thrown it needs a code, which may be an expression; caught it may have one, which is a literal,
 * and without one it catches every error.
 */
export const readErrorEvent: EventDefinitionReader = (definition, event, place, context) => {
  const error = child(definition, 'errorRef');
  const errorCode = error && (attribute(error, 'errorCode')?.trim() || undefined);
  if (place.throws) {
    if (errorCode !== undefined) {
      const message = camundaAttribute(error, 'errorMessage');
      return {
        kind: 'errorThrow',
        errorCode: readPlainValue(errorCode, event, context.log),
        ...(message !== undefined && { errorMessage: readPlainValue(message, event, context.log) }),
      };
    }
    if (!context.isUnresolved(definition, 'errorRef')) {
      const message = `Expected ${describe(event)} to throw an error with an errorCode but found none.`;
      context.log.report('missing-error-code', event, message);
    }
    return undefined;
  }
  if (errorCode === undefined)
    return context.isUnresolved(definition, 'errorRef')
      ? undefined
      : { kind: 'error', ...readVariables(definition, event, context) };
  if (isFeel(errorCode) || isJuel(errorCode)) {
    const message = `Expected the errorCode that ${describe(event)} catches to be a literal but found an expression.`;
    context.log.report(isFeel(errorCode) ? 'invalid-expression' : 'unsupported-expression', event, message);
    return undefined;
  }
  return { kind: 'error', errorCode, ...readVariables(definition, event, context) };
};

/** The variables that Camunda 7 has take what was caught. */
function readVariables(
  definition: ModelElement,
  event: ModelElement,
  { log }: ReadContext,
): Pick<ErrorEventDefinition, 'codeVariable' | 'messageVariable'> {
  const read = (name: string) => {
    const text = camundaAttribute(definition, name);
    return text === undefined ? undefined : readVariableName(text, name, event, log);
  };
  const codeVariable = read('errorCodeVariable');
  const messageVariable = read('errorMessageVariable');
  return {
    ...(codeVariable !== undefined && { codeVariable }),
    ...(messageVariable !== undefined && { messageVariable }),
  };
}
