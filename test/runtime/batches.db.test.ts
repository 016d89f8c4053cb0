import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { type BatchItemRow, type BatchRow, type Store, StoreUnavailable } from '../../src/runtime/ports.js';
import { CLAIM_MS, TRIES_MAX } from '../../src/runtime/loops/batch-loop.js';
import { batchLimits } from '../../src/runtime/batch-limits.js';
import type { CreateBatchInput } from '../../src/runtime/runtime.js';
import { bpmn } from '../support/bpmn-builder.js';
import { createGate } from '../support/gate.js';
import { oneJob, oneUserTask } from './models.js';
import { all, context, ok, refusal, useRuntime, type RuntimeUnderTest } from './use-runtime.js';

const active: CreateBatchInput['filter'] = { filter: { state: { $eq: 'active' } } };
const cancel = { operation: 'cancel' } as const;

describe('batches', () => {
  const test = useRuntime();

  it('cancel all that a filter finds, once the instances are collected page by page', async () => {
    await test.deploy(oneUserTask());
    const ids = await startMany(test, 2_050);
    const ended = ids.slice(0, 3);
    for (const id of ended) ok(await test.runtime.cancelProcessInstance(context, id));
    const batch = await create(test, { instruction: cancel, filter: active });
    assert.deepEqual([batch.state, batch.total], ['collecting', 0]);
    test.clock.advance(1);
    const later = await test.start('ask');
    const done = await finished(test, batch);
    assert.deepEqual([done.state, done.total, done.done, done.failed], ['completed', 2_047, 2_047, 0]);
    assert.equal((await test.instance(later.processInstanceId)).state.status, 'active');
    for (const id of ids) assert.equal((await test.instance(id)).state.status, 'canceled');
  }).timeout(180_000);

  it('take the instances that are named, each once, and tell which failed and why', async () => {
    await test.deploy(oneUserTask());
    const [first = '', second = ''] = await startMany(test, 2);
    ok(await test.runtime.cancelProcessInstance(context, second));
    const named = [first, second, first, 'nobody'];
    const batch = await create(test, { instruction: cancel, processInstanceIds: named });
    assert.deepEqual([batch.state, batch.total], ['running', 3]);
    const done = await finished(test, batch);
    assert.deepEqual([done.state, done.done, done.failed], ['completed', 1, 2]);
    const failures = await items(test, batch, { state: { $eq: 'failed' } });
    assert.deepEqual(
      failures.map(({ processInstanceId, code }) => [processInstanceId, code]),
      [
        [second, 'invalid-state'],
        ['nobody', 'not-found'],
      ],
    );
    assert.match(failures[0]?.detail ?? '', /to be active but it is canceled|has ended|Expected/);
    const [gone] = await items(test, batch, { code: { $eq: 'not-found' } });
    assert.equal(gone?.processInstanceId, 'nobody');
  });

  it('end at once where nothing is found', async () => {
    await test.deploy(oneUserTask());
    const batch = await finished(test, await create(test, { instruction: cancel, filter: active }));
    assert.deepEqual([batch.state, batch.total], ['completed', 0]);
  });

  it('suspend, resume and delete', async () => {
    await test.deploy(oneUserTask());
    const ids = await startMany(test, 3);
    const named = { processInstanceIds: ids };
    await finished(test, await create(test, { instruction: { operation: 'suspend' }, ...named }));
    for (const id of ids) assert.equal((await test.instance(id)).state.suspended, true);
    await finished(test, await create(test, { instruction: { operation: 'resume' }, ...named }));
    for (const id of ids) assert.equal((await test.instance(id)).state.suspended ?? false, false);
    const early = await finished(
      test,
      await create(test, { instruction: { operation: 'delete' }, ...named }),
    );
    assert.deepEqual([early.done, early.failed], [0, 3]);
    await finished(test, await create(test, { instruction: cancel, ...named }));
    const late = await finished(test, await create(test, { instruction: { operation: 'delete' }, ...named }));
    assert.deepEqual([late.done, late.failed], [3, 0]);
    assert.deepEqual(await test.instancesOf('ask'), []);
  });

  it('delete what a filter finds, callers and called, whoever comes first', async () => {
    await test.deploy(
      bpmn('outer').startEvent('s').callActivity('call', { processId: 'inner' }).endEvent('e'),
      bpmn('inner').startEvent('s').endEvent('e'),
    );
    for (let count = 0; count < 5; count += 1) await test.start('outer');
    const filter = { filter: { state: { $eq: 'completed' } } };
    const batch = await finished(test, await create(test, { instruction: { operation: 'delete' }, filter }));
    assert.deepEqual([batch.total, batch.done, batch.failed], [10, 10, 0]);
    assert.deepEqual((await test.tables()).process_instance, []);
  });

  it('retry: incidents of steps and of jobs are resolved, jobs get the retries asked for', async () => {
    await test.deploy(
      bpmn('p')
        .startEvent('s')
        .parallelGateway('fork')
        .serviceTask('job', { type: 'work', retries: 1 })
        .endEvent('e1')
        .at('fork')
        .serviceTask('typed', { type: '=kind' })
        .endEvent('e2'),
    );
    const ids: string[] = [];
    for (let count = 0; count < 3; count += 1) ids.push((await test.start('p')).processInstanceId);
    for (const { jobId } of await test.take('work')) {
      ok(await test.runtime.failJob(context, jobId, { retries: 0, errorMessage: 'no' }));
    }
    for (const id of ids) ok(await test.runtime.setVariables(context, id, { variables: { kind: 'k' } }));
    assert.equal((await test.openIncidents()).length, 6);
    const filter = { filter: { hasIncident: { $eq: true } } };
    const instruction = { operation: 'retry', retries: 4 } as const;
    const batch = await finished(test, await create(test, { instruction, filter }));
    assert.deepEqual([batch.total, batch.done, batch.failed], [3, 3, 0]);
    assert.deepEqual(await test.openIncidents(), []);
    assert.deepEqual(
      (await test.take('work')).map(({ retries }) => retries),
      [4, 4, 4],
    );
    assert.equal((await test.take('k')).length, 3);
    const again = await finished(test, await create(test, { instruction, processInstanceIds: ids }));
    assert.deepEqual([again.done, again.failed], [0, 3]);
    const [failure] = await items(test, again);
    assert.match(failure?.detail ?? '', /to have an incident but it has none/);
  });

  it('modify and migrate by elements', async () => {
    const two = (id: string, more: string) =>
      bpmn(id).startEvent('s').userTask('a').userTask('b').userTask(more).endEvent('e');
    const { processDefinitions } = await test.deploy(two('p', 'c'), two('q', 'd'));
    const target = processDefinitions.find(({ bpmnProcessId }) => bpmnProcessId === 'q');
    const ids: string[] = [];
    for (let count = 0; count < 3; count += 1) ids.push((await test.start('p')).processInstanceId);
    const modification = { move: [{ from: { elementId: 'a' }, toElementId: 'b', variables: { x: 1 } }] };
    const named = { processInstanceIds: ids };
    await finished(
      test,
      await create(test, { instruction: { operation: 'modify', modification }, ...named }),
    );
    for (const id of ids) assert.deepEqual((await test.path(id)).at(-1), 'b:active');
    const none = { activate: Array.from({ length: 7 }, (_, index) => ({ elementId: `x${index}` })) };
    const failing = await create(test, {
      instruction: { operation: 'modify', modification: none },
      ...named,
    });
    const [failure] = await items(test, await finished(test, failing));
    assert.match(failure?.detail ?? '', /nothing was changed.* element "x0" .* element "x4" .*\(2 more\)$/);
    const targetProcessDefinitionId = target?.processDefinitionId ?? '';
    const instruction = { operation: 'migrate', migration: { targetProcessDefinitionId } } as const;
    const batch = await finished(test, await create(test, { instruction, ...named }));
    assert.deepEqual([batch.done, batch.failed], [3, 0]);
    for (const id of ids) assert.equal((await test.instance(id)).bpmnProcessId, 'q');
    const unknown = { ...instruction, migration: { targetProcessDefinitionId: 'nowhere' } };
    const refused = await test.runtime.createBatch(context, { instruction: unknown, ...named });
    assert.match(refusal(refused, 'invalid-argument'), /nowhere/);
  });

  it('act as whoever asked for them, in the history of each instance', async () => {
    await test.deploy(oneUserTask());
    const [id = ''] = await startMany(test, 1);
    const input = { instruction: cancel, processInstanceIds: [id] };
    const batch = ok(await test.runtime.createBatch({ ...context, actor: 'ada' }, input));
    await finished(test, batch);
    const { items: entries } = await test.runtime.queries.history(context.tenantId, id, { limit: 10 });
    assert.deepEqual([entries.at(-1)?.command, entries.at(-1)?.actor], ['cancelProcessInstance', 'ada']);
  });

  it('are bounded by tenant; a refusal for that is not kept under the Idempotency-Key', async () => {
    await test.deploy(oneUserTask());
    await test.runtime.stop();
    const input = { instruction: cancel, filter: active };
    for (let count = 0; count < batchLimits.openBatches; count += 1) await create(test, input);
    const idempotency = { operation: 'createBatch', key: 'k', fingerprint: 'f' };
    const once = () => test.runtime.createBatch({ ...context, idempotency }, input);
    assert.match(refusal(await once(), 'too-many-requests'), /fewer than 100 open batches/);
    const stranger = { tenantId: 'stranger', actor: 'x' };
    ok(await test.runtime.createBatch(stranger, input));
    const { items: open } = await test.runtime.queries.searchBatches(context.tenantId, all);
    ok(await test.runtime.cancelBatch(context, open[0]?.batchId ?? ''));
    const created = ok(await once());
    const again = await once();
    assert.ok(again.ok && again.replayed);
    assert.equal(again.value.batchId, created.batchId);
  });

  it('go on after a crash in the middle, by another server, when the claim is over; each instance is done once', async () => {
    await test.deploy(oneUserTask());
    const ids = await startMany(test, 60);
    await test.replaceRuntime({ wrap: (store) => dyingStore(store, { afterItems: 33 }) });
    test.expectsErrors = true;
    const batch = await create(test, { instruction: cancel, processInstanceIds: ids });
    await test.until(async () => (await progress(test, batch)).done === 33, 'half of it');
    await test.runtime.stop();
    const half = await progress(test, batch);
    assert.ok(half.done < 60 && half.state === 'running', `${half.done} of 60 are done`);
    await test.restart();
    await test.rest();
    assert.equal((await progress(test, batch)).done, half.done);
    test.clock.advance(CLAIM_MS);
    const done = await finished(test, batch);
    assert.deepEqual([done.total, done.done, done.failed], [60, 60, 0]);
    for (const id of ids) {
      const { items: entries } = await test.runtime.queries.history(context.tenantId, id, { limit: 10 });
      const times = entries.filter(({ command }) => command === 'cancelProcessInstance').length;
      assert.equal(times, 1, `${id} was canceled ${times} times`);
    }
  });

  it('are collected on after a crash in the middle', async () => {
    await test.deploy(oneUserTask());
    const ids = await startMany(test, 1_500);
    await test.replaceRuntime({ wrap: (store) => dyingStore(store, { afterPages: 1 }), started: false });
    const batch = await create(test, { instruction: cancel, filter: active });
    test.expectsErrors = true;
    test.runtime.start();
    await test.until(async () => (await progress(test, batch)).total === 1_000, 'the first page');
    await test.replaceRuntime();
    test.clock.advance(CLAIM_MS);
    const done = await finished(test, batch);
    assert.deepEqual([done.total, done.done], [ids.length, ids.length]);
  }).timeout(180_000);

  it('change nothing more once their cancel is answered', async () => {
    await test.deploy(oneUserTask());
    const ids = await startMany(test, 200);
    const { opened, open } = createGate();
    const held = holdingStore(opened, 40);
    await test.replaceRuntime({ wrap: held.wrap });
    const batch = await create(test, { instruction: cancel, processInstanceIds: ids });
    await test.until(() => held.isHolding(), 'the middle');
    ok(await test.runtime.cancelBatch(context, batch.batchId));
    const before = await progress(test, batch);
    assert.ok(before.done < 200, `${before.done} of 200 are done`);
    open();
    await test.rest();
    await test.pass(CLAIM_MS);
    const after = await progress(test, batch);
    assert.deepEqual([after.state, after.done], ['canceled', before.done]);
    const canceled = (await test.instancesOf('ask')).filter(({ status }) => status === 'canceled');
    assert.equal(canceled.length, before.done);
    const pending = await items(test, batch, { state: { $eq: 'pending' } });
    assert.equal(pending.length, 200 - before.done);
    assert.match(
      refusal(await test.runtime.cancelBatch(context, batch.batchId), 'invalid-state'),
      /canceled/,
    );
    refusal(await test.runtime.cancelBatch(context, 'nowhere'), 'not-found');
  });

  it('do nothing where a filter finds more than a batch may hold', async () => {
    await test.deploy(oneUserTask());
    const [id = ''] = await startMany(test, 1);
    const ids = Array.from({ length: batchLimits.items + 1 }, () => id);
    await test.replaceRuntime({
      wrap: (store) => ({
        ...parts(store),
        queries: { ...store.queries, processInstanceIds: () => Promise.resolve({ ids }) },
        transact: (work, options) => store.transact(work, options),
      }),
    });
    const batch = await finished(test, await create(test, { instruction: cancel, filter: active }));
    assert.deepEqual([batch.state, batch.total, batch.problem?.code], ['canceled', 0, 'limit-exceeded']);
    assert.equal((await test.instance(id)).state.status, 'active');
  });

  it('note a mistake of ours as a failure, and go on with the others', async () => {
    await test.deploy(oneJob());
    const { processInstanceId } = await test.start('work');
    const { processInstanceId: other } = await test.start('work');
    test.expectsErrors = true;
    await test.replaceRuntime({ wrap: (store) => brokenStore(store, processInstanceId) });
    const named = { processInstanceIds: [processInstanceId, other] };
    const done = await finished(test, await create(test, { instruction: cancel, ...named }));
    assert.deepEqual([done.state, done.done, done.failed], ['completed', 1, 1]);
    const [failure] = await items(test, done, { state: { $eq: 'failed' } });
    assert.deepEqual([failure?.processInstanceId, failure?.code], [processInstanceId, 'internal-error']);
    assert.equal((await test.instance(processInstanceId)).state.status, 'active');
    assert.equal((await test.instance(other)).state.status, 'canceled');
  });

  it('end with their reason when their filter fails again and again, and stand in nobody’s way', async () => {
    await test.deploy(oneUserTask());
    const [id = ''] = await startMany(test, 1);
    let tries = 0;
    await test.replaceRuntime({
      wrap: (store) =>
        searchedBy(store, () => {
          tries += 1;
          throw new RangeError('Expression tree is too large (maximum depth 1000)');
        }),
    });
    test.expectsErrors = true;
    const failing = await create(test, { instruction: cancel, filter: active });
    const other = await finished(test, await create(test, { instruction: cancel, processInstanceIds: [id] }));
    assert.deepEqual([other.state, other.done], ['completed', 1]);
    const batch = await finished(test, failing);
    assert.deepEqual([batch.state, batch.total, batch.problem?.code], ['canceled', 0, 'internal-error']);
    assert.match(batch.problem?.detail ?? '', /failed 10 times\. Nothing was done/);
    assert.equal(tries, TRIES_MAX);
  });

  it('end with their reason when not even a failure can be noted', async () => {
    await test.deploy(oneUserTask());
    const [id = '', other = ''] = await startMany(test, 2);
    test.expectsErrors = true;
    await test.replaceRuntime({ wrap: (store) => brokenStore(store, id, Infinity) });
    const named = { processInstanceIds: [id, other] };
    const batch = await finished(test, await create(test, { instruction: cancel, ...named }));
    assert.deepEqual([batch.state, batch.done, batch.problem?.code], ['canceled', 1, 'internal-error']);
    assert.equal((await test.instance(id)).state.status, 'active');
  });

  it('wait for a database that is away, however long', async () => {
    await test.deploy(oneUserTask());
    await startMany(test, 3);
    let away = 5 * TRIES_MAX;
    test.expectsErrors = true;
    await test.replaceRuntime({
      wrap: (store) =>
        searchedBy(store, (...request) => {
          if (away-- > 0) throw new StoreUnavailable('The database is away.');
          return store.queries.processInstanceIds(...request);
        }),
    });
    const batch = await finished(test, await create(test, { instruction: cancel, filter: active }));
    assert.deepEqual([batch.state, batch.done, batch.problem], ['completed', 3, undefined]);
  });
});

