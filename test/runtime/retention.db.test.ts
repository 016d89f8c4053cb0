import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { Store } from '../../src/runtime/ports.js';
import { CLEAN_UP_EVERY_MS } from '../../src/runtime/loops/clean-up-loop.js';
import { bpmn } from '../support/bpmn-builder.js';
import { oneCall, oneUserTask } from './models.js';
import { all, context, ok, useRuntime, type RuntimeUnderTest } from './use-runtime.js';

const day = 24 * 60 * 60_000;

/** What tells of process instances. */
const histories = [
  ...(['process_instance', 'element_instance', 'process_variable', 'journal', 'job', 'timer'] as const),
  ...(['user_task', 'user_task_candidate', 'incident', 'message_subscription'] as const),
  ...(['signal_subscription', 'message_start', 'removed_instance'] as const),
];

const rich = (id: string, attributes: Readonly<Record<string, string>> = {}) =>
  bpmn(id, { attributes })
    .startEvent('s')
    .userTask('ask', { candidateGroups: 'clerks' })
    .serviceTask('typed', { type: '=kind' })
    .endEvent('e');

describe('the retention of ended process instances', () => {
  const test = useRuntime({ historyTtlMs: 30 * day });

  it('removes everything of an instance when its time is over, and nothing before', async () => {
    await test.deploy(rich('p'));
    await end(test, 'p');
    await test.start('p');
    const running = await test.tables();
    const [kept] = (await test.instancesOf('p')).filter(({ status }) => status === 'active');
    const before = running.journal.length;
    await passAway(test, 30 * day - CLEAN_UP_EVERY_MS);
    assert.equal((await test.tables()).journal.length, before);
    await passAway(test, 2 * CLEAN_UP_EVERY_MS);
    const after = await test.tables();
    for (const table of histories) {
      for (const row of after[table]) {
        const id = row['process_instance_id'] ?? kept?.processInstanceId;
        assert.equal(id, kept?.processInstanceId, `Expected nothing of another instance in ${table}.`);
      }
    }
    const own = (tables: typeof running, table: (typeof histories)[number]) =>
      tables[table].filter((row) => row['process_instance_id'] === kept?.processInstanceId);
    for (const table of histories) assert.deepEqual(own(after, table), own(running, table), table);
    assert.equal(after.user_task_candidate.length, 1);
    ok(await test.runtime.completeUserTask(context, (await test.userTasks())[0]?.userTaskId ?? '', {}));
  });

  it('takes the time to live of the model, by version, and of instances whose definition is gone that of the server', async () => {
    const own = { 'camunda:historyTimeToLive': '5' };
    const [first] = (await test.deploy(rich('short', own), rich('gone'))).processDefinitions;
    await end(test, 'short');
    await end(test, 'gone');
    await test.deploy(rich('short', { 'camunda:historyTimeToLive': 'P90D' }));
    await end(test, 'short');
    const gone = await test.instancesOf('gone');
    ok(await test.runtime.deleteProcessDefinition(context, gone[0]?.processDefinitionId ?? ''));
    await passAway(test, 5 * day + CLEAN_UP_EVERY_MS);
    const left = await test.instancesOf('short');
    assert.equal(left.length, 1);
    assert.notEqual(left[0]?.processDefinitionId, first?.processDefinitionId);
    assert.equal((await test.instancesOf('gone')).length, 1);
    await passAway(test, 26 * day);
    assert.equal((await test.instancesOf('gone')).length, 0);
    assert.equal((await test.instancesOf('short')).length, 1);
    await passAway(test, 60 * day);
    assert.equal((await test.instancesOf('short')).length, 0);
  });

  it('keeps called instances as long as their caller, however short their own time, and removes them with it', async () => {
    const short = { 'camunda:historyTimeToLive': 'P1D' };
    await test.deploy(
      bpmn('outer')
        .startEvent('s')
        .callActivity('call', { processId: 'inner' })
        .userTask('wait')
        .endEvent('e'),
      bpmn('inner', { attributes: short })
        .startEvent('s')
        .callActivity('call', { processId: 'innermost' })
        .endEvent('e'),
      bpmn('innermost', { attributes: short }).startEvent('s').endEvent('e'),
    );
    await test.start('outer');
    await passAway(test, 40 * day);
    assert.equal((await test.instancesOf('innermost')).length, 1);
    ok(await test.runtime.completeUserTask(context, (await test.userTasks())[0]?.userTaskId ?? '', {}));
    await test.rest();
    await passAway(test, 29 * day);
    assert.equal((await test.instancesOf('innermost')).length, 1);
    await passAway(test, 2 * day);
    const tables = await test.tables();
    for (const table of histories) assert.deepEqual(tables[table], [], table);
  });

  it('does not touch what is active below an ended caller, and removes both when it has ended', async () => {
    await test.deploy(oneCall('caller', 'ask'), oneUserTask('ask'));
    const { processInstanceId } = await test.start('caller');
    const [called] = await test.instancesOf('ask');
    const calledId = called?.processInstanceId ?? '';
    // What its caller asks of a suspended instance is kept: it may outlive the caller.
    ok(await test.runtime.suspendProcessInstance(context, calledId));
    ok(await test.runtime.cancelProcessInstance(context, processInstanceId));
    await test.rest();
    const isOutliving = (await test.instance(calledId)).state.status === 'active';
    await passAway(test, 31 * day);
    assert.equal((await test.instancesOf('ask')).length, isOutliving ? 1 : 0);
    assert.equal((await test.instancesOf('caller')).length, isOutliving ? 1 : 0);
    if (isOutliving) {
      ok(await test.runtime.resumeProcessInstance(context, calledId));
      await test.rest();
      await passAway(test, 31 * day);
    }
    const tables = await test.tables();
    for (const table of histories) assert.deepEqual(tables[table], [], table);
  });

  it('goes on after a crash in the middle, and never shows half an instance', async () => {
    await test.deploy(rich('p'));
    for (let count = 0; count < 30; count += 1) await end(test, 'p');
    let pieces = 0;
    const dying = (store: Store): Store => ({
      ...store,
      isSerial: store.isSerial,
      queries: store.queries,
      ping: () => store.ping(),
      openHints: (heard) => store.openHints(heard),
      close: () => store.close(),
      transact: (work, options) =>
        store.transact((tx) => {
          const { retention } = tx;
          const removeRows: typeof retention.removeRows = (limit) => {
            pieces += 1;
            return pieces > 2
              ? Promise.reject(new Error('The process was killed.'))
              : retention.removeRows(Math.min(limit, 7));
          };
          Object.defineProperty(tx, 'retention', { value: { ...retention, removeRows } });
          return work(tx);
        }, options),
    });
    await test.replaceRuntime({ wrap: dying, historyTtlMs: 30 * day });
    test.expectsErrors = true;
    test.clock.advance(31 * day);
    await test.until(() => {
      test.clock.advance(CLEAN_UP_EVERY_MS);
      return pieces > 2;
    }, 'the middle');
    const half = await test.tables();
    assert.ok(half.removed_instance.length > 0 && half.journal.length > 0);
    const { items } = await test.runtime.queries.searchProcessInstances(context.tenantId, all);
    for (const { processInstanceId } of items) assert.ok((await test.path(processInstanceId)).length > 0);
    await test.replaceRuntime({ historyTtlMs: 30 * day });
    await passAway(test, CLEAN_UP_EVERY_MS);
    const tables = await test.tables();
    for (const table of histories) assert.deepEqual(tables[table], [], table);
  });

  it('removes batches with their items', async () => {
    await test.deploy(oneUserTask());
    const { processInstanceId } = await test.start('ask');
    const create = async () => {
      const input = {
        instruction: { operation: 'suspend' } as const,
        processInstanceIds: [processInstanceId, 'x'],
      };
      const { batchId } = ok(await test.runtime.createBatch(context, input));
      await test.until(
        async () => (await test.runtime.queries.batch(context.tenantId, batchId))?.endedAt !== undefined,
        'the end of the batch',
      );
      return batchId;
    };
    const old = await create();
    await passAway(test, 29 * day);
    const young = await create();
    await passAway(test, 2 * day);
    assert.equal(await test.runtime.queries.batch(context.tenantId, old), undefined);
    assert.ok(await test.runtime.queries.batch(context.tenantId, young));
    const tables = await test.tables();
    assert.deepEqual([tables.batch.length, tables.batch_item.length], [1, 2]);
  });
});

