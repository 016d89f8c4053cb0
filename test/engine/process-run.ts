import assert from 'node:assert/strict';
import type { ReadPurpose } from '../../src/definitions/index.js';
import { readBpmn } from '../../src/definitions/index.js';
import type { Advance } from '../../src/engine/advance.js';
import { advance, start } from '../../src/engine/advance.js';
import type {
  CallOutcome,
  Command,
  CommandEnvelope,
  FailCall,
  InstanceCommand,
  MigrateProcessInstance,
  StartProcessInstance,
} from '../../src/engine/command.js';
import type { Effect } from '../../src/engine/effect.js';
import type { ProcessEvent, ProcessEventType } from '../../src/engine/event.js';
import { evolve } from '../../src/engine/evolve.js';
import { documentOf, stateOf } from '../../src/engine/state-document.js';
import { migrate } from '../../src/engine/migrate.js';
import type { Variables } from '../../src/engine/json.js';
import type { ExecutableProcess } from '../../src/engine/process-model.js';
import type { RejectionCode } from '../../src/engine/rejection.js';
import type { Escalation, ParentLink, ProcessInstanceState } from '../../src/engine/state.js';
import { ROOT_KEY } from '../../src/engine/state.js';
import { visibleVariables } from '../../src/engine/variables.js';
import type { Model } from '../support/read-model.js';
import { xmlOf } from '../support/read-model.js';
import { knownDecisions } from './decisions.js';
import { deepFreeze } from './deep-freeze.js';
import { TokenLedger, assertRowsMatch, assertSoundState, openInstances } from './invariants.js';
import type { IncidentRow, JobRow, SentEffect, TimerRow, UserTaskRow } from './rows.js';
import { Rows } from './rows.js';

type Accepted = Extract<Advance, { ok: true }>;

/** 2026-01-01T00:00:00Z, where every run begins. */
export const START_AT = Date.UTC(2026, 0, 1);

/** Up to here the whole history is replayed from nothing after each command, beyond it from the last replay. */
const FULL_REPLAY_EVENTS_MAX = 300;

export interface StartOptions {
  /** Of several processes in the model, this one. */
  readonly process?: string;
  readonly variables?: Variables;
  readonly startElementId?: string;
  readonly businessKey?: string;
  readonly parent?: ParentLink;
  readonly hops?: number;
  readonly calls?: number;
  readonly processInstanceId?: string;
  readonly at?: number;
}

/** The executable processes of a model that deploys; fails with its diagnostics when it does not. */
export async function processesOf(
  model: Model,
  purpose: ReadPurpose = 'deploy',
): Promise<readonly ExecutableProcess[]> {
  const result = await readBpmn({ name: 'test.bpmn', content: xmlOf(model) }, { purpose });
  assert.ok(result.ok, JSON.stringify(result.diagnostics, null, 2));
  return result.processes.map(({ process }) => process);
}

/** Starts an instance of a model and runs it up to its first waits. */
export async function runOf(model: Model, options: StartOptions = {}): Promise<ProcessRun> {
  const processes = await processesOf(model);
  const chosen = processes.find(({ bpmnProcessId }) => bpmnProcessId === options.process) ?? processes[0];
  assert.ok(chosen);
  return new ProcessRun(chosen, options);
}

/**
 * One process instance in memory: the least shell that the engine can live in. It keeps state, events and the rows that the effects
 * ask for. After every command, accepted or not, it holds the engine to what it promises everywhere: the input is not
 * changed; the same input gives the same output, whether the state is the one that the engine gave or has been stored since; replayed
 * events give the state; JSON loses nothing; rows and waits are the same; no token is lost or stuck.
 */
export class ProcessRun {
  /** The model as it was loaded last. */
  process: ExecutableProcess;
  now: number;
  state: ProcessInstanceState;
  readonly events: ProcessEvent[] = [];
  readonly rows = new Rows();
  readonly ledger = new TokenLedger();
  /** Every command that was accepted. */
  readonly commands: Command[] = [];
  /** Every command that was sent, to be printed when something goes wrong. */
  readonly attempted: Command[] = [];
  private readonly journal: { readonly at: number; readonly events: readonly ProcessEvent[] }[] = [];
  private replayed: ProcessInstanceState | undefined;
  private lastEffects: readonly Effect[] = [];