/** As many at once as find a connection in time on a machine that is busy with other things. */
const startedAtOnce = 100;

async function startMany(test: RuntimeUnderTest, count: number): Promise<readonly string[]> {
  const ids: string[] = [];
  while (ids.length < count) {
    const starts = Array.from({ length: Math.min(startedAtOnce, count - ids.length) }, () =>
      test.runtime.startProcessInstance(context, { bpmnProcessId: 'ask' }),
    );
    for (const outcome of await Promise.all(starts)) ids.push(ok(outcome).processInstanceId);
  }
  return ids.sort();
}

async function create(test: RuntimeUnderTest, input: CreateBatchInput): Promise<BatchRow> {
  return ok(await test.runtime.createBatch(context, input));
}

async function progress(test: RuntimeUnderTest, { batchId }: BatchRow): Promise<BatchRow> {
  const row = await test.store.queries.batch(context.tenantId, batchId);
  assert.ok(row);
  return row;
}

/** However long it takes, as long as it goes on. */
async function finished(test: RuntimeUnderTest, batch: BatchRow): Promise<BatchRow> {
  const countOf = ({ total, done, failed }: BatchRow): number => total + done + failed;
  let now = await progress(test, batch);
  while (now.endedAt === undefined) {
    const before = countOf(now);
    await test.until(async () => {
      // A loop that looked just before the time was moved looks again a second later.
      test.clock.advance(50);
      now = await progress(test, batch);
      return now.endedAt !== undefined || countOf(now) > before;
    }, 'the batch to go on');
  }
  await test.rest();
  return progress(test, batch);
}

