import assert from 'node:assert/strict';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { beforeEach, describe, it } from 'mocha';
import type { Store, Transaction } from '../../src/runtime/ports.js';
import { StoreUnavailable } from '../../src/runtime/ports.js';
import { bpmn } from '../support/bpmn-builder.js';
import { oneCall, oneSignal, oneTimer, oneUserTask } from './models.js';
import { context, ok, useRuntime } from './use-runtime.js';

const hour = 3_600_000;

describe('the loops', () => {
  /** Transactions that were begun, and what a test does to them. */
  let transactions = 0;
  let behindMs = 0;
  let poisoned: (id: string) => boolean = () => false;
  let isAway = false;
  /** The instances of the deliveries that were asked for. */
  let about: (string | undefined)[] = [];

  const spoil = (tx: Transaction): Transaction =>
    new Proxy(tx, {
      get(target, name) {
        if (name === 'now') return target.now - behindMs;
        const port: unknown = Reflect.get(target, name, target);
        if (typeof port === 'function')
          return (...args: unknown[]): unknown => Reflect.apply(port, target, args);
        if (name === 'processInstances')
          return { ...target.processInstances, load: loadUnlessPoisoned(target) };
        if (name === 'timers') return { ...target.timers, due: dueByOwnTime(target) };
        return port;
      },
    });
  const loadUnlessPoisoned = (tx: Transaction) => (tenantId: string, id: string) =>
    poisoned(id) ? Promise.reject(new Error(`${id} is poison`)) : tx.processInstances.load(tenantId, id);
  const dueByOwnTime = (tx: Transaction) => async (limit: number) =>
    (await tx.timers.due(limit)).filter(({ dueAt }) => dueAt <= tx.now - behindMs);
  const wrap = (store: Store): Store => ({
    ping: () => store.ping(),
    openHints: (heard) => store.openHints(heard),
    isSerial: store.isSerial,
    close: () => store.close(),
    queries: {
      ...store.queries,
      pendingDeliveries: (limit, after) =>
        isAway ? Promise.reject(new StoreUnavailable('away')) : store.queries.pendingDeliveries(limit, after),
    },
    transact: (work, options) => {
      transactions++;
      if (isAway) return Promise.reject(new StoreUnavailable('away'));
      if (options?.firstRead?.kind === 'delivery') about.push(options.instanceId);
      return store.transact((tx) => work(spoil(tx)), options);
    },
  });
  const test = useRuntime({ wrap });
  beforeEach(() => {
    [transactions, behindMs, poisoned, isAway] = [0, 0, () => false, false];
    about = [];
  });

  const turns = async (count: number) => {
    for (let turn = 0; turn < count; turn++) await nextTurn();
  };
  /** Each of the four loops has set itself a time to wake up. */
  const start = async (bpmnProcessId: string) =>
    ok(await test.runtime.startProcessInstance(context, { bpmnProcessId })).processInstanceId;
  /** Moves the time on second by second, as long as it takes for something to hold. */
  const waitFor = (holds: () => Promise<boolean>, what: string) =>
    test.until(async () => {
      if (await holds()) return true;
      test.clock.advance(100);
      return false;
    }, what);

  it('do not spin while the database thinks a due timer is not due yet', async () => {
    await test.deploy(oneTimer());
    const id = await start('wait');
    const isCompleted = async () => (await test.instance(id)).state.status === 'completed';
    behindMs = 5000;
    test.clock.advance(hour);
    await test.asleep();
    const before = transactions;
    await turns(500);
    assert.ok(
      transactions - before < 20,
      `Expected the loop to sleep but it began ${transactions - before} transactions.`,
    );
    test.clock.advance(4999);
    await test.asleep();
    assert.equal(await isCompleted(), false);
    test.clock.advance(1);
    await test.asleep();
    test.clock.advance(1000);
    await test.until(isCompleted, 'the timer to fire at most a second late');
  });

  it('tell a store that is shared which instance a signal is for', async () => {
    await test.deploy(oneSignal());
    const ids = [await start('listen'), await start('listen'), await start('listen')];
    ok(await test.runtime.broadcastSignal(context, { name: 'go', variables: {} }));
    await test.rest();
    assert.deepEqual([...about].sort(), test.store.isSerial ? [] : [...ids].sort());
  });

  it('do not spin when there is nothing to do', async () => {
    await turns(50);
    const before = transactions;
    await turns(200);
    assert.equal(transactions, before);
  });

  it('fire the timers behind a hundred and fifty that fail every time', async () => {
    test.expectsErrors = true;
    await test.deploy(oneTimer('poison', 'PT1H'), oneTimer('wait', 'PT2H'));
    const ids = new Set<string>();
    for (let index = 0; index < 150; index++) ids.add(await start('poison'));
    const good = await start('wait');
    poisoned = (id) => ids.has(id);
    test.clock.advance(3 * hour);
    await waitFor(
      async () => (await test.instance(good)).state.status === 'completed',
      'the good timer to fire',
    );
    const before = transactions;
    await turns(200);
    assert.ok(transactions - before < 200, 'Expected what fails to be left alone for a while.');
    poisoned = () => false;
    const isDone = async () =>
      (await test.instancesOf('poison')).every(({ status }) => status === 'completed');
    await waitFor(isDone, 'the others to fire when they can');
  });

  it('consume the deliveries behind a hundred and fifty that fail every time, and do not hurry with those', async () => {
    test.expectsErrors = true;
    await test.deploy(oneSignal(), oneCall('caller', 'ask'), oneUserTask('ask'));
    const ids = new Set<string>();
    for (let index = 0; index < 150; index++) ids.add(await start('listen'));
    poisoned = (id) => ids.has(id);
    ok(await test.runtime.broadcastSignal(context, { name: 'go' }));
    await start('caller');
    await waitFor(async () => (await test.instancesOf('ask')).length === 1, 'the call to be made');
    await test.asleep();
    const before = transactions;
    for (let index = 0; index < 10; index++) await start('caller');
    await test.until(async () => (await test.instancesOf('ask')).length === 11, 'the other calls to be made');
    assert.ok(
      transactions - before < 150,
      `Expected what fails to be left alone but found ${transactions - before}.`,
    );
    poisoned = () => false;
    const isDone = async () =>
      (await test.instancesOf('listen')).every(({ status }) => status === 'completed');
    await waitFor(isDone, 'the others to be consumed when they can');
  });

  it('remove a timer whose instance is gone, and say so', async () => {
    await test.deploy(oneTimer());
    await start('wait');
    const gone = '01890a5d-ac96-774b-bcce-b302099a8057';
    const [timer] = (await test.tables()).timer;
    await test.store.transact((tx) => {
      tx.timers.insert({
        timerId: `${gone}-3`,
        tenantId: context.tenantId,
        processDefinitionId: String(timer?.['process_definition_id']),
        processInstanceId: gone,
        elementInstanceKey: 2,
        timerKey: 3,
        elementId: 'catch',
        dueAt: test.clock.now() + 1,
      });
      return Promise.resolve();
    });
    await test.pass(1000);
    assert.equal((await test.tables()).timer.length, 1);
    assert.ok(test.log.some(({ level, msg }) => level === 'warn' && msg.includes('timer')));
  });

  it('wait a second while the database is away, and go on when it is back', async () => {
    test.expectsErrors = true;
    await test.deploy(oneTimer(), oneCall('caller', 'ask'), oneUserTask('ask'));
    const id = await start('wait');
    isAway = true;
    test.clock.advance(hour);
    await turns(50);
    const before = transactions;
    await turns(200);
    assert.ok(transactions - before < 5, 'Expected the loops to pause.');
    assert.ok(test.log.some(({ level }) => level === 'error'));
    isAway = false;
    await start('caller');
    await waitFor(async () => (await test.instance(id)).state.status === 'completed', 'the timer to fire');
    await waitFor(async () => (await test.instancesOf('ask')).length === 1, 'the call to be made');
  });

  it('consume what another node has written within a second', async () => {
    await test.deploy(oneCall('caller', 'ask'), oneUserTask('ask'));
    ok(await test.createRuntime().startProcessInstance(context, { bpmnProcessId: 'caller' }));
    await turns(20);
    assert.equal((await test.instancesOf('ask')).length, 0);
    test.clock.advance(1000);
    await test.rest();
    assert.equal((await test.instancesOf('ask')).length, 1);
  });

  describe('stopped', () => {
    it('tell why they are not ready, without the name of the database', async () => {
      const away = () => Promise.reject(new StoreUnavailable('connect ECONNREFUSED 10.0.0.7'));
      await test.replaceRuntime({ wrap: (store) => ({ ...wrap(store), ping: away }) });
      assert.deepEqual(await test.runtime.readiness(), {
        ready: false,
        reasons: ['The database does not answer.'],
      });
      assert.ok(test.log.some((line) => JSON.stringify(line).includes('10.0.0.7')));
    });

    it('finish what is in flight, do nothing more, and can be followed by another runtime', async () => {
      await test.deploy(oneTimer('wait', 'PT1H'), oneCall('caller', 'ask'), oneUserTask('ask'));
      for (let index = 0; index < 150; index++) await start('wait');
      test.clock.advance(hour);
      const inFlight = Array.from({ length: 20 }, () => start('caller'));
      await test.runtime.stop();
      await Promise.all(inFlight);
      const before = transactions;
      test.clock.advance(10_000);
      await turns(100);
      assert.equal(transactions, before);
      assert.deepEqual(await test.runtime.readiness(), {
        ready: false,
        reasons: ['The server is starting or stopping.'],
      });
      assert.equal(test.clock.pendingTimers, 0);
      await test.replaceRuntime({ wrap });
      assert.deepEqual(await test.runtime.readiness(), { ready: true, reasons: [] });
      await test.rest();
      assert.ok((await test.instancesOf('wait')).every(({ status }) => status === 'completed'));
      assert.equal((await test.instancesOf('ask')).length, 20);
    });

    it('and started again go on as before', async () => {
      await test.deploy(oneTimer());
      const id = await start('wait');
      await test.runtime.stop();
      test.runtime.start();
      await turns(20);
      await test.pass(hour);
      assert.equal((await test.instance(id)).state.status, 'completed');
    });

    it('twice does no harm', async () => {
      await Promise.all([test.runtime.stop(), test.runtime.stop()]);
      await test.runtime.stop();
    });

    it('end between pieces of a chain that would go on for long', async () => {
      await test.deploy(
        bpmn('loop')
          .startEvent('s')
          .exclusiveGateway('again')
          .intermediateCatchEvent('t', { timer: { duration: 'PT0S' } })
          .connectTo('again'),
      );
      const id = await start('loop');
      await turns(20);
      await test.runtime.stop();
      const { revision } = await test.instance(id);
      await turns(20);
      assert.equal((await test.instance(id)).revision, revision);
      ok(await test.runtime.cancelProcessInstance(context, id));
    });
  });
});
