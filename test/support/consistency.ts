import assert from 'node:assert/strict';
import { readBpmn } from '../../src/definitions/index.js';
import type { ProcessEvent } from '../../src/engine/event.js';
import { evolve } from '../../src/engine/evolve.js';
import type { ExecutableProcess } from '../../src/engine/process-model.js';
import { gatheredStarts } from '../../src/runtime/gathered-starts.js';
import { startersOf } from '../../src/engine/starters.js';
import { stateOf as readState } from '../../src/engine/state-document.js';
import type { ProcessInstanceState } from '../../src/engine/state.js';
import { ROOT_KEY } from '../../src/engine/state.js';
import type { DeliveryBody } from '../../src/runtime/delivery.js';
import { searchableValue } from '../../src/runtime/searchable-value.js';
import { keyLengthMax } from '../../src/store/table.js';
import { assertSoundState, openInstances } from '../engine/invariants.js';
import { expectedWaits, storedWaits } from './consistency-waits.js';
import { readTables, type TableRow, type Tables } from './read-tables.js';
import { rowsByInstance } from './rows-by-instance.js';

/**
 * Holds everything in the database against itself, whatever was done to the server before: each instance's state is what its
 * journal says, and every row that stands for something in a state stands there, with the same content, and no other does.
 * May be called at any moment, also while a server works; `atRest` also expects nothing to be under way.
 */
export async function assertConsistent(
  databaseUrl: string,
  options: { readonly atRest?: boolean } = {},
): Promise<void> {
  const tables = await readTables(databaseUrl);
  const processes = await readProcesses(tables);
  const states = new Map<string, ProcessInstanceState>();
  for (const row of tables.process_instance) states.set(textOf(row, 'process_instance_id'), stateOf(row));
  const ownOf = rowsByInstance(tables);
  for (const row of tables.process_instance)
    assertInstance(row, ownOf(textOf(row, 'process_instance_id')), processes);
  assertNoOrphans(tables, states);
  assertCalls(tables, states);
  assertMessageStarts(tables, states);
  assertStarts(tables, processes);
  assertNoneMissed(tables);
  assertSuspended(tables, states);
  if (options.atRest) assert.deepEqual(tables.delivery, [], 'Expected no delivery to be left.');
}

/** @param own the rows of this instance alone */
function assertInstance(row: TableRow, own: Tables, processes: ReadonlyMap<string, ExecutableProcess>): void {
  const id = textOf(row, 'process_instance_id');
  const state = stateOf(row);
  const journal = [...own.journal].sort((a, b) => Number(a['sequence']) - Number(b['sequence']));
  const history = journal.map((entry) => ({ at: Number(entry['at']), events: eventsOf(entry) }));
  assertColumns(row, state, history[0]?.at);
  assert.deepEqual(replay(history), state, `Expected the state of ${id} to be what its events give.`);
  const process = processes.get(textOf(row, 'process_definition_id'));
  // A definition may be gone once nothing of it runs.
  if (process) assertSoundState(process, state);
  assert.ok(process ?? state.status !== 'active', `Expected the definition of ${id}, which is active.`);
  assertElementInstances(id, history, own, process);
  const stored = storedWaits(own);
  assert.deepEqual(stored, expectedWaits(state), `Expected the rows of ${id} to be its waits and incidents.`);
  assertEndedRows(id, history, own);
  assertVariables(id, state, own);
}

function replay(history: readonly { readonly at: number; readonly events: readonly ProcessEvent[] }[]) {
  let state: ProcessInstanceState | undefined;
  for (const { at, events } of history) for (const event of events) state = evolve(state, event, at);
  return state;
}