  constructor(process: ExecutableProcess, options: StartOptions = {}) {
    this.process = process;
    const { processInstanceId = 'pi', startElementId, businessKey, parent, variables = {} } = options;
    this.now = options.at ?? START_AT;
    const envelope = this.envelope<StartProcessInstance>(
      {
        type: 'startProcessInstance',
        processInstanceId,
        ...(startElementId === undefined ? {} : { startElementId }),
        ...(businessKey === undefined ? {} : { businessKey }),
        ...(parent ? { parent } : {}),
        variables,
      },
      options.hops ?? 0,
      options.calls,
    );
    const result = start(process, envelope);
    assert.deepEqual(start(process, envelope), result, 'Expected the same input to give the same output.');
    if (!result.ok) throw new RejectedStart(result.rejection.code, result.rejection.message);
    this.state = this.accept(envelope, result);
  }

  /** Sends a command that must be accepted. */
  send(command: InstanceCommand, hops = 0): Accepted {
    const result = this.try(command, hops);
    if (!result.ok) assert.fail(`Expected ${command.type} to be accepted: ${result.rejection.message}`);
    return result;
  }

  /** Sends a command that must be rejected with that code; nothing may change by it. */
  rejects(command: InstanceCommand, code: RejectionCode, message?: RegExp): void {
    const result = this.try(command);
    assert.ok(!result.ok, `Expected ${command.type} to be rejected but it was accepted.`);
    assert.equal(result.rejection.code, code);
    assert.match(result.rejection.message, message ?? /^Expected /);
  }

  /** Sends a command, whatever comes of it. */
  try(command: InstanceCommand, hops = 0): Advance {
    const envelope = this.envelope(command, hops);
    const before = JSON.stringify(this.state);
    this.attempted.push(command);
    const result = advance(this.process, this.state, envelope);
    assert.deepEqual(
      advance(this.process, restored(this.state), envelope),
      result,
      'Expected the same input to give the same output.',
    );
    assert.equal(JSON.stringify(this.state), before, 'Expected the state that was given not to change.');
    if (result.ok) this.state = this.accept(envelope, result);
    return result;
  }

  /** Lets the instance go on by another model, whatever comes of it. */
  async migrate(model: Model, mappings: Readonly<Record<string, string>> = {}): Promise<Advance> {
    const [target] = await processesOf(model);
    assert.ok(target);
    return this.migrateTo(target, mappings);
  }

  migrateTo(target: ExecutableProcess, mappings: Readonly<Record<string, string>> = {}): Advance {
    const command: MigrateProcessInstance = {
      type: 'migrateProcessInstance',
      targetProcessDefinitionId: 'target',
      mappings: Object.entries(mappings).map(([from, to]) => ({ from, to })),
    };
    const envelope = this.envelope(command, 0);
    const before = JSON.stringify(this.state);
    this.attempted.push(command);
    const result = migrate(this.process, target, this.state, envelope);
    assert.equal(JSON.stringify(this.state), before, 'Expected the state that was given not to change.');
    if (!result.ok) return result;
    this.process = target;
    this.state = this.accept(envelope, result);
    return result;
  }

  /** Goes on as a server does that has just started: with the model loaded anew and nothing but the stored state. */
  async restart(model: Model): Promise<void> {
    const { bpmnProcessId } = this.process;
    const loaded = (await processesOf(model)).find((process) => process.bpmnProcessId === bpmnProcessId);
    assert.ok(loaded);
    this.process = loaded;
    this.state = restored(this.state);
  }

  completeJob(elementId: string, variables: Variables = {}, nth = 0): Accepted {
    return this.send({ type: 'completeJob', ...this.waitOfJob(elementId, nth), variables });
  }

