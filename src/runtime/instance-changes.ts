import { EVENT_SCHEMA_VERSION } from '../engine/event.js';
import type { ProcessEvent } from '../engine/event.js';
import type { CommandEnvelope } from '../engine/command.js';
import type { Effect } from '../engine/effect.js';
import type { ExecutableProcess } from '../engine/process-model.js';
import { ROOT_KEY } from '../engine/state.js';
import type { ProcessInstanceState } from '../engine/state.js';
import type { TraceSpan } from '../platform/tracing.js';
import { idOf } from './ids.js';
import { beginCommand } from './journey-trace.js';
import type { ElementInstanceRow, ProcessInstanceRow } from './ports.js';
import { searchableVariables } from './searchable-value.js';
import type { Unit } from './unit.js';
import { writeEffect } from './write-effect.js';

/**
 * Everything that the commands of one unit change about one process instance: gathered command by command, written once.
 * An element instance that begins and ends within the unit costs one row write.
 */
export class InstanceChanges {
  private readonly started = new Map<number, ElementInstanceRow>();
  private readonly ended = new Map<
    number,
    { readonly state: 'completed' | 'canceled'; readonly endedAt: number }
  >();
  private readonly moved = new Map<number, string>();
  private readonly variables = new Set<string>();
  private readonly commands: { readonly name: string; readonly span: TraceSpan | undefined }[] = [];
  private incidentsChanged = false;

  constructor(
    private readonly unit: Unit,
    private readonly process: ExecutableProcess,
    private readonly row: Omit<ProcessInstanceRow, 'state' | 'hasIncident' | 'revision'>,
  ) {}

  /** Takes in what one command has come to, and writes what belongs to it alone. */
  add(
    envelope: CommandEnvelope,
    state: ProcessInstanceState,
    events: readonly ProcessEvent[],
    effects: readonly Effect[],
    begun?: TraceSpan,
  ): void {
    for (const event of events) this.project(event, state.at);
    const { type: name } = envelope.command;
    this.commands.push({ name, span: begun ?? beginCommand(this.unit, name, this.row) });
    const origin = { ...this.row, at: state.at, isSuspended: state.suspended ?? false };
    for (const effect of effects) {
      if (effect.type === 'raiseIncident' || effect.type === 'resolveIncident') this.incidentsChanged = true;
      writeEffect(this.unit, origin, effect);
    }
    this.unit.tx.journal.append({
      tenantId: this.row.tenantId,
      processInstanceId: this.row.processInstanceId,
      processDefinitionId: this.row.processDefinitionId,
      at: state.at,
      actor: envelope.actor,
      ...(envelope.traceparent === undefined ? {} : { traceparent: envelope.traceparent }),
      ...(envelope.idempotencyKey === undefined ? {} : { idempotencyKey: envelope.idempotencyKey }),
      command: envelope.command.type,
      eventVersion: EVENT_SCHEMA_VERSION,
      events,
    });
  }

  /** Writes the instance as it now is, its element instances and its searchable variables. */
  write(state: ProcessInstanceState, before: ProcessInstanceRow | undefined): ProcessInstanceRow {
    const { tx, wakeups, meter } = this.unit;
    const { processInstanceId, tenantId } = this.row;
    const ended = state.status !== 'active';
    const row: ProcessInstanceRow = {
      ...this.row,
      hasIncident: this.incidentsChanged ? hasIncident(state) : (before?.hasIncident ?? false),
      ...(ended ? { endedAt: state.at } : {}),
      revision: (before?.revision ?? 0) + 1,
      state,
    };
    if (before) tx.processInstances.save(row);
    else tx.processInstances.insert(row);
    this.writeElementInstances();
    this.unit.jobHandover.handOver(tx, row);
    const root = state.elementInstances.get(ROOT_KEY)?.variables ?? {};
    if (this.variables.size > 0) {
      const changed = searchableVariables(root, this.variables, this.unit.searchablePaths);
      tx.variables.put(tenantId, processInstanceId, changed);
    }
    tx.afterCommit(() => {
      wakeups.journalWritten();
      for (const { name, span } of this.commands) {
        meter.committed(name);
        span?.end();
      }
      if (ended) wakeups.instanceEnded(processInstanceId);
    });
    if (before && ended && mayHoldMessageStart(row)) {
      tx.messageStarts.release(processInstanceId);
      tx.afterCommit(() => wakeups.deliveriesWritten());
    }
    if (before?.state.suspended && !state.suspended) {
      tx.deliveries.release(processInstanceId);
      tx.afterCommit(() => wakeups.deliveriesWritten());
    }
    return row;
  }

