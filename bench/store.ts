/**
 * How many engine-like steps the store makes: load an instance, save it, one journal row, two element instance rows, one
 * job row in place of another.
 *
 *   npx tsx bench/store.ts sqlite:/tmp/bench/throughline.db
 *   npx tsx bench/store.ts postgres://postgres@127.0.0.1:5432/an_empty_database
 */
import { ElementInstances } from '../src/engine/element-instances.js';
import { silentLogger } from '../src/platform/logger.js';
import type { ProcessInstanceRow, Store, Transaction } from '../src/runtime/ports.js';
import { openStore } from '../src/store/open-store.js';

const tenantId = 'bench';
const instanceCount = 2_000;
const secondsPerRun = 3;

const databaseUrl = process.argv[2];
if (databaseUrl === undefined) throw new Error('Expected the URL of an empty database.');
const store = await openStore({ databaseUrl, logger: silentLogger });
const run = Date.now().toString(36);
await insertInstances(store);

for (const concurrency of [1, 8, 32, 128]) {
  await measure(`step, one of ${instanceCount} instances`, concurrency, () => anyInstance());
}
await measure('step, all on one instance', 64, () => instanceIdOf(0));
await store.close();

async function measure(title: string, concurrency: number, pick: () => string): Promise<void> {
  const until = performance.now() + secondsPerRun * 1000;
  let steps = 0;
  const worker = async (): Promise<void> => {
    for (; performance.now() < until; steps += 1) {
      const id = pick();
      await store.transact((tx) => step(tx, id), { instanceId: id });
    }
  };
  const began = performance.now();
  const cpu = process.cpuUsage();
  await Promise.all(Array.from({ length: concurrency }, worker));
  const seconds = (performance.now() - began) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  const rate = `${Math.round(steps / seconds)} steps/s, ${Math.round((user + system) / steps)} µs of this process's CPU each`;
  console.log(`${title}, ${concurrency} at once: ${rate}`);
}

async function step(tx: Transaction, processInstanceId: string): Promise<void> {
  const row = await tx.processInstances.load(tenantId, processInstanceId);
  if (row === undefined) throw new Error(`Expected an instance ${processInstanceId} but found none.`);
  const key = row.state.lastKey + 3;
  const { processDefinitionId } = row;
  tx.processInstances.save({
    ...row,
    revision: row.revision + 1,
    state: { ...row.state, lastKey: key, at: tx.now },
  });
  tx.journal.append({
    tenantId,
    processInstanceId,
    processDefinitionId,
    at: tx.now,
    actor: 'worker',
    command: 'completeJob',
    eventVersion: 1,
    events: [
      { type: 'jobCompleted', key: key - 3, jobKey: key - 2 },
      { type: 'elementCompleted', key: key - 3, flows: ['flow-1'] },
      { type: 'elementActivated', key, elementId: 'task-2', scope: 0, flowId: 'flow-1' },
      { type: 'jobCreated', key, jobKey: key + 1, jobType: 'bench', retries: 3 },
    ],
  });
  const element = {
    tenantId,
    processInstanceId,
    processDefinitionId,
    elementType: 'serviceTask',
    startedAt: tx.now,
  };
  tx.elementInstances.insert([
    {
      ...element,
      elementInstanceId: '',
      elementInstanceKey: key - 1,
      elementId: 'task-1',
      state: 'completed',
      endedAt: tx.now,
    },
    { ...element, elementInstanceId: '', elementInstanceKey: key, elementId: 'task-2', state: 'active' },
  ]);
  tx.jobs.remove(`${processInstanceId}-${key - 2}`);
  tx.jobs.insert({
    jobId: `${processInstanceId}-${key + 1}`,
    tenantId,
    type: 'bench',
    state: 'created',
    processInstanceId,
    processDefinitionId,
    bpmnProcessId: 'bench',
    elementId: 'task-2',
    elementInstanceKey: key,
    jobKey: key + 1,
    retries: 3,
    priority: 0,
    headers: {},
    createdAt: tx.now,
    availableAt: tx.now,
    fence: 0,
  });
}

async function insertInstances(target: Store): Promise<void> {
  const insert = (index: number): Promise<void> =>
    target.transact((tx) => {
      tx.processInstances.insert(instance(index, tx.now));
      return Promise.resolve();
    });
  await Promise.all(Array.from({ length: instanceCount }, (_, index) => insert(index)));
}

function instance(index: number, now: number): ProcessInstanceRow {
  const processInstanceId = instanceIdOf(index);
  const variables = { customer: { id: index, name: 'Ada Lovelace', segment: 'gold' }, note: 'x'.repeat(600) };
  return {
    processInstanceId,
    tenantId,
    processDefinitionId: 'bench:1',
    bpmnProcessId: 'bench',
    version: 1,
    businessKey: `order-${index}`,
    hasIncident: false,
    startedAt: now,
    revision: 1,
    state: {
      schema: 1,
      processInstanceId,
      status: 'active',
      lastKey: 0,
      at: now,
      elementInstances: ElementInstances.of({ 0: { elementId: 'bench', tokens: 1, variables } }),
    },
  };
}

function instanceIdOf(index: number): string {
  return `019a0000-${run}-${String(index).padStart(8, '0')}`;
}

function anyInstance(): string {
  return instanceIdOf(Math.floor(Math.random() * instanceCount));
}