  /** The worker throws a BPMN error from a job, or a person from a user task. */
  throwError(elementId: string, errorCode: string, variables: Variables = {}, nth = 0): Accepted {
    const isJob = this.jobs(elementId).length > 0;
    const error = { errorCode, errorMessage: `${errorCode} happened`, variables };
    if (isJob) return this.send({ type: 'throwJobError', ...this.waitOfJob(elementId, nth), ...error });
    return this.send({ type: 'throwUserTaskError', ...this.waitOfTask(elementId, nth), ...error });
  }

  /** The worker throws an escalation from a job, or a person from a user task. */
  escalate(elementId: string, escalationCode: string, variables: Variables = {}, nth = 0): Accepted {
    const isJob = this.jobs(elementId).length > 0;
    const escalation = { escalationCode, variables };
    if (isJob)
      return this.send({ type: 'throwJobEscalation', ...this.waitOfJob(elementId, nth), ...escalation });
    return this.send({ type: 'throwUserTaskEscalation', ...this.waitOfTask(elementId, nth), ...escalation });
  }

  /** The called instance has thrown these escalations so far, and goes on. */
  escalateCall(elementId: string, escalations: readonly Escalation[], nth = 0): Accepted {
    return this.send({ type: 'escalateCall', ...this.waitOfCall(elementId, nth), escalations });
  }

  /** The job fails and has no retries left. */
  failJob(elementId: string, errorMessage = 'down', nth = 0): Accepted {
    return this.send({ type: 'exhaustJob', ...this.waitOfJob(elementId, nth), errorMessage });
  }

  completeTask(elementId: string, variables: Variables = {}, nth = 0): Accepted {
    return this.send({ type: 'completeUserTask', ...this.waitOfTask(elementId, nth), variables });
  }

  /** Fires a timer of that element; time moves on to when it was due. */
  fireTimer(elementId: string, nth = 0): Accepted {
    const { elementInstanceKey, timerKey, dueAt } = this.timer(elementId, nth);
    this.now = Math.max(this.now, dueAt);
    return this.send({ type: 'triggerTimer', elementInstanceKey, waitKey: timerKey });
  }

  /** Correlates a message to the oldest subscription that fits; without a key, by name alone. */
  message(messageName: string, variables: Variables = {}, correlationKey?: string): Accepted {
    const row = [...this.rows.messageSubscriptions.values()].find(
      (candidate) =>
        candidate.messageName === messageName &&
        (correlationKey === undefined || candidate.correlationKey === correlationKey),
    );
    assert.ok(row, `Expected a subscription to message "${messageName}" but found none.`);
    const { elementInstanceKey, subscriptionKey: waitKey } = row;
    return this.send({ type: 'correlateMessage', elementInstanceKey, waitKey, messageName, variables });
  }

  /** Broadcasts a signal: to every subscription that is open when it begins and still is when its turn comes. */
  signal(signalName: string, variables: Variables = {}): number {
    let caught = 0;
    for (const row of [...this.rows.signalSubscriptions.values()]) {
      if (row.signalName !== signalName || !this.rows.signalSubscriptions.has(row.subscriptionKey)) continue;
      const { elementInstanceKey, subscriptionKey: waitKey } = row;
      this.send({ type: 'triggerSignal', elementInstanceKey, waitKey, signalName, variables });
      caught++;
    }
    return caught;
  }

  endCall(elementId: string, outcome: CallOutcome, nth = 0): Accepted {
    return this.send({ type: 'endCall', ...this.waitOfCall(elementId, nth), outcome });
  }

  failCall(
    elementId: string,
    message = 'not deployed',
    code: FailCall['code'] = 'called-process-not-found',
  ): Accepted {
    return this.send({ type: 'failCall', ...this.waitOfCall(elementId, 0), code, message });
  }

  resolveIncident(elementId: string, nth = 0): Accepted {
    const row = this.incidentRows().filter((candidate) => candidate.elementId === elementId)[nth];
    assert.ok(
      row,
      `Expected an incident at "${elementId}" but found ${this.incidents().join(', ') || 'none'}.`,
    );
    const { elementInstanceKey, incidentKey } = row;
    return this.send({ type: 'resolveIncident', elementInstanceKey, incidentKey });
  }

