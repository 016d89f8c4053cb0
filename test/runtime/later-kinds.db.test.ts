import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'mocha';
import type { DeliveryBody } from '../../src/runtime/delivery.js';
import type { Store } from '../../src/runtime/ports.js';
import { openInstances } from '../engine/invariants.js';
import { oneJob, oneTimer, oneUserTask } from './models.js';
import { all, context, ok, useRuntime } from './use-runtime.js';

const second = 1_000;

/** What a node of a later release that runs beside this one writes into the database that both have. */
describe('what only a later release knows', () => {
  let units = 0;
  const counted = (store: Store): Store => ({
    ...store,
    isSerial: store.isSerial,
    queries: store.queries,
    ping: () => store.ping(),
    openHints: (heard) => store.openHints(heard),
    close: () => store.close(),
    transact: (work, options) => {
      units += 1;
      return store.transact(work, options);
    },
  });
  const test = useRuntime({ wrap: counted });
  beforeEach('count anew', () => {
    units = 0;
  });

  const { tenantId } = context;
  const insert = (...rows: readonly { readonly lane?: string; readonly body: unknown }[]) =>
    test.store.transact((tx) => {
      for (const { body, ...lane } of rows)
        tx.deliveries.insert({ tenantId, hops: 1, ...lane, body: body as DeliveryBody });
      return Promise.resolve();
    });
  const signal = (name: string) => ({ kind: 'broadcastSignal', signalName: name, variables: {} });
  const later = { kind: 'laterKind', further: [1, 2] };
  const bodies = async () =>
    [...(await test.tables()).delivery]
      .sort((a, b) => Number(a['delivery_id']) - Number(b['delivery_id']))
      .map((row) => [row['lane'], (JSON.parse(String(row['body'])) as DeliveryBody).kind]);
  /** Lets the time pass in steps that the loops notice. */
  const passes = async (seconds: number): Promise<void> => {
    for (let left = seconds; left > 0; left--) {
      test.clock.advance(second);
      await test.asleep();
    }
  };

  it('is left to it: deliveries stay, in their order, and others go on', async () => {
    await insert(
      { lane: 'a', body: signal('first') },
      { lane: 'a', body: later },
      { lane: 'a', body: signal('behind') },
      { lane: 'b', body: signal('other') },
      { body: later },
      { body: signal('free') },
    );
    await passes(3);
    const left = [
      ['a', 'laterKind'],
      ['a', 'broadcastSignal'],
      [null, 'laterKind'],
    ];
    assert.deepEqual(await bodies(), left);
    const before = units;
    await passes(30);
    assert.deepEqual(await bodies(), left);
    // The loops look for timers and batches once a second; at each that is left, once in ten.
    assert.ok(
      units - before < 30 * 4,
      `Expected no hurry but found ${units - before} units of work in 30 s.`,
    );
    const told = test.log.map(({ level, msg }) => [level, msg]);
    assert.deepEqual(told, [
      [
        'warn',
        'Expected a kind that this release knows but found delivery "laterKind": it is left for a node of a later release.',
      ],
    ]);
    // A node of the later release takes them; what comes behind goes on here.
    for (const row of (await test.tables()).delivery) {
      if ((JSON.parse(String(row['body'])) as DeliveryBody).kind === 'broadcastSignal') continue;
      await test.store.transact((tx) => tx.deliveries.take(String(row['delivery_id'])));
    }
    await passes(11);
    assert.deepEqual(await bodies(), []);
  });

  it('is left to it: more than a page of deliveries holds up nobody', async () => {
    await insert(...Array.from({ length: 250 }, () => ({ body: later })), { body: signal('free') });
    await passes(3);
    assert.equal((await bodies()).length, 250);
    assert.equal(test.log.length, 1);
  });

  it('is left to it: a timer of a wait of another kind is neither fired nor removed', async () => {
    await test.deploy(oneTimer());
    const { processInstanceId } = await test.start('wait');
    await test.store.transact(async (tx) => {
      const row = await tx.processInstances.load(tenantId, processInstanceId);
      assert.ok(row);
      const [key, element] = openInstances(row.state).find(([, { waits }]) => waits) ?? assert.fail();
      const waits = element.waits?.map((wait) => ({ ...wait, kind: 'laterWait' }));
      const changed = { ...element, waits } as typeof element;
      const elementInstances = row.state.elementInstances.set(key, changed);
      tx.processInstances.save({
        ...row,
        revision: row.revision + 1,
        state: { ...row.state, elementInstances },
      });
    });
    try {
      await passes(1);
      test.clock.advance(2 * 3_600_000);
      await test.asleep();
      await passes(20);
      assert.equal((await test.tables()).timer.length, 1);
      assert.deepEqual(
        test.log.map(({ level }) => level),
        ['warn'],
      );
    } finally {
      const [timer] = (await test.tables()).timer;
      await test.store.transact((tx) => {
        tx.timers.remove(String(timer?.['timer_id']));
        tx.processInstances.remove(processInstanceId);
        return Promise.resolve();
      });
    }
  });

  it('is left to it: a batch of another operation is not begun, and those behind it are', async () => {
    await test.deploy(oneUserTask(), oneJob());
    const [ask, work] = [await test.start('ask'), await test.start('work')];
    await test.store.transact((tx) => {
      tx.batches.insert({
        batchId: '00000000-0000-7000-8000-000000000001',
        tenantId,
        operation: 'later' as 'cancel',
        instruction: { operation: 'later' as 'cancel' },
        filter: { filter: {} },
        state: 'collecting',
        actor: 'tester',
        createdAt: test.clock.now(),
        total: 0,
        done: 0,
        failed: 0,
      });
      return Promise.resolve();
    });
    const input = {
      instruction: { operation: 'cancel' } as const,
      processInstanceIds: [work.processInstanceId],
    };
    const { batchId } = ok(await test.runtime.createBatch(context, input));
    await passes(5);
    const { items } = await test.runtime.queries.searchBatches(tenantId, all);
    assert.deepEqual(
      new Map(items.map(({ batchId: id, state }) => [id === batchId, state])),
      new Map([
        [true, 'completed'],
        [false, 'collecting'],
      ]),
    );
    assert.equal((await test.instance(ask.processInstanceId)).state.status, 'active');
    assert.deepEqual(test.log, []);
  });
});
