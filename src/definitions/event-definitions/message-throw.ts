import type { MessageSending } from '../../engine/process-model.js';
import { readPlainValue } from '../expressions.js';
import { attribute, child, describe } from '../model-element.js';
import type { ModelElement } from '../model-element.js';
import { askDialects } from '../read-context.js';
import type { ReadContext } from '../read-context.js';

/**
 * How a message leaves: as a job where an extension names one, else published by the server under the message's name, with
 * the correlation key of `zeebe:publishMessage` or of the message itself. The bearer has the `messageRef`.
 */
export function readMessageSending(
  bearer: ModelElement,
  element: ModelElement,
  context: ReadContext,
): MessageSending | undefined {
  const job = askDialects(context, (dialect) => dialect.readJob?.(element, context));
  if (job !== undefined) return { kind: 'job', job };
  const message = child(bearer, 'messageRef');
  const name = message && attribute(message, 'name')?.trim();
  if (message !== undefined && name) {
    const publishing = askDialects(context, (dialect) => dialect.readPublishing?.(element, context));
    const correlationKey =
      publishing?.correlationKey ??
      askDialects(context, (dialect) => dialect.readCorrelationKey?.(message, context));
    return {
      kind: 'publish',
      name: readPlainValue(name, element, context.log),
      ...publishing,
      ...(correlationKey !== undefined && { correlationKey }),
    };
  }
  if (!context.isUnresolved(bearer, 'messageRef')) {
    const expected = `Expected ${describe(element)} to have a zeebe:taskDefinition, or a message with a name, but found neither.`;
    context.log.report('missing-implementation', element, expected);
  }
  return undefined;
}