  private writeElementInstances(): void {
    const { elementInstances } = this.unit.tx;
    const { processInstanceId, processDefinitionId } = this.row;
    const moved = [...this.moved].map(([elementInstanceKey, elementId]) => {
      const name = this.process.elements.get(elementId)?.name;
      return { elementInstanceKey, elementId, ...(name === undefined ? {} : { elementName: name }) };
    });
    if (moved.length > 0) elementInstances.move(processInstanceId, processDefinitionId, moved);
    const rows = [...this.started.values()].map((row) => ({
      ...row,
      ...this.ended.get(row.elementInstanceKey),
    }));
    if (rows.length > 0) elementInstances.insert(rows);
    const earlier = [...this.ended]
      .filter(([key]) => !this.started.has(key))
      .map(([elementInstanceKey, end]) => ({ elementInstanceKey, ...end }));
    if (earlier.length > 0) elementInstances.end(processInstanceId, earlier);
  }

  private project(event: ProcessEvent, at: number): void {
    switch (event.type) {
      case 'elementActivated':
        this.started.set(event.key, this.elementInstance(event, at));
        return;
      case 'elementCompleted':
        this.ended.set(event.key, { state: 'completed', endedAt: at });
        return;
      case 'elementCanceled':
        this.ended.set(event.key, { state: 'canceled', endedAt: at });
        return;
      case 'processInstanceMigrated':
        for (const { key, elementId } of event.elements) this.moved.set(key, elementId);
        return;
      case 'variablesSet':
        if (event.key === ROOT_KEY) for (const name of Object.keys(event.variables)) this.variables.add(name);
        return;
      default:
        return; // The rest is read from the journal.
    }
  }

  private elementInstance(
    { key, elementId, scope, body }: Extract<ProcessEvent, { type: 'elementActivated' }>,
    at: number,
  ): ElementInstanceRow {
    const { tenantId, processInstanceId, processDefinitionId } = this.row;
    const element = this.process.elements.get(elementId);
    if (!element)
      throw new Error(`Expected element "${elementId}" in process "${this.process.bpmnProcessId}".`);
    return {
      elementInstanceId: idOf(processInstanceId, key),
      tenantId,
      processInstanceId,
      processDefinitionId,
      elementInstanceKey: key,
      elementId,
      ...(element.name === undefined ? {} : { elementName: element.name }),
      elementType: body ? bodyTypes[body] : element.type,
      state: 'active',
      ...(scope === ROOT_KEY ? {} : { parentElementInstanceKey: scope }),
      startedAt: at,
    };
  }
}

/** The element types of what holds the iterations of an activity. */
const bodyTypes = { multiInstance: 'multiInstanceBody', standard: 'loopBody' } as const;

/** An instance that a message with a correlation key has started has that as its business key, and no caller. */
function mayHoldMessageStart({ businessKey, parentProcessInstanceId }: ProcessInstanceRow): boolean {
  return businessKey !== undefined && parentProcessInstanceId === undefined;
}

function hasIncident(state: ProcessInstanceState): boolean {
  if (state.status !== 'active') return false;
  return state.elementInstances.values().some(({ incident }) => incident !== undefined);
}