  /** Writes to the process instance, or to the scope or element instance of that element. */
  setVariables(variables: Variables, elementId?: string): Accepted {
    const scopeKey = elementId === undefined ? undefined : this.keyOf(elementId);
    return this.send({ type: 'setVariables', ...(scopeKey === undefined ? {} : { scopeKey }), variables });
  }

  cancel(): Accepted {
    return this.send({ type: 'cancelProcessInstance' });
  }

  /** Elements with an open instance that is no scope, a join that waits included, sorted, with repeats. */
  active(): readonly string[] {
    return openInstances(this.state)
      .filter(([key, { tokens = 0 }]) => key !== ROOT_KEY && tokens === 0)
      .map(([, { elementId }]) => elementId)
      .sort();
  }

  /** How many instances of the element have completed. */
  completed(elementId: string): number {
    return this.ledger.ended.filter((end) => end.elementId === elementId && end.how === 'completed').length;
  }

  canceled(elementId: string): number {
    return this.ledger.ended.filter((end) => end.elementId === elementId && end.how === 'canceled').length;
  }

  /** How many instances of the element were activated. */
  activated(elementId: string): number {
    return this.ledger.activated.filter((id) => id === elementId).length;
  }

  /** `element: code` of every open incident, sorted. */
  incidents(): readonly string[] {
    return this.incidentRows()
      .map(({ elementId, code }) => `${elementId}: ${code}`)
      .sort();
  }

  incidentRow(elementId: string): IncidentRow {
    const row = this.incidentRows().find((candidate) => candidate.elementId === elementId);
    assert.ok(row, `Expected an incident at "${elementId}" but found none.`);
    return row;
  }

  /** The process instance's own variables. */
  variables(): Variables {
    return this.state.elementInstances.get(ROOT_KEY)?.variables ?? {};
  }

  /** The variables visible at the open instance of an element. */
  visibleAt(elementId: string): Variables {
    return visibleVariables(this.state.elementInstances, this.keyOf(elementId));
  }

  /** The local variables of the open instance of an element. */
  localOf(elementId: string): Variables | undefined {
    return this.state.elementInstances.get(this.keyOf(elementId))?.variables;
  }

  keyOf(elementId: string, nth = 0): number {
    const keys = openInstances(this.state).flatMap(([key, instance]) =>
      instance.elementId === elementId && key !== ROOT_KEY ? [key] : [],
    );
    const key = keys[nth];
    assert.ok(
      key !== undefined,
      `Expected "${elementId}" to be open but ${this.active().join(', ') || 'nothing'} is.`,
    );
    return key;
  }

  jobs(elementId?: string): readonly JobRow[] {
    return ofElement(this.rows.jobs, elementId);
  }

  tasks(elementId?: string): readonly UserTaskRow[] {
    return ofElement(this.rows.userTasks, elementId);
  }

  timers(elementId?: string): readonly TimerRow[] {
    return ofElement(this.rows.timers, elementId);
  }

  timer(elementId: string, nth = 0): TimerRow {
    const row = this.timers(elementId)[nth];
    assert.ok(row, `Expected a timer of "${elementId}" but found none.`);
    return row;
  }

  incidentRows(): readonly IncidentRow[] {
    return [...this.rows.incidents.values()];
  }

  sent<Type extends SentEffect['type']>(type: Type): readonly Extract<SentEffect, { type: Type }>[] {
    return this.rows.sent.filter(
      (effect): effect is Extract<SentEffect, { type: Type }> => effect.type === type,
    );
  }

  /** The effects of the last command. */
  get effects(): readonly Effect[] {
    return this.lastEffects;
  }

  /** How often such an event has happened. */
  countOf(type: ProcessEventType): number {
    return this.events.filter((event) => event.type === type).length;
  }