function assertColumns(row: TableRow, state: ProcessInstanceState, startedAt: number | undefined): void {
  const isActive = state.status === 'active';
  const hasIncident = isActive && openInstances(state).some(([, { incident }]) => incident !== undefined);
  const expected = {
    process_instance_id: state.processInstanceId,
    business_key: state.businessKey ?? null,
    parent_process_instance_id: state.parent?.processInstanceId ?? null,
    parent_element_instance_key: state.parent?.elementInstanceKey ?? null,
    has_incident: hasIncident ? 1 : 0,
    status: state.status,
    suspended: state.suspended ? 1 : 0,
    error_code: state.errorCode ?? null,
    started_at: startedAt,
    ended_at: isActive ? null : state.at,
  };
  const found = Object.fromEntries(Object.keys(expected).map((column) => [column, row[column]]));
  assert.deepEqual(found, expected, `Expected the columns of ${state.processInstanceId} to be its state's.`);
}

function assertElementInstances(
  id: string,
  history: readonly { readonly at: number; readonly events: readonly ProcessEvent[] }[],
  own: Tables,
  process: ExecutableProcess | undefined,
): void {
  const bodyTypes = { multiInstance: 'multiInstanceBody', standard: 'loopBody' };
  const expected = new Map<number, Record<string, unknown>>();
  for (const { at, events } of history) {
    for (const event of events) {
      if (event.type === 'elementActivated') {
        const element = process?.elements.get(event.elementId);
        expected.set(event.key, {
          element_instance_key: event.key,
          element_id: event.elementId,
          ...(element
            ? {
                element_type: event.body ? bodyTypes[event.body] : element.type,
                element_name: element.name ?? null,
              }
            : {}),
          parent_element_instance_key: event.scope === ROOT_KEY ? null : event.scope,
          state: 'active',
          started_at: at,
          ended_at: null,
        });
      }
      if (event.type === 'processInstanceMigrated') {
        for (const row of expected.values()) {
          delete row['element_type'];
          delete row['element_name'];
        }
        for (const { key, elementId } of event.elements) {
          const name = process?.elements.get(elementId)?.name ?? null;
          Object.assign(expected.get(key) ?? {}, {
            element_id: elementId,
            ...(process && { element_name: name }),
          });
        }
      }
      if (event.type === 'elementCompleted' || event.type === 'elementCanceled') {
        const state = event.type === 'elementCompleted' ? 'completed' : 'canceled';
        Object.assign(expected.get(event.key) ?? {}, { state, ended_at: at });
      }
    }
  }
  const found = new Map(
    own.element_instance.map((row) => [
      Number(row['element_instance_key']),
      Object.fromEntries(
        Object.keys(expected.get(Number(row['element_instance_key'])) ?? row).map((column) => [
          column,
          row[column],
        ]),
      ),
    ]),
  );
  const byKey = (a: [number, unknown], b: [number, unknown]) => a[0] - b[0];
  assert.deepEqual(
    [...found].sort(byKey),
    [...expected].sort(byKey),
    `Expected the element instances of ${id} to be those of its events.`,
  );
}

/** User tasks and incidents stay when they have ended, with how they ended. */
function assertEndedRows(
  id: string,
  history: readonly { readonly events: readonly ProcessEvent[] }[],
  own: Tables,
): void {
  const events = history.flatMap((entry) => entry.events);
  const completed = new Set(
    events.flatMap((event) => (event.type === 'userTaskCompleted' ? [event.userTaskKey] : [])),
  );
  const created = events.flatMap((event) => (event.type === 'userTaskCreated' ? [event.userTaskKey] : []));
  const keys = (rows: readonly TableRow[], column: string) =>
    rows.map((row) => Number(row[column])).sort((a, b) => a - b);
  assert.deepEqual(
    keys(own.user_task, 'user_task_key'),
    created,
    `Expected a row for each user task of ${id}.`,
  );
  for (const task of own.user_task) {
    const isOpen = task['state'] === 'created';
    assert.equal(
      task['ended_at'] === null,
      isOpen,
      `Expected user task ${task['user_task_id']} to end with a time.`,
    );
    const isCompleted = completed.has(Number(task['user_task_key']));
    if (!isOpen) assert.equal(task['state'], isCompleted ? 'completed' : 'canceled');
    assertCandidates(task, own);
  }
  const raised = events.flatMap((event) => (event.type === 'incidentRaised' ? [event.incidentKey] : []));
  const incidents = keys(own.incident, 'incident_key');
  assert.deepEqual(incidents, raised, `Expected a row for each incident of ${id}.`);
}