async function items(
  test: RuntimeUnderTest,
  { batchId }: BatchRow,
  filter: Parameters<RuntimeUnderTest['runtime']['queries']['searchBatchItems']>[2]['filter'] = {},
): Promise<readonly BatchItemRow[]> {
  const request = { ...all, filter };
  return (await test.runtime.queries.searchBatchItems(context.tenantId, batchId, request)).items;
}

/** After so much work of a batch the database is out of reach for ever, as for a process that was killed. */
function dyingStore(store: Store, { afterItems = Infinity, afterPages = Infinity }): Store {
  let [items, pages] = [0, 0];
  const isDead = (): boolean => items > afterItems || pages > afterPages;
  const killed = (): Promise<never> => Promise.reject(new Error('The process was killed.'));
  return {
    ...parts(store),
    queries: {
      ...store.queries,
      processInstanceIds: (tenantId, request) => {
        pages += 1;
        return isDead() ? killed() : store.queries.processInstanceIds(tenantId, request);
      },
    },
    transact: (work, options) => {
      if (options?.instanceId !== undefined) items += 1;
      return isDead() ? killed() : store.transact(work, options);
    },
  };
}

/** From the given transaction on, work is done but held before its commit, until the gate opens. */
function holdingStore(opened: Promise<void>, transactions: number) {
  let left = transactions;
  let holding = 0;
  return {
    isHolding: () => holding > 0,
    wrap: (store: Store): Store => ({
      ...parts(store),
      transact: (work, options) => {
        const isItem = options?.instanceId !== undefined;
        if (!isItem || left-- > 0) return store.transact(work, options);
        holding += 1;
        return opened.then(() => store.transact(work, options));
      },
    }),
  };
}

/** Fails at what is done to one instance, as a mistake of ours would. */
function brokenStore(store: Store, processInstanceId: string, times = 1): Store {
  let left = times;
  return {
    ...parts(store),
    transact: (work, options) =>
      options?.instanceId === processInstanceId && left-- > 0
        ? store.transact(() => Promise.reject(new TypeError('Expected another world.')))
        : store.transact(work, options),
  };
}

function searchedBy(store: Store, search: Store['queries']['processInstanceIds']): Store {
  const queries = {
    ...store.queries,
    processInstanceIds: async (...request: Parameters<typeof search>) => search(...request),
  };
  return { ...parts(store), queries, transact: (work, options) => store.transact(work, options) };
}

function parts(store: Store): Omit<Store, 'transact'> {
  const { isSerial, queries } = store;
  return {
    ...{ isSerial, queries },
    ping: () => store.ping(),
    openHints: (heard) => store.openHints(heard),
    close: () => store.close(),
  };
}