  /** `type element` of the events of the last command, for those that are told by an element instance. */
  lastSteps(): readonly string[] {
    const last = this.journal.at(-1)?.events ?? [];
    const ids = new Map(
      this.events.flatMap((event) =>
        event.type === 'elementActivated' ? [[event.key, event.elementId]] : [],
      ),
    );
    return last.map((event) => `${event.type} ${('key' in event && ids.get(event.key)) || ''}`.trim());
  }

  waitOfJob(elementId: string, nth = 0): { readonly elementInstanceKey: number; readonly waitKey: number } {
    const row = this.jobs(elementId)[nth];
    assert.ok(row, `Expected a job of "${elementId}" but found none.`);
    return { elementInstanceKey: row.elementInstanceKey, waitKey: row.jobKey };
  }

  waitOfTask(elementId: string, nth = 0): { readonly elementInstanceKey: number; readonly waitKey: number } {
    const row = this.tasks(elementId)[nth];
    assert.ok(row, `Expected a user task of "${elementId}" but found none.`);
    return { elementInstanceKey: row.elementInstanceKey, waitKey: row.userTaskKey };
  }

  waitOfCall(elementId: string, nth = 0): { readonly elementInstanceKey: number; readonly waitKey: number } {
    const rows = [...this.rows.calls.values()].filter(
      ({ elementInstanceKey }) =>
        this.state.elementInstances.get(elementInstanceKey)?.elementId === elementId,
    );
    const row = rows[nth];
    assert.ok(row, `Expected a call of "${elementId}" but found none.`);
    return { elementInstanceKey: row.elementInstanceKey, waitKey: row.callKey };
  }

  private envelope<C extends Command>(command: C, hops: number, calls?: number): CommandEnvelope<C> {
    const chain = calls === undefined ? { hops } : { hops, calls };
    const decisions = knownDecisions;
    return deepFreeze({ tenantId: 'default', actor: 'test', at: this.now, ...chain, command, decisions });
  }

  private accept({ command }: CommandEnvelope, result: Accepted): ProcessInstanceState {
    const { state, events, effects } = result;
    const parsed: Pick<Accepted, 'state' | 'events' | 'effects'> = {
      state: restored(state),
      ...(JSON.parse(JSON.stringify({ events, effects })) as Pick<Accepted, 'events' | 'effects'>),
    };
    assert.deepEqual(parsed, { state, events, effects }, 'Expected JSON to lose nothing.');
    this.commands.push(command);
    this.journal.push({ at: state.at, events: parsed.events });
    for (const event of parsed.events) {
      this.events.push(event);
      this.ledger.follow(event);
    }
    if (command.type === 'endCall' || command.type === 'failCall') this.rows.closeCall(command.waitKey);
    for (const effect of parsed.effects) this.rows.apply(effect);
    this.lastEffects = parsed.effects;
    assert.deepEqual(this.replay(), parsed.state, 'Expected the events to give the state.');
    assertSoundState(this.process, parsed.state);
    assertRowsMatch(parsed.state, this.rows);
    this.ledger.assertAtRest(parsed.state);
    return deepFreeze(state);
  }

  private replay(): ProcessInstanceState | undefined {
    const isFull = this.events.length <= FULL_REPLAY_EVENTS_MAX;
    const rows = isFull ? this.journal : this.journal.slice(-1);
    let state = isFull ? undefined : this.replayed;
    for (const { at, events } of rows) for (const event of events) state = evolve(state, event, at);
    this.replayed = state;
    return state;
  }
}

/** The state as a server has it that has just started. */
function restored(state: ProcessInstanceState): ProcessInstanceState {
  return stateOf(documentOf(state));
}

/** A start that the engine refuses. */
export class RejectedStart extends Error {
  constructor(
    readonly code: RejectionCode,
    message: string,
  ) {
    super(message);
  }
}

function ofElement<Row extends { readonly elementId: string }>(
  rows: ReadonlyMap<number, Row>,
  elementId: string | undefined,
): readonly Row[] {
  return [...rows.values()].filter((row) => elementId === undefined || row.elementId === elementId);
}
