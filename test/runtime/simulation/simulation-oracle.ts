import assert from 'node:assert/strict';
import type { ProcessEvent } from '../../../src/engine/event.js';
import { ROOT_KEY } from '../../../src/engine/state.js';
import { stateOf } from '../../../src/engine/state-document.js';
import { effectsOf, ticksOfTicker, timerMs } from '../../crash/crash-models.js';
import { assertConsistent } from '../../support/consistency.js';
import { assertNoneStuck } from '../../support/none-stuck.js';
import { readTables, type TableRow, type Tables } from '../../support/read-tables.js';
import type { Played } from './simulation.js';

/** Holds a database at rest against what its clients were told. @throws AssertionError */
export async function assertNothingLostOrTwice(
  databaseUrl: string,
  tenantId: string,
  played: Played,
): Promise<void> {
  // Also that the events of each instance give its state, and every row is what a state says.
  await assertConsistent(databaseUrl, { atRest: true });
  const tables = await readTables(databaseUrl);
  assertAnswers(tables, played);
  assertInstances(tables, played);
  assertEffects(tables, played);
  assertJobs(tables, played);
  assertTimers(tables, played);
  assertMessages(tables, played);
  assertNoneStuck(tables, played.bells.length + (played.started.get('begun')?.length ?? 0));
  assert.ok(tables.process_instance.every((row) => row['tenant_id'] === tenantId));
}

/** Each command has its answer, which the database has under its key. */
function assertAnswers(tables: Tables, { client }: Played): void {
  const kept = new Map(tables.idempotency.map((row) => [String(row['key']), row]));
  for (const { key, answer } of client.log) {
    assert.ok(answer, `Expected ${key} to be answered.`);
    assert.ok(kept.has(key), `Expected the outcome of ${key} to be kept.`);
  }
  assert.equal(
    kept.size,
    new Set(client.log.map(({ key }) => key)).size,
    'Expected no key that nobody sent.',
  );
}

/** Everything that was asked for is there, once, and nothing else. */
function assertInstances(tables: Tables, { started, bells }: Played): void {
  const keysOf = (process: string): string[] =>
    rowsOf(tables, process)
      .map((row) => String(row['business_key']))
      .sort();
  const expected = (process: string): string[] => [...(started.get(process) ?? [])].sort();
  for (const process of ['order', 'ticker', 'moved', 'begun'])
    assert.deepEqual(keysOf(process), expected(process), `Expected each ${process} once.`);
  assert.deepEqual(
    keysOf('ledger'),
    expected('order'),
    'Expected the end of each order to start one ledger.',
  );
  assert.equal(keysOf('pack').length, expected('order').length, 'Expected each order to call once.');
  assert.equal(keysOf('bell').length, bells.length);
}

/** Each task, job, message, timer, call and signal has had its effect exactly once. */
function assertEffects(tables: Tables, { rings, moved }: Played): void {
  const counted = (process: string, variable: string): readonly (readonly [string, unknown])[] =>
    rowsOf(tables, process).map((row) => {
      const root = stateOf(textOf(row, 'document')).elementInstances.get(ROOT_KEY);
      return [textOf(row, 'process_instance_id'), root?.variables?.[variable]];
    });
  for (const [id, effects] of counted('order', 'effects'))
    assert.equal(effects, effectsOf.order, `effects of ${id}`);
  for (const [id, effects] of counted('moved', 'effects'))
    assert.equal(effects, effectsOf.moved - (moved.has(id) ? 0 : 1), `effects of ${id}`);
  for (const [id, ticks] of counted('ticker', 'ticks')) assert.equal(ticks, ticksOfTicker, `ticks of ${id}`);
  for (const [id, count] of counted('bell', 'rings')) assert.equal(count, rings, `rings of ${id}`);
}

/** Each job is recorded as completed once; each that a handler was to do has been done. */
function assertJobs(tables: Tables, { called, started }: Played): void {
  const completed = tables.journal.flatMap((row) =>
    eventsOf(row).flatMap((event) =>
      event.type === 'jobCompleted' ? [`${textOf(row, 'process_instance_id')} ${event.jobKey}`] : [],
    ),
  );
  const orders = started.get('order')?.length ?? 0;
  assert.equal(completed.length, 3 * orders, 'Expected three jobs of each order.');
  assert.equal(new Set(completed).size, completed.length, 'Expected each job to be recorded once.');
  assert.equal(called.size, 2 * orders, 'Expected the handler to be called for two jobs of each order.');
  assert.deepEqual(tables.job, [], 'Expected no job to be left.');
}

/** None early, none lost, none twice. */
function assertTimers(tables: Tables, { started }: Played): void {
  assert.deepEqual(tables.timer, [], 'Expected no timer to be left.');
  const waits = tables.element_instance.filter(({ element_id: id }) => id === 'pause' || id === 'tick');
  const early = waits.filter((row) => Number(row['ended_at']) - Number(row['started_at']) < timerMs);
  assert.deepEqual(early, [], `Expected no timer before ${timerMs} ms.`);
  const count = (process: string): number => started.get(process)?.length ?? 0;
  assert.equal(waits.length, count('order') + ticksOfTicker * count('ticker'), 'Expected each timer once.');
}

function assertMessages(tables: Tables, { started }: Played): void {
  const of = (process: string): readonly string[] => started.get(process) ?? [];
  const expected = [
    ...of('order').flatMap((key) => [`paid ${key}`, `booked ${key}`]),
    ...of('begun').map((key) => `begin ${key}`),
  ];
  // A message for an order that nobody has started waits for its end.
  const found = tables.message
    .filter(
      ({ name, state, correlation_key: key }) =>
        name !== 'paid' || state === 'consumed' || of('order').includes(String(key)),
    )
    .map((row) => `${row['name']} ${row['correlation_key']}`);
  assert.deepEqual(found.sort(), expected.sort(), 'Expected each message once.');
  const waiting = tables.message.filter(({ state }) => state !== 'consumed');
  for (const { correlation_key: key } of waiting)
    assert.ok(!of('order').includes(String(key)), `${key} is not consumed.`);
}

function rowsOf(tables: Tables, process: string): readonly TableRow[] {
  return tables.process_instance.filter((row) => row['bpmn_process_id'] === process);
}

function eventsOf(row: TableRow): readonly ProcessEvent[] {
  return JSON.parse(textOf(row, 'events')) as readonly ProcessEvent[];
}

function textOf(row: TableRow, column: string): string {
  return String(row[column]);
}