function assertCandidates(task: TableRow, own: Tables): void {
  const id = textOf(task, 'user_task_id');
  const names = (column: string, kind: string) =>
    [...new Set(JSON.parse(textOf(task, column)) as string[])].map(
      (name) => `${kind} ${name} ${task['state']}`,
    );
  const expected = [...names('candidate_groups', 'group'), ...names('candidate_users', 'user')].sort();
  const found = own.user_task_candidate
    .filter((row) => row['user_task_id'] === id)
    .map(({ kind, name, state }) => `${kind} ${name} ${state}`);
  assert.deepEqual(found.sort(), expected, `Expected the candidates of user task ${id} to be searchable.`);
}

function assertVariables(id: string, state: ProcessInstanceState, own: Tables): void {
  const root = state.elementInstances.get(ROOT_KEY)?.variables ?? {};
  const expected = Object.entries(root).flatMap(([name, value]) => {
    const text = searchableValue(value);
    const isSearchable = text !== undefined && text.length <= keyLengthMax && name.length <= keyLengthMax;
    return isSearchable ? [`${name}=${text}`] : [];
  });
  const found = own.process_variable.map(({ name, value }) => `${name}=${value}`);
  assert.deepEqual(
    found.sort(),
    expected.sort(),
    `Expected the searchable variables of ${id} to be its own.`,
  );
}

function assertNoOrphans(tables: Tables, states: ReadonlyMap<string, ProcessInstanceState>): void {
  const owned = [
    ...(['element_instance', 'process_variable', 'journal', 'job', 'timer', 'user_task'] as const),
    ...(['incident', 'message_subscription', 'signal_subscription', 'held_delivery'] as const),
    'message_start' as const,
  ];
  // What is left of those that are being removed goes piece by piece.
  const removed = new Set(tables.removed_instance.map((row) => row['process_instance_id']));
  for (const table of owned) {
    for (const { process_instance_id: id = null } of tables[table]) {
      assert.ok(
        id === null || removed.has(id) || states.has(String(id)),
        `Expected the instance ${id} of a row in ${table}.`,
      );
    }
  }
}

/** Only active instances keep others from being started, and what waits for their end waits for something that comes. */
function assertMessageStarts(tables: Tables, states: ReadonlyMap<string, ProcessInstanceState>): void {
  const placeOf = (row: TableRow): string =>
    JSON.stringify([row['tenant_id'], row['bpmn_process_id'], row['correlation_key']]);
  const coming = new Set(tables.message_start.map(placeOf));
  for (const row of tables.message_start) {
    const id = textOf(row, 'process_instance_id');
    assert.equal(states.get(id)?.status, 'active', `Expected ${id}, which holds a key, to be active.`);
  }
  for (const row of tables.delivery) {
    const body = JSON.parse(textOf(row, 'body')) as DeliveryBody;
    if (body.kind === 'startBuffered')
      coming.add(JSON.stringify([row['tenant_id'], body.bpmnProcessId, body.correlationKey]));
  }
  const gone = new Set(
    tables.message.filter(({ state }) => state === 'consumed').map((row) => row['message_row_id']),
  );
  for (const row of tables.waiting_message_start.filter((it) => !gone.has(it['message_row_id'] ?? null)))
    assert.ok(coming.has(placeOf(row)), `Expected message ${row['message_row_id']} to have its turn.`);
}

