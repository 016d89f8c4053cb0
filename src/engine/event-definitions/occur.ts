import type { Trigger } from '../elements/behavior.js';
import { behaviorOf } from '../elements/registry.js';
import type { Execution } from '../execution.js';
import type { Variables } from '../json.js';
import type { MultipleEventDefinition } from '../process-model.js';
import { rearmTimer } from './timer.js';

/**
 * What was waited for has occurred. A parallel multiple event occurs when all its parts have, with what came with each; a part that occurs
 * twice before counts once (BPMN 2.0.2 §10.5.5). Any other event occurs with it.
 */
export function occur(execution: Execution, trigger: Trigger): void {
  const element = execution.element(trigger.wait.eventId);
  const definition = 'event' in element ? element.event : undefined;
  const isParallel = definition?.kind === 'multiple' && definition.parallel;
  const complete = isParallel ? collect(execution, trigger, definition) : trigger;
  if (complete) behaviorOf(element).trigger?.(execution, element, complete);
  // What does not interrupt has its timer set again by its behaviour, once it occurs.
  else if (trigger.wait.kind === 'timer') rearmTimer(execution, trigger.hostKey, trigger.wait);
}

/** The occurrence of the whole event, once this part was the last that was missing. */
function collect(
  execution: Execution,
  trigger: Trigger,
  { parts }: MultipleEventDefinition,
): Trigger | undefined {
  const { hostKey, wait, variables } = trigger;
  const { eventId, part = 0 } = wait;
  execution.emit({ type: 'eventPartOccurred', key: hostKey, eventId, part, variables });
  const occurred = (execution.instance(hostKey).occurred ?? []).filter((it) => it.eventId === eventId);
  if (occurred.length < parts.length) return undefined;
  execution.emit({ type: 'eventPartsConsumed', key: hostKey, eventId });
  let all: Variables = {};
  for (const each of occurred) all = { ...all, ...each.variables };
  return { ...trigger, variables: all };
}
