import type { Advance } from '../engine/advance.js';
import { advance, start } from '../engine/advance.js';
import { migrate } from '../engine/migrate.js';
import type {
  Command,
  CommandEnvelope,
  CorrelateMessage,
  StartProcessInstance,
  InstanceCommand,
  MigrateProcessInstance,
} from '../engine/command.js';
import type { Effect } from '../engine/effect.js';
import type { ExecutableProcess } from '../engine/process-model.js';
import type { Rejection } from '../engine/rejection.js';
import type { ProcessInstanceState } from '../engine/state.js';
import { DecisionLookups } from './decision-lookups.js';
import { InstanceChanges } from './instance-changes.js';
import { beginCommand } from './journey-trace.js';
import type { Outcome } from './outcome.js';
import { done, refused } from './outcome.js';
import { laneFrom, type ProcessDefinitionRow, type ProcessInstanceRow } from './ports.js';
import type { Unit } from './unit.js';
import { deliver } from './write-effect.js';

export type { InstanceCommand };

/**
 * Starts an instance of a definition and writes everything that follows.
 * @param called of an instance that is called: the first caller, and the trace of the journey
 */
export async function startInstance(
  unit: Unit,
  definition: Pick<ProcessDefinitionRow, 'tenantId' | 'processDefinitionId' | 'bpmnProcessId' | 'version'>,
  command: Omit<StartProcessInstance, 'type' | 'processInstanceId'>,
  called: Pick<ProcessInstanceRow, 'rootProcessInstanceId' | 'traceparent'> = {},
): Promise<Outcome<ProcessInstanceRow>> {
  const { tenantId, processDefinitionId, bpmnProcessId, version } = definition;
  const process = await unit.definitions.get(unit.tx.definitions, tenantId, processDefinitionId);
  const processInstanceId = unit.newId();
  const envelope = envelopeOf(unit, {
    type: 'startProcessInstance',
    processInstanceId,
    initiator: unit.context.actor,
    ...command,
  } as const);
  const { rootProcessInstanceId } = called;
  const asked = unit.context.traceparent ?? called.traceparent;
  const journey = { processInstanceId, tenantId, bpmnProcessId, ...(asked && { traceparent: asked }) };
  const span = beginCommand(unit, 'startProcessInstance', journey);
  const traceparent = span?.traceparent ?? asked;
  const lookups = new DecisionLookups(unit, processDefinitionId);
  const started = await lookups.supply((decisions) => start(process, { ...envelope, decisions }));
  if (!started.ok) return rejected(started.rejection);
  const changes = new InstanceChanges(unit, process, {
    processInstanceId,
    tenantId,
    processDefinitionId,
    bpmnProcessId,
    version,
    ...(command.businessKey === undefined ? {} : { businessKey: command.businessKey }),
    ...(command.parent
      ? {
          parentProcessInstanceId: command.parent.processInstanceId,
          parentElementInstanceKey: command.parent.elementInstanceKey,
        }
      : {}),
    ...(rootProcessInstanceId === undefined ? {} : { rootProcessInstanceId }),
    ...(traceparent === undefined ? {} : { traceparent }),
    startedAt: started.state.at,
  });
  changes.add(envelope, started.state, started.events, started.effects, span);
  const state = await consumeBuffered(unit, process, lookups, changes, started.state, openedBy(started));
  return done(changes.write(state, undefined));
}

/** A message subscription for which there may be buffered messages. */
export type OpenedSubscription = Pick<
  Extract<Effect, { type: 'openMessageSubscription' }>,
  'messageName' | 'correlationKey' | 'subscriptionKey' | 'elementInstanceKey'
>;

/**
 * Applies a command to an instance that the unit has loaded, and writes everything that follows.
 * @param open subscriptions that may have missed messages before
 */
export async function applyCommand(
  unit: Unit,
  row: ProcessInstanceRow,
  command: InstanceCommand,
  open: readonly OpenedSubscription[] = [],
): Promise<Outcome<ProcessInstanceRow>> {
  const process = await unit.definitions.get(unit.tx.definitions, row.tenantId, row.processDefinitionId);
  const envelope = envelopeOf(unit, command);
  const lookups = new DecisionLookups(unit, row.processDefinitionId);
  const advanced = await lookups.supply((decisions) =>
    advance(process, row.state, { ...envelope, decisions }),
  );
  if (!advanced.ok) return rejected(advanced.rejection);
  const changes = new InstanceChanges(unit, process, row);
  changes.add(envelope, advanced.state, advanced.events, advanced.effects);
  const state = await consumeBuffered(unit, process, lookups, changes, advanced.state, [
    ...open,
    ...openedBy(advanced),
  ]);
  return done(changes.write(state, row));
}

/**
 * Lets an instance that the unit has loaded go on by another definition, and writes everything that follows; with `dryRun` it only finds
 * out whether it can.
 */