/** A call activity waits for exactly one of: the start that is to come, the called instance, the answer that is to come. */
function assertCalls(tables: Tables, states: ReadonlyMap<string, ProcessInstanceState>): void {
  const bodies = [...tables.delivery, ...tables.held_delivery].map(
    (row) => JSON.parse(textOf(row, 'body')) as DeliveryBody,
  );
  const answers = new Map<string, string[]>();
  const answered = (processInstanceId: string, callKey: number, by: string): void => {
    const call = `${processInstanceId} ${callKey}`;
    answers.set(call, [...(answers.get(call) ?? []), by]);
  };
  for (const body of bodies) {
    const parent = body.kind === 'startCalledInstance' || body.kind === 'endCall' ? body.parent : undefined;
    if (parent) answered(parent.processInstanceId, parent.callKey, body.kind);
  }
  for (const { parent, status, processInstanceId } of states.values()) {
    if (status === 'active' && parent)
      answered(parent.processInstanceId, parent.callKey, `called instance ${processInstanceId}`);
  }
  for (const [id, state] of states) {
    for (const [, { waits = [] }] of openInstances(state)) {
      for (const { kind, key } of waits) {
        if (kind !== 'call') continue;
        const found = answers.get(`${id} ${key}`) ?? [];
        assert.equal(
          found.length,
          1,
          `Expected call ${key} of ${id} to be answered once but found ${found}.`,
        );
      }
    }
    const { parent } = state;
    if (state.status !== 'active' || !parent) continue;
    const caller = states.get(parent.processInstanceId)?.elementInstances.get(parent.elementInstanceKey);
    const isAwaited = caller?.waits?.some(({ kind, key }) => kind === 'call' && key === parent.callKey);
    const isToBeCanceled = bodies.some(
      (body) =>
        body.kind === 'cancelCalledInstance' &&
        body.parentProcessInstanceId === parent.processInstanceId &&
        body.parentElementInstanceKey === parent.elementInstanceKey,
    );
    assert.ok(
      isAwaited ?? isToBeCanceled,
      `Expected a caller to wait for ${id}, or its cancellation to come.`,
    );
  }
}

/** Only the latest version of a process is started by messages, signals and timers. */
function assertStarts(tables: Tables, processes: ReadonlyMap<string, ExecutableProcess>): void {
  const latest = new Map<string, TableRow>();
  for (const row of tables.process_definition) {
    const process = `${row['tenant_id']} ${row['bpmn_process_id']}`;
    if (Number(row['version']) > Number(latest.get(process)?.['version'] ?? 0)) latest.set(process, row);
  }
  const latestIds = new Set([...latest.values()].map((row) => textOf(row, 'process_definition_id')));
  const expected: string[] = [];
  for (const id of latestIds) {
    const process = processes.get(id);
    for (const { element, definition } of process ? startersOf(process) : []) {
      const { kind } = definition;
      const row = `${id} ${kind} ${element.id}`;
      // The conditions of one event have one row.
      if (kind === 'message' || kind === 'signal' || (kind === 'conditional' && !expected.includes(row)))
        expected.push(row);
    }
  }
  const found = tables.start_subscription.map(
    (row) => `${row['process_definition_id']} ${row['kind']} ${row['element_id']}`,
  );
  assert.deepEqual(found.sort(), expected.sort(), 'Expected the start subscriptions of the latest versions.');
  const timers = new Set<string>();
  for (const row of tables.timer.filter((timer) => timer['process_instance_id'] === null)) {
    const timer = `${row['process_definition_id']} ${row['element_id']} ${row['part'] ?? ''}`;
    const isLatest = latestIds.has(textOf(row, 'process_definition_id'));
    assert.ok(isLatest, `Expected start timers of the latest versions only but found ${timer}.`);
    assert.ok(!timers.has(timer), `Expected each start timer once but found ${timer} again.`);
    timers.add(timer);
  }
  const gathered = [...latestIds].flatMap((id) => {
    const process = processes.get(id);
    const starts = process ? gatheredStarts(process, 0) : [];
    return starts.flatMap(({ elementId, parts }) =>
      parts.map((part) => `${process?.bpmnProcessId} ${elementId} ${part}`),
    );
  });
  for (const row of tables.start_arrival) {
    const arrival = `${row['bpmn_process_id']} ${row['element_id']} ${row['part']}`;
    assert.ok(gathered.includes(arrival), `Expected no arrival for what is not waited for: ${arrival}.`);
  }
}

