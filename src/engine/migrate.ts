import type { Advance } from './advance.js';
import { closeWaits } from './cancel.js';
import type { CommandEnvelope, MigrateProcessInstance } from './command.js';
import type { Effect } from './effect.js';
import { enterWhenGathered } from './elements/gather-tokens.js';
import { isWaiting } from './elements/join.js';
import { behaviorOf } from './elements/registry.js';
import { prepareCatch } from './event-definitions/catch.js';
import type { ProcessEvent } from './event.js';
import { draftOf } from './evolve.js';
import { Execution } from './execution.js';
import { IncidentError } from './incident-error.js';
import { checkMappings, ModelMapping } from './migration/mapping.js';
import type { MigratedInstance } from './migration/plan-migration.js';
import { planMigration } from './migration/plan-migration.js';
import type { ExecutableProcess } from './process-model.js';
import type { CommandError, Rejection } from './rejection.js';
import type { ProcessInstanceState, Wait } from './state.js';

/**
 * Lets an instance go on by another definition. Jobs, user tasks, calls and what is waited for alike stay as they are, under the ids of
 * the target; events that the target waits for otherwise are armed anew, others disarmed. What cannot be mapped refuses the whole,
 * with a reason for each element. Pure, as `advance`.
 */
export function migrate(
  source: ExecutableProcess,
  target: ExecutableProcess,
  state: ProcessInstanceState,
  envelope: CommandEnvelope<MigrateProcessInstance>,
): Advance {
  const { command } = envelope;
  if (state.status !== 'active') {
    const message = `Expected process instance ${state.processInstanceId} to be active but it is ${state.status}.`;
    return { ok: false, rejection: { code: 'invalid-state', message } };
  }
  const wrong = checkMappings(source, target, command.mappings);
  if (wrong.length > 0) return refused('invalid-argument', wrong);
  const { instances, errors } = planMigration(new ModelMapping(source, target, command.mappings), state);
  if (errors.length > 0) return refused('invalid-state', errors);
  const at = Math.max(envelope.at, state.at);
  const execution = new Execution(
    target,
    draftOf(state, at),
    at,
    envelope.hops,
    envelope.calls,
    envelope.decisions,
  );
  moveAll(execution, command, instances);
  const failed = armAll(execution, instances);
  if (failed.length > 0) return refused('invalid-state', failed);
  passJoins(execution, instances);
  execution.run();
  execution.tokens.handOn();
  return { ok: true, state: execution.state, events: execution.events, effects: execution.effects };
}

function refused(code: Rejection['code'], errors: readonly CommandError[]): Advance {
  const message = `Expected everything that is active to have its place in the target but found ${errors.length} ${errors.length === 1 ? 'reason' : 'reasons'} against; nothing was changed.`;
  return { ok: false, rejection: { code, message, errors } };
}

function moveAll(
  execution: Execution,
  { targetProcessDefinitionId }: MigrateProcessInstance,
  instances: readonly MigratedInstance[],
): void {
  for (const { key, closed } of instances) {
    const { elementId } = execution.instance(key);
    if (closed.length > 0) closeWaits(execution, key, { elementId, waits: closed });
  }
  execution.emit({
    type: 'processInstanceMigrated',
    processDefinitionId: targetProcessDefinitionId,
    bpmnProcessId: execution.process.bpmnProcessId,
    elements: instances.flatMap(({ key, target, arrived, waiting, remembered }) =>
      target || remembered
        ? [
            {
              key,
              elementId: target?.id ?? execution.process.bpmnProcessId,
              ...(arrived && { arrived }),
              ...(waiting && { waiting }),
              ...(remembered && { remembered }),
            },
          ]
        : [],
    ),
    kept: instances.flatMap(({ key, kept }) =>
      kept.map(({ wait, eventId }) => ({ key, waitKey: wait.key, eventId })),
    ),
    ...occurredOf(instances),
    closed: instances.flatMap(({ key, closed }) => closed.map((wait) => ({ key, waitKey: wait.key }))),
  });
  for (const { key } of instances) moveRows(execution, key);
}

function occurredOf(
  instances: readonly MigratedInstance[],
): Pick<Extract<ProcessEvent, { type: 'processInstanceMigrated' }>, 'occurred'> {
  const occurred = instances.flatMap(({ key, occurred: parts }) => parts.map((part) => ({ key, ...part })));
  return occurred.length > 0 ? { occurred } : {};
}

/** The rows of an element instance stand for the element of the target from now on. */
function moveRows(execution: Execution, key: number): void {
  const { elementId, waits = [], incident } = execution.instance(key);
  for (const wait of waits) {
    const kind = rowKindOf(wait);
    const eventId = 'eventId' in wait ? wait.eventId : elementId;
    if (kind) execution.effect({ type: 'moveRow', kind, rowKey: wait.key, elementId: eventId });
  }
  if (incident) execution.effect({ type: 'moveRow', kind: 'incident', rowKey: incident.key, elementId });
}

function rowKindOf({ kind }: Wait): Extract<Effect, { type: 'moveRow' }>['kind'] | undefined {
  return kind === 'call' || kind === 'conditional' ? undefined : kind;
}

/** Arms what is new, all or nothing. */
function armAll(execution: Execution, instances: readonly MigratedInstance[]): readonly CommandError[] {
  const errors: CommandError[] = [];
  const open: (() => void)[] = [];
  for (const { key, armed } of instances) {
    for (const { id, definition } of armed) {
      try {
        open.push(prepareCatch(execution, key, id, definition));
      } catch (error) {
        if (!(error instanceof IncidentError)) throw error;
        errors.push({ path: '/mappings', elementId: id, message: error.message });
      }
    }
  }
  if (errors.length === 0) for (const openWait of open) openWait();
  return errors;
}

/** A join or activity of the target may lack none of the tokens for which that of the source has waited. */
function passJoins(execution: Execution, instances: readonly MigratedInstance[]): void {
  for (const { key, target, arrived } of instances) {
    if (!target || !arrived || !isWaiting(execution.instance(key))) continue;
    if (!behaviorOf(target).arrive) enterWhenGathered(execution, target, key);
    else if (arrived.length === target.incoming.length) execution.complete(key);
  }
}
