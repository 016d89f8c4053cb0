import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ProcessEvent } from '../../src/engine/event.js';
import { assertConsistent } from '../support/consistency.js';
import { assertNoneStuck } from '../support/none-stuck.js';
import { readTables, type TableRow, type Tables } from '../support/read-tables.js';
import type { CrashClient } from './crash-client.js';
import type { LoadSummary } from './crash-load.js';
import { effectsOf, ticksOfTicker, timerMs } from './crash-models.js';

const restWithinMs = 30_000;
const askersAtOnce = 8;

/** What happened on the client's side, and where the server's is. */
export interface Evidence {
  readonly client: CrashClient;
  readonly load: LoadSummary;
  readonly databaseUrl: string;
  readonly callsFile: string;
}

/** Holds the database and the answers of a server at rest against what its clients were told. @throws AssertionError */
export async function assertNothingLostOrTwice(evidence: Evidence): Promise<void> {
  const { client, databaseUrl } = evidence;
  await assertKeysAnswerAsBefore(client);
  const tables = await tablesAtRest(databaseUrl);
  await assertConsistent(databaseUrl, { atRest: true });
  assertInstances(evidence, tables);
  await assertCounters(evidence);
  await assertJobs(evidence, tables);
  assertTimers(evidence, tables);
  assertMessages(evidence, tables);
  assert.deepEqual(tables.incident, [], 'Expected no incident.');
  const { bells, begun, lone } = evidence.load;
  assertNoneStuck(tables, bells.length + begun.length + lone.length);
}

/** Also what was sent once and not answered: it is done now, or was done then. */
async function assertKeysAnswerAsBefore(client: CrashClient): Promise<void> {
  const left = client.log.filter(({ key }) => key !== undefined);
  const ask = async (): Promise<void> => {
    for (let command = left.pop(); command !== undefined; command = left.pop()) {
      const { answer, key } = command;
      const again = await client.settle(command);
      if (answer === undefined) assert.ok(again.status < 300, `${key}: ${JSON.stringify(again)}`);
      else
        assert.deepEqual(
          { status: again.status, body: again.body },
          answer,
          `Expected ${key} to be answered as before.`,
        );
    }
  };
  await Promise.all(Array.from({ length: askersAtOnce }, ask));
}

async function tablesAtRest(databaseUrl: string): Promise<Tables> {
  for (const giveUpAt = performance.now() + restWithinMs; ; await sleep(200)) {
    const tables = await readTables(databaseUrl);
    if (tables.delivery.length === 0 && tables.job.length === 0) return tables;
    assert.ok(
      performance.now() < giveUpAt,
      `Expected rest but found ${JSON.stringify([tables.delivery, tables.job])}`,
    );
  }
}

/** Every start that was answered is there, each once, and nothing that nobody asked for. */
function assertInstances({ client, load }: Evidence, tables: Tables): void {
  const rows = new Map(tables.process_instance.map((row) => [textOf(row, 'process_instance_id'), row]));
  const started = client.log.filter(({ path }) => path === '/v1/process-instances');
  const ids = started.map(({ answer }) => String(answer?.body['processInstanceId']));
  assert.equal(new Set(ids).size, started.length, 'Expected each start to have an instance of its own.');
  for (const id of ids) assert.ok(rows.has(id), `${id} was answered and is lost`);
  const keysOf = (processId: string): string[] =>
    tables.process_instance
      .filter((row) => row['bpmn_process_id'] === processId)
      .map((row) => String(row['business_key']))
      .sort();
  const orders = started.flatMap(({ body }) => keysStarted(body, 'order'));
  assert.deepEqual(keysOf('order'), orders.sort(), 'Expected each order once.');
  assert.deepEqual(
    keysOf('ledger'),
    orders,
    'Expected the message at the end of each order to start one ledger.',
  );
  assert.deepEqual(keysOf('lone'), [...load.lone].sort(), 'Expected each lone start once.');
  assert.deepEqual(keysOf('begun'), [...load.begun].sort(), 'Expected each message to start one instance.');
  assert.equal(keysOf('pack').length, orders.length, 'Expected each order to call once.');
  const others = ['bell', 'ticker', 'moved'].flatMap(keysOf).length;
  assert.equal(others, started.length - orders.length - load.lone.length);
}

function keysStarted(body: unknown, processId: string): readonly string[] {
  const { bpmnProcessId, businessKey } = body as { bpmnProcessId: string; businessKey?: string };
  return bpmnProcessId === processId ? [String(businessKey)] : [];
}

/** Each task, job, message, timer, call and signal has had its effect exactly once. */
async function assertCounters({ client, load }: Evidence): Promise<void> {
  const variablesOf = async (id: string): Promise<Record<string, unknown>> => {
    const { variables } = await client.read('GET', `/v1/process-instances/${id}/variables`);
    return variables as Record<string, unknown>;
  };
  for (const [process, effects] of Object.entries(effectsOf)) {
    for (const id of load.ended.get(process) ?? [])
      assert.equal((await variablesOf(id))['effects'], effects, `effects of ${process} ${id}`);
  }
  for (const id of load.ended.get('ticker') ?? [])
    assert.equal((await variablesOf(id))['ticks'], ticksOfTicker, `ticks of ${id}`);
  for (const id of load.bells) assert.equal((await variablesOf(id))['rings'], load.rings, `rings of ${id}`);
}

/** Each job is recorded as completed once; each that a handler was to do has been done. */
async function assertJobs({ load, callsFile }: Evidence, tables: Tables): Promise<void> {
  const completed = tables.journal.flatMap((row) =>
    eventsOf(row).flatMap((event) =>
      event.type === 'jobCompleted' ? [`${textOf(row, 'process_instance_id')} ${event.jobKey}`] : [],
    ),
  );
  const orders = load.ended.get('order')?.length ?? 0;
  assert.equal(completed.length, 3 * orders, 'Expected three jobs of each order.');
  assert.equal(new Set(completed).size, completed.length, 'Expected each job to be recorded once.');
  const calls = new Set((await readFile(callsFile, 'utf8')).split('\n').filter((line) => line !== ''));
  assert.equal(calls.size, 2 * orders, 'Expected the handler to be called for two jobs of each order.');
}

/** None early, none lost, none twice. */
function assertTimers({ load }: Evidence, tables: Tables): void {
  assert.deepEqual(tables.timer, [], 'Expected no timer to be left.');
  const waits = tables.element_instance.filter(({ element_id: id }) => id === 'pause' || id === 'tick');
  const early = waits.filter((row) => Number(row['ended_at']) - Number(row['started_at']) < timerMs);
  assert.deepEqual(early, [], `Expected no timer before ${timerMs} ms.`);
  const expected =
    (load.ended.get('order')?.length ?? 0) + ticksOfTicker * (load.ended.get('ticker')?.length ?? 0);
  assert.equal(waits.length, expected, 'Expected each timer to fire once.');
}

function assertMessages({ client }: Evidence, tables: Tables): void {
  const published = new Set(
    client.log
      .filter(({ path }) => path === '/v1/messages')
      .map(({ body }) => (body as { messageId: string }).messageId),
  );
  const rows = tables.message.filter(({ message_id: id }) => published.has(String(id)));
  assert.equal(rows.length, published.size, 'Expected each message once.');
  assert.deepEqual(
    rows.filter(({ state }) => state !== 'consumed'),
    [],
    'Expected each message to be consumed.',
  );
}

function eventsOf(row: TableRow): readonly ProcessEvent[] {
  return JSON.parse(textOf(row, 'events')) as readonly ProcessEvent[];
}

function textOf(row: TableRow, column: string): string {
  return String(row[column]);
}
