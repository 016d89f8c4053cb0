import { cancelProcess } from './cancel.js';
import { catchAt, catchersAround, findCatcher } from './catcher.js';
import { partsOf } from './event-definitions/parts.js';
import type { Execution } from './execution.js';
import type { EscalationEventDefinition } from './process-model.js';
import type { CaughtEscalation, Escalation } from './state.js';

/**
 * Throws an escalation at an element instance: the nearest escalation boundary event or event sub-process around it for the code,
 * else for every escalation, starts; only one that interrupts stops the thrower. One that nothing in this instance catches goes
 * to the caller; nobody need catch it at all (BPMN 2.0.2 §10.5.7).
 */
export function throwEscalation(execution: Execution, key: number, escalation: Escalation): void {
  const { escalationCode, variables } = escalation;
  const catcher = findCatcher(
    execution,
    key,
    ({ event }) =>
      partsOf(event).some((it) => it.kind === 'escalation' && it.escalationCode === escalationCode),
    ({ event }) => partsOf(event).some((it) => it.kind === 'escalation' && it.escalationCode === undefined),
  );
  if (!catcher) return escalateToCaller(execution, key, escalation);
  execution.emit({ type: 'escalationThrown', key, escalationCode, caughtBy: catcher.event.id });
  catchAt(execution, catcher, variables);
}

/** The escalations that an element instance, the scopes around it and all callers would catch, the nearest first. */
export function caughtEscalationsAt(execution: Execution, key: number): readonly CaughtEscalation[] {
  const caught: CaughtEscalation[] = [];
  for (const catchers of catchersAround(execution, key)) {
    const ofLevel = catchers.flatMap(({ event: { event, interrupting } }) =>
      partsOf(event).flatMap((it) => (it.kind === 'escalation' ? [caughtBy(it, interrupting)] : [])),
    );
    caught.push(...ofLevel.filter(({ escalationCode }) => escalationCode !== undefined));
    caught.push(...ofLevel.filter(({ escalationCode }) => escalationCode === undefined));
  }
  return [...caught, ...(execution.state.parent?.caughtEscalations ?? [])];
}

/** A caller that interrupts its call activity ends this instance at once: nothing behind the throw is done any more. */
function escalateToCaller(execution: Execution, key: number, escalation: Escalation): void {
  const { parent } = execution.state;
  const { escalationCode, variables } = escalation;
  const catcher = parent?.caughtEscalations?.find(
    (caught) => caught.escalationCode === undefined || caught.escalationCode === escalationCode,
  );
  if (!parent || !catcher) return execution.emit({ type: 'escalationThrown', key, escalationCode });
  execution.emit({ type: 'escalationThrown', key, escalationCode, toCaller: variables });
  if (!catcher.interrupting) {
    const { escalated = [] } = execution.state;
    return execution.effect({ type: 'escalateToCaller', parent, escalations: escalated });
  }
  cancelProcess(execution);
  execution.emit({ type: 'processInstanceCanceled' });
  execution.reportToCaller({ kind: 'escalation' });
}

function caughtBy({ escalationCode }: EscalationEventDefinition, interrupting: boolean): CaughtEscalation {
  return { interrupting, ...(escalationCode === undefined ? {} : { escalationCode }) };
}
