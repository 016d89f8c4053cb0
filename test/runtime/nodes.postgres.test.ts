// SQLite has one server by its nature; several nodes on one database need PostgreSQL.
import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'mocha';
import pg from 'pg';
import { CLAIM_MS } from '../../src/runtime/loops/batch-loop.js';
import type { Store } from '../../src/runtime/ports.js';
import type { Runtime } from '../../src/runtime/runtime.js';
import { bpmn } from '../support/bpmn-builder.js';
import { messageStart, oneCall, oneJob, oneMessage, oneSignal, oneUserTask, timerStart } from './models.js';
import { all, context, ok, refusal, useRuntime } from './use-runtime.js';

const hour = 3_600_000;

describe('several nodes on one database', () => {
  const test = useRuntime();
  const others: { runtime: Runtime; store: Store }[] = [];

  beforeEach('start two further nodes', async () => {
    for (let node = 0; node < 2; node++) {
      const store = await test.openStore();
      const runtime = test.createRuntime({}, store);
      runtime.start();
      others.push({ runtime, store });
    }
  });
  afterEach('stop them', async () => {
    for (const { runtime, store } of others.splice(0)) {
      await runtime.stop();
      await store.close();
    }
    assert.equal(await deadlocks(), 0, 'Expected locks to be taken in the same order everywhere.');
  });

  const nodes = (): readonly Runtime[] => [test.runtime, ...others.map(({ runtime }) => runtime)];
  const node = (index: number): Runtime => nodes()[index % 3] ?? test.runtime;
  const deadlocks = async (): Promise<number> => {
    const client = new pg.Client({ connectionString: test.databaseUrl });
    await client.connect();
    try {
      await client.query('SELECT pg_stat_force_next_flush()');
      const { rows } = await client.query<{ deadlocks: string }>(
        'SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()',
      );
      return Number(rows[0]?.deadlocks);
    } finally {
      await client.end();
    }
  };

  it('apply all of what comes for one instance at once', async () => {
    await test.deploy(oneUserTask());
    const { processInstanceId } = await test.start('ask');
    await Promise.all(
      Array.from({ length: 96 }, async (_, index) =>
        ok(
          await node(index).setVariables(context, processInstanceId, { variables: { [`v${index}`]: index } }),
        ),
      ),
    );
    assert.equal(Object.keys(await test.variables(processInstanceId)).length, 96);
  });

  it('do one of two completions', async () => {
    await test.deploy(oneUserTask());
    for (let round = 0; round < 20; round++) {
      const { processInstanceId } = await test.start('ask');
      const task =
        (await test.userTasks()).find((row) => row.processInstanceId === processInstanceId)?.userTaskId ?? '';
      const results = await Promise.all(
        nodes().map((runtime) => runtime.completeUserTask(context, task, {})),
      );
      assert.equal(results.filter((result) => result.ok).length, 1);
      for (const result of results) if (!result.ok) refusal(result, 'invalid-state');
    }
  });

  it('start one instance when all parts of a parallel multiple start event come at once', async () => {
    const attributes = { parallelMultiple: true };
    await test.deploy(
      bpmn('both').startEvent('s', { message: 'order', signal: 'open', attributes }).endEvent('end'),
      bpmn('two').startEvent('s', { signal: 'open', condition: '=go', attributes }).endEvent('end'),
    );
    for (let round = 1; round <= 20; round++) {
      await Promise.all([
        node(0).publishMessage(context, { name: 'order', correlationKey: `k${round}` }),
        node(1).evaluateConditions(context, { variables: { go: true } }),
        node(2).broadcastSignal(context, { name: 'open' }),
      ]);
      await test.rest();
      for (const id of ['both', 'two']) assert.equal((await test.instancesOf(id)).length, round);
      assert.deepEqual((await test.tables()).start_arrival, []);
    }
  });

  it('do a request with an idempotency key once', async () => {
    await test.deploy(oneJob());
    for (let round = 0; round < 20; round++) {
      const request = { ...context, idempotency: { operation: 'start', key: `k${round}`, fingerprint: 'f' } };
      const outcomes = await Promise.all(
        Array.from({ length: 6 }, (_, index) =>
          node(index).startProcessInstance(request, { bpmnProcessId: 'work' }),
        ),
      );
      for (const outcome of outcomes) if (!outcome.ok) refusal(outcome, 'idempotency-key-in-flight');
      assert.equal(outcomes.filter((outcome) => outcome.ok && !outcome.replayed).length, 1);
    }
    assert.equal((await test.instancesOf('work')).length, 20);
  });

  it('give each job to one of their workers', async () => {
    await test.deploy(oneJob());
    for (let index = 0; index < 60; index++)
      ok(await node(index).startProcessInstance(context, { bpmnProcessId: 'work' }));
    const input = { type: 'work', worker: 'w', maxJobs: 7, timeoutMs: 1000 };
    const taken: string[] = [];
    for (let round = 0; round < 3; round++) {
      const outcomes = await Promise.all(
        Array.from({ length: 6 }, (_, index) => node(index).activateJobs(context, input)),
      );
      taken.push(...outcomes.flatMap((outcome) => ok(outcome).map(({ jobId }) => jobId)));
    }
    assert.deepEqual([taken.length, new Set(taken).size], [60, 60]);
  });

  it('let messages and those who wait for them find each other', async () => {
    await test.deploy(oneMessage(), messageStart('begun', 'begin'));
    const work: Promise<unknown>[] = [];
    const rounds = 60;
    for (let round = 0; round < rounds; round++) {
      const order = `o${round}`;
      const message = { name: 'paid', correlationKey: order, timeToLiveMs: hour, messageId: `m${round}` };
      work.push(
        node(round).startProcessInstance(context, { bpmnProcessId: 'order', variables: { order } }).then(ok),
        node(round + 1)
          .publishMessage(context, message)
          .then(ok),
        node(round + 2)
          .publishMessage(context, message)
          .then(ok),
      );
    }
    await Promise.all(work);
    const open = (await test.instancesOf('order')).filter(({ status }) => status !== 'completed');
    assert.deepEqual(open, []);
    assert.equal((await test.tables()).message.length, rounds);
  });

  it('start one instance for each correlation key at a time, and one for every message in the end', async () => {
    await test.deploy(messageStart('begun', 'begin'), messageStart('other', 'begin'));
    const message = { name: 'begin', timeToLiveMs: hour };
    for (let round = 0; round < 10; round++) {
      const correlationKey = `k${round}`;
      const published = await Promise.all(
        Array.from({ length: 6 }, (_, index) =>
          node(index).publishMessage(context, { ...message, correlationKey }),
        ),
      );
      assert.equal(published.filter((it) => ok(it).outcome === 'started').length, 1);
    }
    const open = async () => (await test.userTasks()).filter(({ state }) => state === 'created');
    for (let wave = 0; wave < 6; wave++) {
      await test.until(async () => (await open()).length === 20, 'one task for each process and key');
      const tasks = await open();
      // Somebody publishes for the same key while its instance ends.
      const late = tasks.map(({ businessKey = '' }, index) =>
        node(index + 1).publishMessage(context, { name: 'begin', correlationKey: businessKey }),
      );
      const ends = tasks.map(({ userTaskId }, index) =>
        node(index).completeUserTask(context, userTaskId, {}),
      );
      for (const outcome of await Promise.all(ends)) ok(outcome);
      const outcomes = (await Promise.all(late)).map((outcome) => ok(outcome).outcome);
      if (wave < 5) assert.deepEqual([...new Set(outcomes)], ['discarded']);
    }
  });

  it('consume each delivery and fire each timer once', async () => {
    await test.deploy(
      oneCall('caller', 'called'),
      bpmn('called')
        .startEvent('s')
        .intermediateCatchEvent('t', { timer: { duration: 'PT1H' } })
        .endEvent('e', { signal: 'go' }),
      bpmn('heard').startEvent('s', { signal: 'go' }).endEvent('e'),
      oneSignal('listen', 'go'),
      timerStart('clock', 'R/PT1H'),
    );
    const count = 40;
    for (let index = 0; index < count; index++) {
      ok(await node(index).startProcessInstance(context, { bpmnProcessId: 'caller' }));
      ok(await node(index + 1).startProcessInstance(context, { bpmnProcessId: 'listen' }));
    }
    await test.rest();
    await test.pass(hour);
    await test.rest();
    assert.equal((await test.instancesOf('called')).length, count);
    assert.equal((await test.instancesOf('heard')).length, count);
    for (const id of ['caller', 'called', 'listen']) {
      assert.ok(
        (await test.instancesOf(id)).every(({ status }) => status === 'completed'),
        id,
      );
    }
    assert.equal((await test.instancesOf('clock')).length, 1);
  });

  it('deliver what one instance throws in that order, whichever of them handles it', async () => {
    const thrown = (n: number) => ({
      message: 'paid',
      publish: { correlationKey: '=order' },
      inputs: { note: `=round * 3 + ${n}` },
    });
    await test.deploy(
      bpmn('sender')
        .startEvent('start')
        .userTask('task')
        .intermediateThrowEvent('t1', thrown(1))
        .intermediateThrowEvent('t2', thrown(2))
        .intermediateThrowEvent('t3', thrown(3))
        .connectTo('task'),
      bpmn('receiver')
        .startEvent('start')
        .userTask('wait')
        .endEvent('end')
        .boundaryEvent('note', {
          attachedTo: 'wait',
          interrupting: false,
          message: { name: 'paid', correlationKey: '=order' },
          outputs: { notes: '=append(notes, note)' },
        })
        .endEvent('noted'),
    );
    const orders = Array.from({ length: 6 }, (_, index) => `o${index}`);
    const receivers: string[] = [];
    for (const order of orders) {
      const variables = { order, notes: [] };
      receivers.push((await test.start('receiver', variables)).processInstanceId);
      await test.start('sender', variables);
    }
    const rounds = 15;
    for (let round = 0; round < rounds; round++) {
      const tasks = (await test.userTasks()).filter(
        ({ elementId, state }) => elementId === 'task' && state === 'created',
      );
      assert.equal(tasks.length, orders.length);
      const completions = tasks.map(({ userTaskId }, index) =>
        node(round + index).completeUserTask(context, userTaskId, { variables: { round } }),
      );
      for (const outcome of await Promise.all(completions)) ok(outcome);
      // The other nodes look for what has been written.
      test.clock.advance(100);
    }
    const proceed = async () => {
      test.clock.advance(100);
      return test.isAtRest();
    };
    await test.until(proceed, 'everything to arrive');
    const all = Array.from({ length: rounds * 3 }, (_, index) => index + 1);
    for (const id of receivers) assert.deepEqual((await test.variables(id))['notes'], all);
  });

  it('cancel callers while what they call is started, ended and canceled', async () => {
    await test.deploy(oneCall('top', 'middle'), oneCall('middle', 'called'), oneUserTask('called'));
    const work: Promise<unknown>[] = [];
    for (let round = 0; round < 40; round++) {
      const { processInstanceId } = ok(
        await node(round).startProcessInstance(context, { bpmnProcessId: 'top' }),
      );
      work.push(
        node(round + 1)
          .cancelProcessInstance(context, processInstanceId)
          .then(ok),
      );
      for (const task of round % 5 === 0 ? await test.userTasks() : []) {
        if (task.state === 'created')
          work.push(node(round + 2).completeUserTask(context, task.userTaskId, {}));
      }
    }
    await Promise.all(work);
    test.clock.advance(1000);
    await test.rest();
    for (const id of ['top', 'middle', 'called']) {
      assert.ok(
        (await test.instancesOf(id)).every(({ status }) => status !== 'active'),
        id,
      );
    }
  });

  it('replace the start timers of a version while they fire', async () => {
    await test.deploy(timerStart('clock', 'R/PT1H'));
    for (let round = 2; round < 12; round++) {
      test.clock.advance(24 * hour);
      const content = timerStart('clock', `R/PT${round}H`).toXml();
      ok(await node(round).deploy(context, { resources: [{ name: 'clock.bpmn', content }] }));
      await test.rest();
      assert.equal((await test.tables()).timer.length, 1);
    }
  });

  it('give each of many deployments at once a version of its own', async () => {
    const outcomes = await Promise.all(
      Array.from({ length: 12 }, (_, index) =>
        node(index).deploy(context, {
          resources: [{ name: 'w.bpmn', content: oneJob('work', `t${index}`).toXml() }],
        }),
      ),
    );
    const versions = outcomes.map((outcome) => ok(outcome).processDefinitions[0]?.version ?? 0);
    assert.deepEqual(
      versions.sort((a, b) => a - b),
      versions.map((_, index) => index + 1),
    );
  });

  it('share batches, and do each instance of one once', async () => {
    await test.deploy(oneUserTask());
    const ids: string[] = [];
    for (let count = 0; count < 300; count += 1) {
      const started = await node(count).startProcessInstance(context, { bpmnProcessId: 'ask' });
      ids.push(ok(started).processInstanceId);
    }
    const instruction = { operation: 'cancel' } as const;
    const thirds = [ids.slice(0, 100), ids.slice(100, 200), ids.slice(200)];
    const batches = await Promise.all(
      thirds.map(async (processInstanceIds, index) =>
        ok(await node(index).createBatch(context, { instruction, processInstanceIds })),
      ),
    );
    const read = () => test.runtime.queries.searchBatches(context.tenantId, all);
    await test.until(async () => {
      test.clock.advance(0);
      return (await read()).items.every(({ endedAt }) => endedAt !== undefined);
    }, 'the end of the batches');
    for (const { done, failed } of (await read()).items) assert.deepEqual([done, failed], [100, 0]);
    assert.equal(batches.length, 3);
    await timesCanceled(ids);
  });

  it('do each instance once, also while a node thinks that another has died', async () => {
    await test.deploy(oneUserTask());
    const ids: string[] = [];
    for (let count = 0; count < 200; count += 1) {
      const started = await node(count).startProcessInstance(context, { bpmnProcessId: 'ask' });
      ids.push(ok(started).processInstanceId);
    }
    const instruction = { operation: 'cancel' } as const;
    const { batchId } = ok(await test.runtime.createBatch(context, { instruction, processInstanceIds: ids }));
    await test.until(async () => {
      // Every claim is over at once, so that all three are at it together.
      test.clock.advance(CLAIM_MS);
      return (await test.runtime.queries.batch(context.tenantId, batchId))?.endedAt !== undefined;
    }, 'the end of the batch');
    const batch = await test.runtime.queries.batch(context.tenantId, batchId);
    assert.deepEqual([batch?.state, batch?.done, batch?.failed], ['completed', 200, 0]);
    await timesCanceled(ids);
  });

  it('share the clean-up of ended instances', async () => {
    const attributes = { 'camunda:historyTimeToLive': '1' };
    await test.deploy(
      bpmn('outer', { attributes })
        .startEvent('s')
        .callActivity('call', { processId: 'inner' })
        .endEvent('e'),
      bpmn('inner').startEvent('s').endEvent('e'),
    );
    for (let count = 0; count < 60; count += 1) {
      ok(await node(count).startProcessInstance(context, { bpmnProcessId: 'outer' }));
    }
    await test.rest();
    const tables = await test.tables();
    assert.equal(tables.process_instance.length, 120);
    test.clock.advance(25 * hour);
    await test.until(async () => {
      test.clock.advance(1_000);
      const { process_instance, removed_instance, journal, element_instance } = await test.tables();
      return [process_instance, removed_instance, journal, element_instance].every(
        (rows) => rows.length === 0,
      );
    }, 'the end of the clean-up');
  });

  const timesCanceled = async (ids: readonly string[]): Promise<void> => {
    for (const id of ids) {
      const { items } = await test.runtime.queries.history(context.tenantId, id, { limit: 10 });
      const times = items.filter(({ command }) => command === 'cancelProcessInstance').length;
      assert.equal(times, 1, `${id} was canceled ${times} times`);
    }
  };
});