export async function migrateInstance(
  unit: Unit,
  row: ProcessInstanceRow,
  target: Pick<ProcessDefinitionRow, 'processDefinitionId' | 'bpmnProcessId' | 'version'>,
  mappings: MigrateProcessInstance['mappings'],
  { dryRun }: { readonly dryRun: boolean },
): Promise<Outcome<null>> {
  const { tx, definitions } = unit;
  const { processDefinitionId, bpmnProcessId, version } = target;
  const source = await definitions.get(tx.definitions, row.tenantId, row.processDefinitionId);
  const process = await definitions.get(tx.definitions, row.tenantId, processDefinitionId);
  const envelope = envelopeOf(unit, {
    type: 'migrateProcessInstance',
    targetProcessDefinitionId: processDefinitionId,
    mappings,
  } as const);
  const lookups = new DecisionLookups(unit, processDefinitionId);
  const migrated = await lookups.supply((decisions) =>
    migrate(source, process, row.state, { ...envelope, decisions }),
  );
  if (!migrated.ok) return rejected(migrated.rejection);
  if (dryRun) return done(null);
  const changes = new InstanceChanges(unit, process, {
    ...row,
    processDefinitionId,
    bpmnProcessId,
    version,
  });
  changes.add(envelope, migrated.state, migrated.events, migrated.effects);
  const state = await consumeBuffered(unit, process, lookups, changes, migrated.state, openedBy(migrated));
  changes.write(state, row);
  return done(null);
}

/** Goes on to take messages that are kept for a subscription, as many as one unit takes. */
export async function consumeFurther(
  unit: Unit,
  row: ProcessInstanceRow,
  open: OpenedSubscription,
): Promise<void> {
  const process = await unit.definitions.get(unit.tx.definitions, row.tenantId, row.processDefinitionId);
  const changes = new InstanceChanges(unit, process, row);
  const lookups = new DecisionLookups(unit, row.processDefinitionId);
  const state = await consumeBuffered(unit, process, lookups, changes, row.state, [open]);
  if (state !== row.state) changes.write(state, row);
}

/** How many buffered messages one unit takes; others wait for the next, so that no transaction becomes too long. */
const BUFFERED_MAX = 100;

/**
 * Messages that were published before somebody waited for them: each subscription that was opened takes the oldest that
 * fits, in the same transaction. What follows may open further subscriptions.
 */
async function consumeBuffered(
  unit: Unit,
  process: ExecutableProcess,
  lookups: DecisionLookups,
  changes: InstanceChanges,
  first: ProcessInstanceState,
  subscriptions: readonly OpenedSubscription[],
): Promise<ProcessInstanceState> {
  let state = first;
  let taken = 0;
  const opened = [...subscriptions];
  for (let next = opened.shift(); next; next = opened.shift()) {
    const { tenantId } = unit.context;
    const { messageName, correlationKey, subscriptionKey, elementInstanceKey } = next;
    // The publisher looks for subscriptions under the same lock, so that message and subscription cannot miss each other.
    await unit.tx.messages.lock(tenantId, messageName, correlationKey);
    // What a suspended instance begins to wait for it looks for when it is resumed.
    while (!state.suspended && stillWaits(state, elementInstanceKey, subscriptionKey)) {
      if (taken === BUFFERED_MAX) {
        const { processInstanceId } = state;
        const place = { processInstanceId, messageName, correlationKey, subscriptionKey, elementInstanceKey };
        // No new link of a chain: the messages were there before.
        const again = { kind: 'consumeBuffered', ...place } as const;
        deliver({ ...unit, hops: unit.hops - 1 }, tenantId, again, laneFrom(processInstanceId));
        break;
      }
      const message = await unit.tx.messages.findBuffered(tenantId, messageName, correlationKey);
      if (!message) break;
      taken++;
      unit.tx.messages.consume(message.messageRowId);
      const command: CorrelateMessage = {
        type: 'correlateMessage',
        elementInstanceKey,
        waitKey: subscriptionKey,
        messageName,
        variables: message.variables,
      };
      const envelope = envelopeOf(unit, command);
      const before = state;
      const advanced = await lookups.supply((decisions) =>
        advance(process, before, { ...envelope, decisions }),
      );
      if (!advanced.ok)
        throw new Error(`A subscription that was just opened refused: ${advanced.rejection.message}`);
      changes.add(envelope, advanced.state, advanced.events, advanced.effects);
      opened.push(...openedBy(advanced));
      state = advanced.state;
    }
  }
  return state;
}

function stillWaits(
  state: ProcessInstanceState,
  elementInstanceKey: number,
  subscriptionKey: number,
): boolean {
  const waits = state.elementInstances.get(elementInstanceKey)?.waits ?? [];
  return state.status === 'active' && waits.some(({ key }) => key === subscriptionKey);
}

function openedBy({ effects }: Extract<Advance, { ok: true }>): readonly OpenedSubscription[] {
  return effects.filter((effect) => effect.type === 'openMessageSubscription');
}

function envelopeOf<C extends Command>(unit: Unit, command: C): CommandEnvelope<C> {
  const { tenantId, actor, traceparent, idempotency } = unit.context;
  return {
    tenantId,
    actor,
    ...(traceparent === undefined ? {} : { traceparent }),
    ...(idempotency ? { idempotencyKey: idempotency.key } : {}),
    at: unit.tx.now,
    hops: unit.hops,
    ...(unit.calls === 0 ? {} : { calls: unit.calls }),
    command,
  };
}

/** The engine's refusals are the caller's, in the contract's words. */
function rejected({ code, message, errors }: Rejection): Outcome<never> {
  return refused(code, message, errors && { errors });
}
