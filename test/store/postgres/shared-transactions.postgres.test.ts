// SQLite has one writer, whose groups are the business of its own tests.
import assert from 'node:assert/strict';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, it } from 'mocha';
import type { JsonValue } from '../../../src/engine/json.js';
import { silentLogger } from '../../../src/platform/logger.js';
import { instanceOfLane, laneTo, type Store, type Transaction } from '../../../src/runtime/ports.js';
import { PostgresStore } from '../../../src/store/postgres/postgres-store.js';
import { createGate } from '../../support/gate.js';
import {
  changedInstance,
  idempotencyRow,
  instanceRow,
  jobRow,
  loadedInstance,
  messageSubscriptionRow,
  tenantId,
  variablesOf,
} from '../rows.js';
import { useTestStore } from '../use-test-store.js';

const ids = Array.from({ length: 24 }, (_, index) => `instance-${index}`);

describe('units of work about several instances', () => {
  const test = useTestStore();
  /** How many units each commit of `store` had. */
  let commits: number[] = [];
  let store: Store;

  beforeEach('open a store whose commits are counted', async () => {
    await test.write((tx) => {
      for (const processInstanceId of ids) tx.processInstances.insert(instanceRow({ processInstanceId }));
    });
    commits = [];
    const meter = { committed: (units: number) => void commits.push(units) };
    store = new PostgresStore(test.databaseUrl, {
      now: () => test.clock.now(),
      logger: silentLogger,
      meter,
    });
  });
  afterEach('close the store', () => store.close());

  const mark =
    (id: string, mark: JsonValue) =>
    async (tx: Transaction): Promise<void> => {
      const row = await loadedInstance(tx, id);
      tx.processInstances.save(changedInstance(row, { ...variablesOf(row), mark }));
    };
  const marks = () =>
    Promise.all(
      ids.map(async (id) => {
        const row = await test.store.queries.processInstance(tenantId, id);
        return variablesOf(row)?.['mark'];
      }),
    );

  it('share transactions when they arrive together', async () => {
    await Promise.all(ids.map((id) => store.transact(mark(id, id), { instanceId: id })));
    assert.deepEqual(await marks(), ids);
    const units = commits.reduce((sum, count) => sum + count, 0);
    assert.equal(units, ids.length);
    assert.ok(commits.length <= 4, `${commits.length} commits for ${ids.length} units`);
  });

  it('fail by themselves', async () => {
    const settled = await Promise.allSettled(
      ids.map((id, index) =>
        store.transact(
          async (tx) => {
            await mark(id, id)(tx);
            if (index % 5 === 0) throw new Error(`no ${id}`);
          },
          { instanceId: id },
        ),
      ),
    );
    const failed = settled.flatMap((one, index) => (one.status === 'rejected' ? [index] : []));
    assert.deepEqual(failed, [0, 5, 10, 15, 20]);
    assert.deepEqual(
      await marks(),
      ids.map((id, index) => (index % 5 === 0 ? undefined : id)),
    );
  });

  it('are done once, though one of them fails after it has written and read', async () => {
    const settled = await Promise.allSettled(
      ids.map((id, index) =>
        store.transact(
          async (tx) => {
            const count = Number(variablesOf(await loadedInstance(tx, id))?.['mark'] ?? 0) + 1;
            await mark(id, count)(tx);
            if (index !== 7) return;
            tx.jobs.insert(jobRow({ jobId: 'gone', processInstanceId: id }));
            await tx.jobs.load(tenantId, 'gone');
            throw new Error('no');
          },
          { instanceId: id },
        ),
      ),
    );
    assert.deepEqual(
      settled.map(({ status }) => status === 'rejected'),
      ids.map((_, index) => index === 7),
    );
    assert.deepEqual(
      await marks(),
      ids.map((_, index) => (index === 7 ? undefined : 1)),
    );
    assert.equal(await test.read((tx) => tx.jobs.load(tenantId, 'gone')), undefined);
  });

  it('about one instance are done in their order, each on what the one before has left', async () => {
    const order: number[] = [];
    await Promise.all(
      Array.from({ length: 60 }, (_, index) => {
        const id = ids[index % 3] ?? '';
        return store.transact(
          async (tx) => {
            const row = await loadedInstance(tx, id);
            const list = (variablesOf(row)?.['mark'] ?? []) as readonly number[];
            tx.processInstances.save(changedInstance(row, { mark: [...list, index] }));
            tx.afterCommit(() => order.push(index));
          },
          { instanceId: id },
        );
      }),
    );
    const third = (rest: number, all: readonly number[]) => all.filter((index) => index % 3 === rest);
    const expected = Array.from({ length: 60 }, (_, index) => index);
    assert.deepEqual(
      (await marks()).slice(0, 3),
      [0, 1, 2].map((rest) => third(rest, expected)),
    );
    for (const rest of [0, 1, 2]) assert.deepEqual(third(rest, order), third(rest, expected));
  });

  it('do not wait along with one whose instance another node has locked', async () => {
    const [held = '', ...free] = ids;
    let late: Promise<void> | undefined;
    await test.whileOpen(
      (tx) => loadedInstance(tx, held),
      async () => {
        let isDone = false;
        late = store.transact(mark(held, 'late'), { instanceId: held }).then(() => void (isDone = true));
        await Promise.all(free.map((id) => store.transact(mark(id, id), { instanceId: id })));
        assert.equal(isDone, false);
      },
    );
    await late;
    assert.deepEqual(await marks(), ['late', ...free]);
  });

  it('find a connection, though more units than there are connections wait in transactions of their own', async () => {
    const lock = (tx: Transaction): Promise<void> => tx.messages.lock(tenantId, 'paid', 'order-1');
    let waiting: Promise<unknown> | undefined;
    await test.whileOpen(lock, async () => {
      waiting = Promise.all(Array.from({ length: 40 }, () => store.transact(lock)));
      await Promise.all(ids.map((id) => store.transact(mark(id, id), { instanceId: id })));
    });
    await waiting;
    assert.deepEqual(await marks(), ids);
  });

  for (const { what, hold, ask = hold } of [
    {
      what: 'a message that another node has locked',
      hold: (tx: Transaction) => tx.messages.lock(tenantId, 'paid', 'order-1'),
    },
    {
      what: 'a place for messages that another node starts instances with',
      hold: (tx: Transaction) => tx.messages.lockToStart(tenantId, 'paid'),
      ask: (tx: Transaction) => tx.messages.lockToBuffer(tenantId, 'paid'),
    },
    {
      what: 'a second instance that another node has locked',
      hold: async (tx: Transaction) => void (await loadedInstance(tx, 'instance-23')),
    },
  ]) {
    it(`do not wait along with one that asks for ${what}, also where it goes on after that`, async () => {
      const [asking = '', catching = '', ...free] = ids.slice(0, -1);
      const late: Promise<void>[] = [];
      await test.whileOpen(hold, async () => {
        let done = 0;
        const first = async (tx: Transaction): Promise<void> => {
          await mark(asking, 'late')(tx);
          await ask(tx);
        };
        const second = async (tx: Transaction): Promise<void> => {
          await ask(tx).catch(() => undefined);
          await mark(catching, 'late')(tx);
        };
        for (const [id, work] of [
          [asking, first],
          [catching, second],
        ] as const)
          late.push(store.transact(work, { instanceId: id }).then(() => void (done += 1)));
        await Promise.all(free.map((id) => store.transact(mark(id, id), { instanceId: id })));
        assert.equal(done, 0);
      });
      await Promise.all(late);
      assert.deepEqual(await marks(), ['late', 'late', ...free, undefined]);
    });
  }

  it('find what was read along with the beginning as it is, after another about the same instance has changed it', async () => {
    const [id = ''] = ids;
    await test.write((tx) => tx.jobs.insert(jobRow({ processInstanceId: id })));
    const found: boolean[] = [];
    const complete = async (tx: Transaction): Promise<void> => {
      const job = await tx.jobs.load(tenantId, 'job-1');
      found.push(job !== undefined);
      if (job) tx.jobs.remove('job-1');
    };
    const firstRead = { kind: 'job', tenantId, id: 'job-1' } as const;
    await Promise.all([1, 2, 3].map(() => store.transact(complete, { instanceId: id, firstRead })));
    assert.equal(found.filter((isFound) => isFound).length, 1);
    assert.equal(found[0], true);
  });

  describe('that consume deliveries', () => {
    const body = { kind: 'broadcastSignal', signalName: 'go', variables: {} } as const;
    const pending = async () =>
      (await store.queries.pendingDeliveries(100)).map(({ lane }) => instanceOfLane(lane));
    const consume = async (fails: (id: string) => boolean) => {
      const deliveries = await store.queries.pendingDeliveries(100);
      commits = [];
      return Promise.allSettled(
        deliveries.map(({ deliveryId, lane }) => {
          const instanceId = instanceOfLane(lane) ?? '';
          const work = async (tx: Transaction): Promise<void> => {
            if ((await tx.deliveries.take(deliveryId)) === undefined) return;
            await mark(instanceId, deliveryId)(tx);
            if (fails(instanceId)) throw new Error(`no ${instanceId}`);
          };
          const firstRead = { kind: 'delivery', tenantId, id: deliveryId } as const;
          return store.transact(work, { instanceId, firstRead });
        }),
      );
    };

    beforeEach('one for each instance', () =>
      test.write((tx) => {
        for (const id of ids) tx.deliveries.insert({ tenantId, hops: 1, lane: laneTo(id), body });
      }),
    );

    it('share transactions', async () => {
      await consume(() => false);
      assert.deepEqual(await pending(), []);
      assert.ok((await marks()).every((mark) => typeof mark === 'string'));
      assert.ok(commits.length <= 4, `${commits.length} commits for ${ids.length} units`);
    });

    it('fail by themselves, and their deliveries stay', async () => {
      const fails = (id: string) => ['instance-3', 'instance-17'].includes(id);
      const settled = await consume(fails);
      assert.equal(settled.filter(({ status }) => status === 'rejected').length, 2);
      assert.deepEqual(await pending(), ['instance-3', 'instance-17']);
      assert.deepEqual(
        (await marks()).map((mark) => mark === undefined),
        ids.map(fails),
      );
      assert.ok(commits.length <= 4, `${commits.length} commits for ${ids.length} units`);
    });

    it('do them once, though several ask for each, and in the order of their lanes', async () => {
      await test.write((tx) => {
        for (const id of ids) tx.deliveries.insert({ tenantId, hops: 2, lane: laneTo(id), body });
      });
      const first = await store.queries.pendingDeliveries(100);
      await Promise.all([consume(() => false), consume(() => false), consume(() => false)]);
      while ((await pending()).length > 0) await consume(() => false);
      assert.deepEqual(
        await marks(),
        first.slice(ids.length).map(({ deliveryId }) => deliveryId),
      );
      const taken = await Promise.all(ids.map((id) => store.queries.processInstance(tenantId, id)));
      assert.deepEqual(
        taken.map((row) => row?.revision),
        ids.map(() => instanceRow().revision + 2),
      );
    });

    it('do not wait along with one whose instance, or whose delivery, another node has locked', async () => {
      const [held = '', taken = '', ...free] = ids;
      const deliveries = await store.queries.pendingDeliveries(100);
      const hold = async (tx: Transaction): Promise<void> => {
        await loadedInstance(tx, held);
        await tx.deliveries.take(deliveries[1]?.deliveryId ?? '');
      };
      let all: Promise<unknown> | undefined;
      await test.whileOpen(hold, async () => {
        all = consume(() => false);
        while ((await pending()).length > 2) await nextTurn();
        assert.deepEqual(await pending(), [held, taken]);
      });
      await all;
      assert.deepEqual(
        (await marks()).map((mark) => mark === undefined),
        [false, true, ...free.map(() => false)],
      );
    });
  });

  describe('about whoever waits for a message', () => {
    const subscribe = (...waiting: readonly (readonly [instanceId: string, correlationKey: string])[]) =>
      test.write((tx) => {
        for (const [index, [processInstanceId, correlationKey]] of waiting.entries())
          tx.messageSubscriptions.insert(
            messageSubscriptionRow({
              subscriptionId: `subscription-${index}`,
              processInstanceId,
              messageName: 'paid',
              correlationKey,
            }),
          );
      });
    /** Marks the instance that has waited longest, which waits no more; answers its id. */
    const correlate = (correlationKey: string, mark = correlationKey): Promise<string | undefined> =>
      store.transact(
        async (tx) => {
          const found = await tx.messageSubscriptions.find(tenantId, 'paid', correlationKey);
          if (found === undefined) return undefined;
          const row = await loadedInstance(tx, found.processInstanceId);
          tx.processInstances.save(changedInstance(row, { ...variablesOf(row), mark }));
          tx.messageSubscriptions.remove(found.subscriptionId);
          return found.processInstanceId;
        },
        {
          firstRead: { kind: 'messageSubscription', tenantId, messageName: 'paid', correlationKey },
        },
      );

    it('share transactions, and read nothing but what came along with the beginning', async () => {
      await subscribe(...ids.map((id) => [id, `key of ${id}`] as const));
      const answers = await Promise.all(ids.map((id) => correlate(`key of ${id}`)));
      assert.deepEqual(answers, ids);
      assert.deepEqual(
        await marks(),
        ids.map((id) => `key of ${id}`),
      );
      assert.ok(commits.length <= 4, `${commits.length} commits for ${ids.length} units`);
    });

    it('each have one of those who wait for the same message', async () => {
      const [first = '', second = '', third = ''] = ids;
      await subscribe([first, 'same'], [second, 'same'], [third, 'same']);
      const answers = await Promise.all(['a', 'b', 'c', 'd'].map((mark) => correlate('same', mark)));
      assert.deepEqual(answers.map(String).sort(), [first, second, third, 'undefined'].sort());
      assert.deepEqual((await marks()).filter((mark) => mark !== undefined).sort().length, 3);
    });

    it('each have one of those who wait for the same message, whose documents are too long to come along', async () => {
      const three = ids.slice(0, 3);
      const long = 'x'.repeat(20_000);
      for (const id of three) await store.transact(mark(id, long), { instanceId: id });
      await subscribe(...three.map((id) => [id, 'same'] as const));
      const busy = three.map((id) =>
        store.transact(async (tx) => void (await loadedInstance(tx, id)), { instanceId: id }),
      );
      const answers = await Promise.all(['a', 'b', 'c', 'd'].map((mark) => correlate('same', mark)));
      await Promise.all(busy);
      assert.deepEqual(answers.map(String).sort(), [...three, 'undefined'].sort());
      assert.deepEqual((await marks()).filter((mark) => mark !== undefined && mark !== long).length, 3);
    });

    it('find the instance as a unit before them in the transaction has left it', async () => {
      const [id = ''] = ids;
      await subscribe([id, 'once']);
      const cancel = store.transact(
        async (tx) => {
          const row = await loadedInstance(tx, id);
          tx.processInstances.save(changedInstance(row, { mark: 'canceled' }));
          tx.messageSubscriptions.remove('subscription-0');
        },
        { instanceId: id },
      );
      assert.deepEqual(await Promise.all([cancel, correlate('once')]), [undefined, undefined]);
      assert.equal((await marks())[0], 'canceled');
    });

    it('lock the instance when they ask for it, where they run alone: after what others lock before it', async () => {
      const [id = ''] = ids;
      await subscribe([id, 'once']);
      const begun = createGate();
      const gate = createGate();
      const publish = (isLast: boolean): Promise<unknown> => {
        let isAlone = false;
        return store.transact(
          async (tx) => {
            if (isAlone && isLast) {
              begun.open();
              await gate.opened;
            }
            isAlone = true;
            await tx.messages.lock(tenantId, 'paid', 'message-1');
            await loadedInstance(tx, id);
          },
          {
            firstRead: { kind: 'messageSubscription', tenantId, messageName: 'paid', correlationKey: 'once' },
          },
        );
      };
      let last: Promise<unknown> | undefined;
      let first: Promise<unknown> | undefined;
      await test.whileOpen(
        (tx) => tx.messages.lock(tenantId, 'paid', 'message-1'),
        async () => {
          last = publish(true);
          await begun.opened;
          first = publish(false);
        },
      );
      await first;
      gate.open();
      await last;
    });

    it('do not wait along with one whose instance another node has locked', async () => {
      const [held = '', ...free] = ids;
      await subscribe(...ids.map((id) => [id, id] as const));
      let late: Promise<unknown> | undefined;
      await test.whileOpen(
        (tx) => loadedInstance(tx, held),
        async () => {
          let isDone = false;
          late = correlate(held).then(() => (isDone = true));
          assert.deepEqual(await Promise.all(free.map((id) => correlate(id))), free);
          assert.equal(isDone, false);
        },
      );
      await late;
      assert.deepEqual(await marks(), ids);
    });
  });

  describe('with an Idempotency-Key', () => {
    const scope = { tenantId, principal: 'app', operation: 'mark', key: 'key-1' } as const;
    const markOnce = (id: string, key: string): Promise<'done' | 'replayed' | 'in-flight'> =>
      store.transact(
        async (tx) => {
          if ((await tx.idempotency.claim({ ...scope, key })) === 'in-flight') return 'in-flight';
          if (await tx.idempotency.find({ ...scope, key })) return 'replayed';
          await mark(id, key)(tx);
          tx.idempotency.insert(idempotencyRow({ ...scope, key }));
          return 'done';
        },
        { instanceId: id, idempotency: { ...scope, key } },
      );

    it('share transactions, and claim their keys along with the beginning', async () => {
      assert.deepEqual(
        await Promise.all(ids.map((id) => markOnce(id, `key of ${id}`))),
        ids.map(() => 'done'),
      );
      assert.ok(commits.length <= 4, `${commits.length} commits for ${ids.length} units`);
      assert.deepEqual(
        await Promise.all(ids.map((id) => markOnce(id, `key of ${id}`))),
        ids.map(() => 'replayed'),
      );
    });

    it('that several have, of one instance and of others, are done for one of them', async () => {
      const answers = await Promise.all([...ids, ...ids].map((id) => markOnce(id, 'same')));
      assert.equal(answers.filter((answer) => answer === 'done').length, 1);
      assert.equal((await marks()).filter((mark) => mark === 'same').length, 1);
    });
  });
});
