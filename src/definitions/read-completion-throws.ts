import type { CompletionThrow } from '../engine/process-model.js';
import { readFormalExpression } from './elements/condition.js';
import { eventPlaces } from './event-definitions/event-place.js';
import { readDefinition } from './event-definitions/read-event.js';
import { attribute, child, children, describe } from './model-element.js';
import type { ModelElement } from './model-element.js';
import type { ReadContext } from './read-context.js';

/** Which reference says what is thrown, by the `behavior`, and when it is thrown. */
const simple = {
  None: { property: 'noneBehaviorEventRef', when: 'each' },
  One: { property: 'oneBehaviorEventRef', when: 'first' },
} as const;

/**
 * What a multi-instance activity throws as its iterations complete (BPMN 2.0.2 §10.3.8, table 10.29): with `None` an event each time, with
 * `One` the first time, with `Complex` what its conditions say, with `All`, the default, nothing.
 */
export function readCompletionThrows(loop: ModelElement, context: ReadContext): readonly CompletionThrow[] {
  const behavior = attribute(loop, 'behavior');
  if (behavior === 'Complex') return readComplex(loop, context);
  if (behavior !== 'None' && behavior !== 'One') return [];
  const { property, when } = simple[behavior];
  const definition = child(loop, property);
  if (definition === undefined) {
    if (!context.isUnresolved(loop, property)) {
      const message = `Expected ${describe(loop)} with behavior="${behavior}" to have a ${property}, the id of the event definition that is thrown, but found none.`;
      context.log.report('invalid-loop', loop, message);
    }
    return [];
  }
  const event = readThrown(definition, loop, context);
  return event === undefined ? [] : [{ when, event }];
}

function readComplex(loop: ModelElement, context: ReadContext): readonly CompletionThrow[] {
  const behaviors = children(loop, 'complexBehaviorDefinition');
  if (behaviors.length === 0) {
    const message = `Expected ${describe(loop)} with behavior="Complex" to have a complexBehaviorDefinition but found none.`;
    context.log.report('invalid-loop', loop, message);
  }
  return behaviors.flatMap((one) => {
    const condition = child(one, 'condition');
    const event = child(one, 'event');
    const [definition, ...more] = event === undefined ? [] : definitionsOf(event);
    if (condition === undefined || definition === undefined || more.length > 0) {
      const found =
        condition === undefined
          ? 'no condition'
          : `${definition === undefined ? 0 : 1 + more.length} of these`;
      const message = `Expected each complexBehaviorDefinition of ${describe(loop)} to have a condition and an event with one event definition but found ${found}.`;
      context.log.report('invalid-loop', loop, message);
      return [];
    }
    const thrown = readThrown(definition, loop, context);
    return thrown === undefined
      ? []
      : [{ when: readFormalExpression(condition, loop, context), event: thrown }];
  });
}

function definitionsOf(event: ModelElement): readonly ModelElement[] {
  return [...children(event, 'eventDefinitions'), ...children(event, 'eventDefinitionRef')];
}

function readThrown(
  definition: ModelElement,
  loop: ModelElement,
  context: ReadContext,
): CompletionThrow['event'] | undefined {
  const event = readDefinition(definition, loop, eventPlaces.completionThrow, context);
  switch (event?.kind) {
    case 'signal':
    case 'escalationThrow':
    case 'errorThrow':
      return event;
    case 'messageThrow': {
      const { send } = event;
      if (send.kind === 'publish') return { kind: 'messageThrow', send };
      const message = `Expected the message that ${describe(loop)} throws to be published by the server but found a job: let a boundary event catch a signal, and a send task do the job.`;
      context.log.report('invalid-loop', loop, message);
      return undefined;
    }
    default:
      return undefined;
  }
}
