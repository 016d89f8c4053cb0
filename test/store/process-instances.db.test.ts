import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import {
  changedInstance,
  endedInstance,
  instanceRow,
  loadedInstance,
  someTime,
  tenantId,
  variablesOf,
} from './rows.js';
import { useTestStore } from './use-test-store.js';

describe('process instances in the store', () => {
  const test = useTestStore();

  it('answers an instance as it was written, with and without what is optional', async () => {
    const called = instanceRow({
      processInstanceId: 'instance-2',
      businessKey: 'order-7',
      parentProcessInstanceId: 'instance-1',
      parentElementInstanceKey: 4,
      hasIncident: true,
      endedAt: someTime + 5,
    });
    await test.write((tx) => [instanceRow(), called].forEach((row) => tx.processInstances.insert(row)));

    assert.deepEqual(
      await test.read((tx) => tx.processInstances.load(tenantId, 'instance-1')),
      instanceRow(),
    );
    assert.deepEqual(await test.read((tx) => tx.processInstances.load(tenantId, 'instance-2')), called);
    assert.deepEqual(await test.store.queries.processInstance(tenantId, 'instance-2'), called);
    assert.equal(await test.read((tx) => tx.processInstances.load(tenantId, 'instance-3')), undefined);
  });

  it('does not show an instance to another tenant', async () => {
    await test.write((tx) => tx.processInstances.insert(instanceRow()));
    assert.equal(await test.read((tx) => tx.processInstances.load('tenant-2', 'instance-1')), undefined);
    assert.deepEqual(await test.read((tx) => tx.processInstances.read('tenant-2', ['instance-1'])), []);
  });

  it('sees its own insert and save within a unit of work', async () => {
    const seen = await test.read(async (tx) => {
      tx.processInstances.insert(instanceRow());
      const inserted = await loadedInstance(tx, 'instance-1');
      tx.processInstances.save(changedInstance(inserted, { step: 1 }));
      const [read] = await tx.processInstances.read(tenantId, ['instance-1']);
      return [inserted, await loadedInstance(tx, 'instance-1'), read];
    });
    assert.deepEqual(
      seen.map((row) => row?.revision),
      [1, 2, 2],
    );
    assert.deepEqual(variablesOf(await test.store.queries.processInstance(tenantId, 'instance-1')), {
      step: 1,
    });
  });

  it('reads several instances at once, those that exist', async () => {
    const ids = ['instance-1', 'instance-2', 'instance-3'];
    await test.write((tx) =>
      ids.forEach((processInstanceId) => tx.processInstances.insert(instanceRow({ processInstanceId }))),
    );
    const found = await test.read((tx) =>
      tx.processInstances.read(tenantId, ['instance-3', 'none', 'instance-1']),
    );
    assert.deepEqual(found.map((row) => row.processInstanceId).sort(), ['instance-1', 'instance-3']);
    assert.deepEqual(
      found.find((row) => row.processInstanceId === 'instance-1'),
      instanceRow(),
    );
  });

  it('finds the active instances that an element instance called, also those just written', async () => {
    const called = (processInstanceId: string, parentElementInstanceKey: number) =>
      instanceRow({ processInstanceId, parentProcessInstanceId: 'instance-1', parentElementInstanceKey });
    await test.write((tx) => {
      tx.processInstances.insert(called('instance-2', 4));
      tx.processInstances.insert(called('instance-3', 5));
      tx.processInstances.insert(called('instance-4', 4));
    });
    const found = await test.read(async (tx) => {
      tx.processInstances.insert(called('instance-5', 4));
      tx.processInstances.save(endedInstance(await loadedInstance(tx, 'instance-2'), someTime));
      return tx.processInstances.findCalled(tenantId, 'instance-1', 4);
    });
    assert.deepEqual(found, ['instance-4', 'instance-5']);
  });

  it('refuses to save a revision that does not follow the stored one', async () => {
    await test.write((tx) => tx.processInstances.insert(instanceRow()));
    const old = await test.read((tx) => loadedInstance(tx, 'instance-1'));
    await test.read(async (tx) => {
      tx.processInstances.save(changedInstance(await loadedInstance(tx, 'instance-1'), { step: 1 }));
    });
    await assert.rejects(test.write((tx) => tx.processInstances.save(changedInstance(old, { step: 2 }))));
    assert.deepEqual(variablesOf(await test.store.queries.processInstance(tenantId, 'instance-1')), {
      step: 1,
    });
  });

  it('refuses a second instance with the same id and keeps the first', async () => {
    await test.write((tx) => tx.processInstances.insert(instanceRow({ variables: { first: true } })));
    await assert.rejects(test.write((tx) => tx.processInstances.insert(instanceRow())));
    const stored = await test.read((tx) => loadedInstance(tx, 'instance-1'));
    assert.deepEqual(variablesOf(stored), { first: true });
  });

  it('shows the state before a unit that was rolled back, and writes on from there', async () => {
    await test.write((tx) => tx.processInstances.insert(instanceRow()));
    const failing = test.read(async (tx) => {
      tx.processInstances.save(changedInstance(await loadedInstance(tx, 'instance-1'), { lost: true }));
      throw new Error('on purpose');
    });
    await assert.rejects(failing, /on purpose/);
    await test.read(async (tx) => {
      const row = await loadedInstance(tx, 'instance-1');
      assert.deepEqual(row, instanceRow());
      tx.processInstances.save(changedInstance(row, { kept: true }));
    });
    assert.deepEqual(variablesOf(await test.store.queries.processInstance(tenantId, 'instance-1')), {
      kept: true,
    });
  });

  it('restores an instance that was written early, for a search, by a unit that failed', async () => {
    await test.write((tx) => tx.processInstances.insert(instanceRow()));
    const one = { instanceId: 'instance-1' };
    const failing = test.store.transact(async (tx) => {
      tx.processInstances.save(endedInstance(await loadedInstance(tx, 'instance-1'), someTime));
      assert.equal(await tx.definitions.countActiveInstances(tenantId, 'definition-1'), 0);
      throw new Error('on purpose');
    }, one);
    const next = test.store.transact(async (tx) => {
      tx.processInstances.save(changedInstance(await loadedInstance(tx, 'instance-1'), { next: true }));
      return tx.definitions.countActiveInstances(tenantId, 'definition-1');
    }, one);
    await assert.rejects(failing, /on purpose/);
    assert.equal(await next, 1);
    const stored = await test.store.queries.processInstance(tenantId, 'instance-1');
    assert.deepEqual([stored?.revision, variablesOf(stored)], [2, { next: true }]);
  });

  it('keeps NUL characters, lone surrogates, every plane of Unicode and a document of a megabyte', async () => {
    const texts = {
      nul: 'a\0b\u001ac\u001a0',
      surrogate: '\ud800x',
      planes: 'ä€😀\u{10ffff}',
      key: 'a\\u0000',
    };
    const variables = { ...texts, large: 'ß'.repeat(1_000_000) };
    const row = instanceRow({ businessKey: 'k\0e\u001ay', variables });
    await test.write((tx) => tx.processInstances.insert(row));
    assert.deepEqual(await test.store.queries.processInstance(tenantId, 'instance-1'), row);
    const found = await test.store.queries.searchProcessInstances(tenantId, {
      filter: { businessKey: { $eq: 'k\0e\u001ay' } },
      sort: [],
      page: { limit: 10 },
    });
    assert.deepEqual(
      found.items.map(({ businessKey }) => businessKey),
      ['k\0e\u001ay'],
    );
  });

  it('refuses a key that is too long for an index, on both databases alike', async () => {
    const row = instanceRow({ businessKey: 'x'.repeat(401) });
    await assert.rejects(
      test.write((tx) => tx.processInstances.insert(row)),
      /Expected at most 400 characters in process_instance.businessKey but found 401\./,
    );
    const widest = instanceRow({ businessKey: '€'.repeat(400) });
    await test.write((tx) => tx.processInstances.insert(widest));
    assert.deepEqual(await test.store.queries.processInstance(tenantId, 'instance-1'), widest);
  });

  it('counts active instances of a definition', async () => {
    await test.write((tx) => {
      tx.processInstances.insert(instanceRow());
      tx.processInstances.insert(instanceRow({ processInstanceId: 'instance-2' }));
      tx.processInstances.insert(endedInstance(instanceRow({ processInstanceId: 'instance-3' }), someTime));
      tx.processInstances.insert(
        instanceRow({ processInstanceId: 'instance-4', processDefinitionId: 'definition-2' }),
      );
    });
    const count = (tenant: string) =>
      test.read((tx) => tx.definitions.countActiveInstances(tenant, 'definition-1'));
    assert.equal(await count(tenantId), 2);
    assert.equal(await count('tenant-2'), 0);
  });
});