describe('without HISTORY_TTL', () => {
  const test = useRuntime();

  it('instances are kept for ever, but for those whose model says how long', async () => {
    await test.deploy(rich('kept'), rich('short', { 'camunda:historyTimeToLive': '5' }));
    await end(test, 'kept');
    await end(test, 'short');
    await passAway(test, 1_000 * day);
    assert.equal((await test.instancesOf('kept')).length, 1);
    assert.equal((await test.instancesOf('short')).length, 0);
  });
});

/** An instance with a task, an incident that was resolved and variables, which has ended. */
async function end(test: RuntimeUnderTest, bpmnProcessId: string): Promise<void> {
  const { processInstanceId } = await test.start(bpmnProcessId, { a: 1 });
  const task = (await test.userTasks()).find(
    (row) => row.processInstanceId === processInstanceId && row.state === 'created',
  );
  ok(await test.runtime.completeUserTask(context, task?.userTaskId ?? '', {}));
  ok(await test.runtime.cancelProcessInstance(context, processInstanceId));
  await test.rest();
}

/** Moves the time on and waits until the clean-up has done all that it finds then. */
async function passAway(test: RuntimeUnderTest, ms: number): Promise<void> {
  await test.pass(ms);
  await idle(test);
  // A round during which the time was moved makes a pause as long as it seems to have taken, a second at most.
  await test.pass(1_000);
  await idle(test);
}

/** Until nothing has changed for a while: the loop looks again only when the time is moved. */
async function idle(test: RuntimeUnderTest): Promise<void> {
  for (let same = 0, last = ''; same < 5;) {
    for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    await test.store.transact(() => Promise.resolve());
    const tables = await test.tables();
    const now = histories.map((table) => tables[table].length).join() + tables.batch.length;
    same = now === last ? same + 1 : 0;
    last = now;
  }
}
