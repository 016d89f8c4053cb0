// SQLite has one writer, whose groups are the business of its own tests.
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
import { PostgresStore } from '../../../src/store/postgres/postgres-store.js';
import { createGate } from '../../support/gate.js';
import {
  changedInstance,
  definitionRow,
  idempotencyRow,
  insertDeployment,
  instanceRow,
  jobRow,
  loadedInstance,
  tenantId,
  variablesOf,
} from '../rows.js';
import { useTestStore } from '../use-test-store.js';

const ids = Array.from({ length: 24 }, (_, index) => `instance-${index}`);

describe('units of work that share a transaction', function () {
  this.timeout(60_000);
  const test = useTestStore();
  let store: Store;
  const open = (query = ''): Store =>
    new PostgresStore(`${test.databaseUrl}${query}`, { now: () => test.clock.now(), logger: silentLogger });

  beforeEach('open', async () => {
    await test.write((tx) => {
      for (const processInstanceId of ids) tx.processInstances.insert(instanceRow({ processInstanceId }));
    });
    store = open();
  });
  afterEach('close', () => store.close());

  const mark =
    (id: string, mark: string) =>
    async (tx: Transaction): Promise<void> => {
      const row = await loadedInstance(tx, id);
      tx.processInstances.save(changedInstance(row, { ...variablesOf(row), mark }));
    };

  for (const [what, options, ask] of [
    [
      'read ahead',
      { firstRead: { kind: 'latestProcessDefinition', tenantId, id: 'order' } },
      (tx: Transaction) => tx.definitions.findLatest(tenantId, 'order'),
    ],
    [
      'in the middle',
      { instanceId: 'instance-0' },
      (tx: Transaction) => tx.definitions.find(tenantId, 'definition-1'),
    ],
  ] as const)
    it(`do not wait along with one that asks for a process definition that is being deleted, ${what}`, async () => {
      await test.write((tx) => {
        insertDeployment(tx);
        tx.definitions.insert(definitionRow());
      });
      let late: Promise<unknown> = Promise.resolve();
      await test.whileOpen(
        (tx) => tx.definitions.lockForRemoval(tenantId, 'definition-1'),
        async () => {
          let isDone = false;
          late = store.transact(ask, options).then((row) => {
            isDone = true;
            return row?.processDefinitionId;
          });
          await Promise.all(ids.slice(1).map((id) => store.transact(mark(id, id), { instanceId: id })));
          assert.equal(isDone, false);
        },
      );
      assert.equal(await late, 'definition-1');
    });

  it('wait for another transaction, also where one is alone and has written before', async () => {
    const [id = ''] = ids;
    let late: Promise<void> | undefined;
    await test.whileOpen(
      (tx) => tx.messages.lock(tenantId, 'paid', 'order-1'),
      async () => {
        const isAgain = createGate();
        let runs = 0;
        late = store.transact(
          async (tx) => {
            runs += 1;
            await mark(id, 'late')(tx);
            tx.jobs.insert(jobRow({ processInstanceId: id }));
            if (runs === 2) isAgain.open();
            await tx.messages.lock(tenantId, 'paid', 'order-1');
          },
          { instanceId: id },
        );
        await Promise.race([isAgain.opened, late]);
      },
    );
    await late;
    assert.equal(variablesOf(await test.store.queries.processInstance(tenantId, id))?.['mark'], 'late');
  });

  it('are done, though one of them waits too long for a lock in a write', async () => {
    await test.write((tx) => tx.jobs.insert(jobRow({ processInstanceId: ids[0] ?? '' })));
    const impatient = open('?lock_timeout=200');
    await test
      .whileOpen(
        (tx) => tx.jobs.load(tenantId, 'job-1'),
        async () => {
          const settled = await Promise.allSettled(
            ids.map((id, index) =>
              impatient.transact(
                async (tx) => {
                  await mark(id, id)(tx);
                  if (index === 0) tx.jobs.remove('job-1');
                },
                { instanceId: id },
              ),
            ),
          );
          const failed = settled.flatMap((one, index) => (one.status === 'rejected' ? [index] : []));
          assert.deepEqual(failed, [0]);
        },
      )
      .finally(() => impatient.close());
  });

  it('are done, though one of them touches a row that is damaged', async () => {
    const client = new pg.Client(test.databaseUrl);
    await client.connect();
    await client.query(
      `CREATE FUNCTION damaged() RETURNS trigger LANGUAGE plpgsql AS
       $$ BEGIN RAISE EXCEPTION 'invalid page' USING ERRCODE = 'XX001'; END $$;
       CREATE TRIGGER damaged BEFORE UPDATE ON process_instance FOR EACH ROW
       WHEN (OLD.process_instance_id = 'instance-3') EXECUTE FUNCTION damaged()`,
    );
    try {
      const settled = await Promise.allSettled(
        ids.map((id) => store.transact(mark(id, id), { instanceId: id })),
      );
      const failed = settled.flatMap((one, index) => (one.status === 'rejected' ? [index] : []));
      assert.deepEqual(failed, [3]);
    } finally {
      await client.query('DROP FUNCTION damaged CASCADE');
      await client.end();
    }
  });

  it('have their Idempotency-Keys again, when one of them has failed for a damaged row and each is run by itself', async () => {
    await test.write((tx) => {
      insertDeployment(tx);
      tx.definitions.insert(definitionRow());
    });
    const firstRead = {
      kind: 'latestProcessDefinition',
      tenantId,
      id: definitionRow().bpmnProcessId,
    } as const;
    const once = (key: string): Promise<string> => {
      const scope = { tenantId, principal: 'app', operation: 'start', key };
      return store.transact(
        async (tx) => {
          const claimed = await tx.idempotency.claim(scope);
          if (claimed === 'claimed') tx.idempotency.insert(idempotencyRow(scope));
          return claimed;
        },
        { idempotency: scope, firstRead },
      );
    };
    const client = new pg.Client(test.databaseUrl);
    await client.connect();
    await client.query(
      `CREATE FUNCTION damaged() RETURNS trigger LANGUAGE plpgsql AS
       $$ BEGIN RAISE EXCEPTION 'invalid page' USING ERRCODE = 'XX001'; END $$;
       CREATE TRIGGER damaged BEFORE INSERT ON idempotency FOR EACH ROW
       WHEN (NEW.key LIKE '%damaged') EXECUTE FUNCTION damaged()`,
    );
    try {
      for (let round = 0; round < 10; round += 1) {
        const damaged = once(`${round} damaged`);
        const others = Array.from({ length: 23 }, (_, index) => once(`${round} ${index}`));
        await assert.rejects(damaged, StoreUnavailable);
        assert.deepEqual(new Set(await Promise.all(others)), new Set(['claimed']));
      }
    } finally {
      await client.query('DROP FUNCTION damaged CASCADE');
      await client.end();
    }
  });

  it('find what was read along with the beginning as it is, after one about another instance has changed it', async () => {
    const [a = '', b = ''] = ids;
    await test.write((tx) => tx.jobs.insert(jobRow({ processInstanceId: b })));
    const found: unknown[] = [];
    await Promise.all([
      store.transact(
        async (tx) => {
          await mark(a, 'a')(tx);
          await mark(b, 'a')(tx);
          tx.jobs.remove('job-1');
        },
        { instanceId: a },
      ),
      store.transact(
        async (tx) => {
          const row = await loadedInstance(tx, b);
          found.push(variablesOf(row)?.['mark'], (await tx.jobs.load(tenantId, 'job-1'))?.jobId);
        },
        { instanceId: b, firstRead: { kind: 'job', tenantId, id: 'job-1' } },
      ),
    ]);
    assert.deepEqual(found, ['a', undefined]);
  });

  it('have an unknown outcome when the server ends the connection while it commits', async () => {
    const slow = open(
      '?options=-c%20commit_delay%3D100000%20-c%20commit_siblings%3D0%20-c%20synchronous_commit%3Don',
    );
    const client = new pg.Client(test.databaseUrl);
    await client.connect();
    const outcomes = new Map<string, number>();
    try {
      for (let round = 0; round < 3; round += 1) {
        const id = ids[round] ?? '';
        const ended = slow.transact(mark(id, 'x'), { instanceId: id }).then(
          () => 'done',
          (error: unknown) =>
            error instanceof OutcomeUnknown
              ? 'unknown'
              : error instanceof StoreUnavailable
                ? 'unavailable'
                : String(error),
        );
        let killed = false;
        for (let tries = 0; tries < 400 && !killed; tries += 1) {
          const { rowCount } = await client.query(
            `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
             WHERE datname = current_database() AND query = 'COMMIT' AND state = 'active' AND pid <> pg_backend_pid()`,
          );
          killed = (rowCount ?? 0) > 0;
        }
        const outcome = await ended;
        const row = await test.store.queries.processInstance(tenantId, id);
        const key = `${killed ? 'killed' : 'alive'} ${outcome} ${variablesOf(row)?.['mark'] === 'x' ? 'committed' : 'not committed'}`;
        outcomes.set(key, (outcomes.get(key) ?? 0) + 1);
      }
    } finally {
      await client.end();
      await slow.close();
    }
    assert.deepEqual(outcomes, new Map([['killed unknown committed', 3]]));
  });
});
