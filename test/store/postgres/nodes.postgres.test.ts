// SQLite has one server; what several do together is PostgreSQL's business.
import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'mocha';
import pg from 'pg';
import { silentLogger } from '../../../src/platform/logger.js';
import {
  OutcomeUnknown,
  type Store,
  StoreUnavailable,
  type Transaction,
} from '../../../src/runtime/ports.js';
import { openStore } from '../../../src/store/open-store.js';
import { StoreOverloaded, UnitTimedOut } from '../../../src/store/overload.js';
import { PostgresStore } from '../../../src/store/postgres/postgres-store.js';
import {
  changedInstance,
  idempotencyRow,
  instanceRow,
  jobRow,
  loadedInstance,
  messageRow,
  tenantId,
  timerRow,
  variablesOf,
} from '../rows.js';
import { createGate } from '../../support/gate.js';
import { startTcpProxy } from '../../support/tcp-proxy.js';
import { useTestStore } from '../use-test-store.js';

describe('two nodes on one PostgreSQL', function () {
  this.timeout(60_000);
  const test = useTestStore();
  let other: Store;

  beforeEach('open the second node', async () => {
    // Deadlocks are looked for after a second otherwise.
    const databaseUrl = `${test.databaseUrl}?options=-c%20deadlock_timeout%3D20ms`;
    other = await openStore({ databaseUrl, logger: silentLogger, clock: test.clock });
  });
  afterEach('close the second node', () => other.close());

  const admin = async (sql: string): Promise<readonly Record<string, unknown>[]> => {
    const client = new pg.Client({ connectionString: test.databaseUrl });
    await client.connect();
    try {
      return (await client.query<Record<string, unknown>>(sql)).rows;
    } finally {
      await client.end();
    }
  };

  /** Answers whether the second node's work waited until the first node was let go. */
  async function orderOf(
    first: (tx: Transaction) => Promise<unknown>,
    second: (tx: Transaction) => Promise<unknown>,
  ): Promise<readonly string[]> {
    const order: string[] = [];
    const waiting = await test.whileOpen(first, async () => {
      const done = other.transact(async (tx) => {
        await second(tx);
        order.push('second');
      });
      await untilSomeoneWaitsForALock();
      order.push('first let go');
      return [done];
    });
    await Promise.all(waiting);
    return order;
  }

  async function untilSomeoneWaitsForALock(): Promise<void> {
    const waits = `SELECT 1 AS waits FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
    while ((await admin(waits)).length === 0);
  }

  it('change one instance in turn and lose no change', async () => {
    await test.write((tx) => tx.processInstances.insert(instanceRow({ variables: { count: 0 } })));
    const countUp = async (tx: Transaction): Promise<void> => {
      const row = await loadedInstance(tx, 'instance-1');
      const count = Number(variablesOf(row)?.['count']) + 1;
      tx.processInstances.save(changedInstance(row, { count }));
    };
    const options = [{ instanceId: 'instance-1' }, {}];
    const units = Array.from({ length: 100 }, (_, index) =>
      (index % 2 === 0 ? test.store : other).transact(countUp, options[index % 3] ?? {}),
    );
    await Promise.all(units);
    const stored = await other.queries.processInstance(tenantId, 'instance-1');
    assert.deepEqual([stored?.revision, variablesOf(stored)], [101, { count: 100 }]);
  });

  it('apply together what arrives together for one instance: one save for many commands', async () => {
    await test.write((tx) => tx.processInstances.insert(instanceRow({ variables: { count: 0 } })));
    await admin(`
        CREATE TABLE saves (revision BIGINT);
        CREATE FUNCTION count_save() RETURNS trigger LANGUAGE plpgsql AS
          $$ BEGIN INSERT INTO saves VALUES (NEW.revision); RETURN NEW; END $$;
        CREATE TRIGGER count_saves AFTER UPDATE ON process_instance FOR EACH ROW EXECUTE FUNCTION count_save();`);
    const save = async (tx: Transaction): Promise<void> => {
      tx.processInstances.save(changedInstance(await loadedInstance(tx, 'instance-1'), {}));
    };
    const one = { instanceId: 'instance-1' };
    await Promise.all(Array.from({ length: 60 }, () => test.store.transact(save, one)));
    const [saves] = await admin('SELECT count(*)::int AS count, max(revision)::int AS last FROM saves');
    await admin('DROP TRIGGER count_saves ON process_instance; DROP FUNCTION count_save; DROP TABLE saves');
    assert.equal(saves?.['last'], 61);
    assert.ok(Number(saves?.['count']) <= 6, `${String(saves?.['count'])} saves for 60 commands`);
  });

  it('refuse to save over a revision that the other has saved, although it was not loaded', async () => {
    await test.write((tx) => tx.processInstances.insert(instanceRow()));
    const stale = changedInstance(instanceRow(), { stale: true });
    await other.transact(async (tx) => {
      tx.processInstances.save(changedInstance(await loadedInstance(tx, 'instance-1'), { won: true }));
    });
    await assert.rejects(
      test.write((tx) => tx.processInstances.save(stale)),
      /in conflict/,
    );
    assert.deepEqual(variablesOf(await test.store.queries.processInstance(tenantId, 'instance-1')), {
      won: true,
    });
  });

  it('see what the other has committed, also of an instance that they know', async () => {
    await test.write((tx) => tx.processInstances.insert(instanceRow()));
    const change = (store: Store, step: number) =>
      store.transact(
        async (tx) => {
          const row = await loadedInstance(tx, 'instance-1');
          tx.processInstances.save(
            changedInstance(row, { ...variablesOf(row), [`step${step}`]: row.revision }),
          );
        },
        { instanceId: 'instance-1' },
      );
    for (const [step, store] of [test.store, other, other, test.store, other].entries())
      await change(store, step);
    const stored = await test.store.queries.processInstance(tenantId, 'instance-1');
    assert.deepEqual(variablesOf(stored), { step0: 1, step1: 2, step2: 3, step3: 4, step4: 5 });
  });

  it('wait for each other at an instance', async () => {
    await test.write((tx) => tx.processInstances.insert(instanceRow()));
    const load = (tx: Transaction) => loadedInstance(tx, 'instance-1');
    assert.deepEqual(await orderOf(load, load), ['first let go', 'second']);
  });

  it('wait for each other at a message, and not at another', async () => {
    const lock = (key: string | undefined) => (tx: Transaction) => tx.messages.lock(tenantId, 'paid', key);
    assert.deepEqual(await orderOf(lock('order-1'), lock('order-1')), ['first let go', 'second']);
    assert.deepEqual(await orderOf(lock(undefined), lock(undefined)), ['first let go', 'second']);
    await test.whileOpen(lock('order-1'), () => other.transact(lock('order-2')));
  });

  it('find the message that the other has published, after waiting for its lock', async () => {
    const publish = async (tx: Transaction): Promise<void> => {
      await tx.messages.lock(tenantId, 'paid', 'order-1');
      tx.messages.insert(messageRow());
    };
    const found: (string | undefined)[] = [];
    const subscribe = async (tx: Transaction): Promise<void> => {
      await tx.messages.lock(tenantId, 'paid', 'order-1');
      found.push((await tx.messages.findBuffered(tenantId, 'paid', 'order-1'))?.messageRowId);
    };
    await orderOf(publish, subscribe);
    assert.deepEqual(found, ['message-1']);
  });

  it('deploy for a tenant one after the other', async () => {
    const lock = (tenant: string) => (tx: Transaction) => tx.definitions.lockDeployments(tenant);
    assert.deepEqual(await orderOf(lock(tenantId), lock(tenantId)), ['first let go', 'second']);
    await test.whileOpen(lock(tenantId), () => other.transact(lock('tenant-2')));
  });

  it('are told of a key that the other has in flight, and find its outcome afterwards', async () => {
    const claim = (tx: Transaction) => tx.idempotency.claim(idempotencyRow());
    const within = await test.whileOpen(
      async (tx) => {
        assert.equal(await claim(tx), 'claimed');
        tx.idempotency.insert(idempotencyRow());
      },
      () => other.transact(claim),
    );
    assert.equal(within, 'in-flight');
    assert.equal(await other.transact(claim), 'claimed');
    const found = await other.transact((tx) => tx.idempotency.find(idempotencyRow()));
    assert.deepEqual(found, idempotencyRow());
  });

  it('pass over jobs, timers and deliveries that the other is taking', async () => {
    await test.write((tx) => {
      for (const id of ['1', '2', '3']) {
        tx.jobs.insert(jobRow({ jobId: id }));
        tx.timers.insert(timerRow({ timerId: id }));
      }
      tx.deliveries.insert({
        tenantId,
        hops: 1,
        body: { kind: 'broadcastSignal', signalName: 's', variables: {} },
      });
    });
    const [delivery] = await test.store.queries.pendingDeliveries(1);
    assert.ok(delivery !== undefined);
    const take = (count: number) => async (tx: Transaction) => {
      const activation = { tenantId, type: 'charge', worker: 'w', maxJobs: count, timeoutMs: 1000 };
      const jobs = (await tx.jobs.activate(activation)).map(({ jobId }) => jobId);
      const timers = (await tx.timers.due(count)).map(({ timerId }) => timerId);
      return { jobs, timers, delivery: await tx.deliveries.take(delivery.deliveryId) };
    };
    const taken = await test.whileOpen(take(2), () => other.transact(take(10)));
    assert.deepEqual(taken, { jobs: ['3'], timers: ['3'], delivery: undefined });
  });

  it('try again when they have locked each other out', async () => {
    await test.write((tx) => {
      tx.processInstances.insert(instanceRow());
      tx.processInstances.insert(instanceRow({ processInstanceId: 'instance-2' }));
    });
    let attempts = 0;
    let locked = 0;
    const meeting = createGate();
    const lockBoth = (store: Store, ids: readonly [string, string]) =>
      store.transact(async (tx) => {
        attempts += 1;
        const first = await loadedInstance(tx, ids[0]);
        locked += 1;
        if (locked === 2) meeting.open();
        await meeting.opened;
        const second = await loadedInstance(tx, ids[1]);
        for (const row of [first, second]) tx.processInstances.save(changedInstance(row, {}));
      });
    await Promise.all([
      lockBoth(test.store, ['instance-1', 'instance-2']),
      lockBoth(other, ['instance-2', 'instance-1']),
    ]);
    assert.ok(attempts > 2, `${attempts} attempts`);
    assert.equal((await other.queries.processInstance(tenantId, 'instance-1'))?.revision, 3);
  });

  it('live on when the database ends all their connections, idle or in the middle of work', async () => {
    const terminate = () =>
      admin(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
               WHERE datname = current_database() AND pid <> pg_backend_pid()`);
    await Promise.all(Array.from({ length: 8 }, () => test.store.ping()));
    await terminate();
    await untilAnswered(() => test.write((tx) => tx.jobs.insert(jobRow())));

    const cut = test.read(async (tx) => {
      tx.jobs.insert(jobRow({ jobId: 'lost' }));
      await tx.jobs.load(tenantId, 'lost');
      await terminate();
    });
    await assert.rejects(cut, StoreUnavailable);
    await untilAnswered(() => test.store.ping());
    assert.equal(await test.read((tx) => tx.jobs.load(tenantId, 'lost')), undefined);
    assert.equal((await test.read((tx) => tx.jobs.load(tenantId, 'job-1')))?.jobId, 'job-1');
  });

  /** A connection that has just been ended may be found out by the first to use it. */
  async function untilAnswered(work: () => Promise<unknown>): Promise<void> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        await work();
        return;
      } catch (error) {
        assert.ok(error instanceof StoreUnavailable && attempt <= 20, String(error));
      }
    }
  }

  it('give up a unit that does not end, refuse what it still tries, and go on with the others', async () => {
    await test.write((tx) => tx.processInstances.insert(instanceRow()));
    const options = { now: undefined, logger: silentLogger, unitTimeMs: 50 };
    const store = new PostgresStore(test.databaseUrl, options);
    const one = { instanceId: 'instance-1' };
    const kept: Transaction[] = [];
    const hanging = store.transact((tx) => {
      kept.push(tx);
      tx.jobs.insert(jobRow({ jobId: 'hung' }));
      return new Promise(() => undefined);
    }, one);
    const next = store.transact((tx) => Promise.resolve(tx.jobs.insert(jobRow())), one);
    await assert.rejects(hanging, UnitTimedOut);
    await next;
    assert.throws(() => kept[0]?.jobs.remove('job-1'), /has ended/);
    assert.equal(await test.read((tx) => tx.jobs.load(tenantId, 'hung')), undefined);
    assert.equal((await test.read((tx) => tx.jobs.load(tenantId, 'job-1')))?.jobId, 'job-1');
    await store.close();
  });

  it('refuse what comes when 10,000 units wait', async () => {
    const released = createGate();
    const one = { instanceId: 'instance-1' };
    const first = test.store.transact(() => released.opened, one);
    const waiting = Array.from({ length: 9_999 }, () => test.store.transact(() => Promise.resolve(), one));
    await assert.rejects(
      test.read(() => Promise.resolve()),
      StoreOverloaded,
    );
    released.open();
    await Promise.all([first, ...waiting]);
  });

  it('give up a database that takes everything and answers nothing, and go on when it answers again', async () => {
    const url = new URL(test.databaseUrl);
    const proxy = await startTcpProxy(Number(url.port || 5432));
    url.port = String(proxy.port);
    const store = new PostgresStore(url.href, { now: undefined, logger: silentLogger, answerTimeMs: 100 });
    await store.ping();
    proxy.swallow(true);
    await assert.rejects(store.queries.nextTimerDueAt(), /no answer within 100 ms/);
    proxy.swallow(false);
    await store.ping();
    const lost = store.transact((tx) => {
      tx.jobs.insert(jobRow());
      proxy.swallow(true);
      return Promise.resolve();
    });
    await assert.rejects(lost, OutcomeUnknown);
    proxy.swallow(false);
    await untilAnswered(() => store.ping());
    assert.equal(await test.read((tx) => tx.jobs.load(tenantId, 'job-1')), undefined);
    await store.close();
    await proxy.close();
  });

  it('say that the database is away where there is none', async () => {
    const options = { now: undefined, logger: silentLogger };
    const store = new PostgresStore('postgres://postgres@127.0.0.1:1/nowhere', options);
    await assert.rejects(store.ping(), StoreUnavailable);
    await assert.rejects(
      store.transact(() => Promise.resolve()),
      StoreUnavailable,
    );
    await assert.rejects(store.queries.nextTimerDueAt(), StoreUnavailable);
    await store.close();
  });
});
