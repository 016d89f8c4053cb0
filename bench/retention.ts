/**
 * Removes ended process instances while commands go on, and prints the longest hold: how long the writer of SQLite, or a transaction on
 * PostgreSQL, was kept by one piece of the clean-up, from the beginning of its work to the end of its commit.
 *
 *   npx tsx bench/retention.ts sqlite:/tmp/bench/throughline.db 200000
 *   npx tsx bench/retention.ts postgres://postgres@127.0.0.1:5432/an_empty_database 200000
 */
import { setTimeout as pause } from 'node:timers/promises';
import { ElementInstances } from '../src/engine/element-instances.js';
import { systemClock } from '../src/platform/clock.js';
import { silentLogger } from '../src/platform/logger.js';
import { createUuidV7 } from '../src/platform/uuid-v7.js';
import { cleanUpLoop } from '../src/runtime/loops/clean-up-loop.js';
import type { Store, Transaction } from '../src/runtime/ports.js';
import { openStore } from '../src/store/open-store.js';

const [databaseUrl, count = '200000'] = process.argv.slice(2);
if (databaseUrl === undefined) throw new Error('Expected the URL of an empty database.');
const instances = Number(count);
const dayMs = 24 * 60 * 60_000;
const tenantId = 'bench';
const newId = createUuidV7(systemClock);
const elements = 6;

const store = await openStore({ databaseUrl, logger: silentLogger });
const filled = performance.now();
for (let done = 0; done < instances; done += 2_000) {
  const units = Array.from({ length: 20 }, () => store.transact((tx) => insertEnded(tx, 100)));
  await Promise.all(units);
}
console.log(`${instances} ended instances written in ${seconds(filled)} s`);

const holds: number[] = [];
const works: number[] = [];
let command = 0;
const timed: Store = Object.assign(Object.create(store) as Store, {
  queries: store.queries,
  async transact<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    let began = performance.now();
    const result = await store.transact(async (tx) => {
      began = performance.now();
      const answer = await work(tx);
      works.push(performance.now() - began);
      return answer;
    });
    holds.push(performance.now() - began);
    return result;
  },
});
const loop = cleanUpLoop({
  store: timed,
  clock: systemClock,
  logger: silentLogger,
  auditTtlMs: undefined,
  webhookLogTtlMs: 0,
  historyTtlMs: dayMs,
});
const began = performance.now();
loop.start();
const latencies: number[] = [];
while (await isSomethingLeft()) {
  for (let turn = 0; turn < 50; turn += 1) {
    const sent = performance.now();
    await store.transact((tx) => insertEnded(tx, 1, Date.now()));
    latencies.push(performance.now() - sent);
    command += 1;
    await pause(10);
  }
}
await loop.stop();
console.log(`removed in ${seconds(began)} s, ${holds.length} pieces, ${command} commands beside them`);
console.log(`work:    ${spread(works)}`);
console.log(`hold:    ${spread(holds)} (with the commit, and what shares it)`);
console.log(`command: ${spread(latencies)}`);
await store.close();

async function isSomethingLeft(): Promise<boolean> {
  const found = await store.queries.nextEndedDefinition();
  return found !== undefined && found.oldestEndedAt < Date.now() - dayMs;
}

function insertEnded(tx: Transaction, size: number, endedAt = Date.now() - 2 * dayMs): Promise<void> {
  for (let index = 0; index < size; index += 1) {
    const processInstanceId = newId();
    const place = { tenantId, processInstanceId, processDefinitionId: 'definition' };
    const [startedAt, key] = [endedAt - 1_000, processInstanceId.slice(-8)];
    tx.processInstances.insert({
      ...place,
      bpmnProcessId: 'order',
      version: 1,
      businessKey: key,
      hasIncident: false,
      startedAt,
      endedAt,
      revision: 4,
      state: {
        schema: 1,
        processInstanceId,
        status: 'completed',
        lastKey: elements,
        at: endedAt,
        elementInstances: ElementInstances.empty,
      },
    });
    tx.elementInstances.insert(
      Array.from({ length: elements }, (_, at) => ({
        ...place,
        elementInstanceId: `${processInstanceId}-${at + 1}`,
        elementInstanceKey: at + 1,
        elementId: `element-${at}`,
        elementType: 'serviceTask',
        state: 'completed' as const,
        startedAt,
        endedAt,
      })),
    );
    tx.variables.put(tenantId, processInstanceId, [
      { name: 'customer', value: JSON.stringify(key) },
      { name: 'amount', value: String(index) },
    ]);
    for (let entry = 0; entry < 4; entry += 1) {
      const variables = { note: 'x'.repeat(300) };
      tx.journal.append({
        ...place,
        at: startedAt,
        actor: 'bench',
        command: 'completeJob',
        eventVersion: 1,
        events: [{ type: 'variablesSet', key: 0, variables }],
      });
    }
  }
  return Promise.resolve();
}

function spread(values: readonly number[]): string {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (part: number) => (sorted[Math.floor((sorted.length - 1) * part)] ?? 0).toFixed(1);
  return `median ${at(0.5)} ms, 99 % ${at(0.99)} ms, 99.9 % ${at(0.999)} ms, longest ${at(1)} ms`;
}

function seconds(since: number): string {
  return ((performance.now() - since) / 1_000).toFixed(1);
}