/** Only what belongs to a suspended instance is kept back. */
function assertSuspended(tables: Tables, states: ReadonlyMap<string, ProcessInstanceState>): void {
  const isSuspended = (row: TableRow) => states.get(String(row['process_instance_id']))?.suspended === true;
  for (const row of tables.held_delivery)
    assert.ok(
      isSuspended(row),
      `Expected the instance of held delivery ${row['held_delivery_id']} to be suspended.`,
    );
  for (const row of [...tables.job, ...tables.timer])
    assert.equal(
      row['is_suspended'],
      isSuspended(row) ? 1 : 0,
      `Expected ${row['job_id'] ?? row['timer_id']} to wait as its instance.`,
    );
}

/** A message that is kept and somebody who waits for it have missed each other. */
function assertNoneMissed(tables: Tables): void {
  const goingOn = new Set(
    tables.delivery.flatMap((row) => {
      const body = JSON.parse(textOf(row, 'body')) as DeliveryBody;
      return body.kind === 'consumeBuffered' ? [`${body.processInstanceId}-${body.subscriptionKey}`] : [];
    }),
  );
  for (const message of tables.message.filter(({ state }) => state === 'buffered')) {
    const missed = tables.message_subscription.find(
      (subscription) =>
        subscription['tenant_id'] === message['tenant_id'] &&
        subscription['message_name'] === message['name'] &&
        subscription['correlation_key'] === message['correlation_key'] &&
        Number(subscription['created_at']) < Number(message['expires_at']) &&
        !goingOn.has(textOf(subscription, 'subscription_id')),
    );
    assert.equal(missed, undefined, `Expected message ${message['message_row_id']} to have found who waits.`);
  }
}

async function readProcesses(tables: Tables): Promise<ReadonlyMap<string, ExecutableProcess>> {
  const processes = new Map<string, ExecutableProcess>();
  for (const row of tables.process_definition) {
    const resource = tables.resource.find(({ resource_id: id }) => id === row['resource_id']);
    assert.ok(resource, `Expected the resource of ${row['process_definition_id']}.`);
    const result = await readModel(textOf(resource, 'name'), textOf(resource, 'content'));
    const read = result.ok
      ? result.processes.find(({ process }) => process.bpmnProcessId === row['bpmn_process_id'])
      : undefined;
    assert.ok(read, `Expected ${row['bpmn_process_id']} in the resource of its definition.`);
    processes.set(textOf(row, 'process_definition_id'), read.process);
  }
  return processes;
}

/** Tests hold many databases with the same few models against themselves. */
const modelsRead = new Map<string, ReturnType<typeof readBpmn>>();
const modelsKept = 200;

function readModel(name: string, content: string): ReturnType<typeof readBpmn> {
  const key = `${name} ${content}`;
  const known = modelsRead.get(key);
  if (known) return known;
  if (modelsRead.size >= modelsKept) modelsRead.clear();
  const model = readBpmn({ name, content }, { purpose: 'load' });
  modelsRead.set(key, model);
  return model;
}

function stateOf(row: TableRow): ProcessInstanceState {
  return readState(textOf(row, 'document'));
}

function eventsOf(row: TableRow): readonly ProcessEvent[] {
  return JSON.parse(textOf(row, 'events')) as readonly ProcessEvent[];
}

function textOf(row: TableRow, column: string): string {
  const value = row[column];
  assert.equal(typeof value, 'string', `Expected a text in ${column} but found ${value}.`);
  return String(value);
}
