import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { elementInstanceRow, incidentRow, someTime, tenantId } from './rows.js';
import { useTestStore } from './use-test-store.js';

describe('incidents in the store', () => {
  const test = useTestStore();

  it('answers an incident as it was written, and when it was resolved', async () => {
    const ofJob = incidentRow({ incidentId: 'incident-2', jobId: 'job-1', message: 'a\0b' });
    await test.write((tx) => [incidentRow(), ofJob].forEach((row) => tx.incidents.insert(row)));
    await test.write((tx) => tx.incidents.resolve('incident-2', someTime + 9));
    const load = (incidentId: string) => test.read((tx) => tx.incidents.load(tenantId, incidentId));
    assert.deepEqual(await load('incident-1'), incidentRow());
    assert.deepEqual(await load('incident-2'), { ...ofJob, resolvedAt: someTime + 9 });
    assert.equal(await test.read((tx) => tx.incidents.load('tenant-2', 'incident-1')), undefined);
  });

  it('finds those that are open', async () => {
    await test.write((tx) => {
      tx.incidents.insert(incidentRow());
      tx.incidents.insert(incidentRow({ incidentId: 'incident-2' }));
      tx.incidents.resolve('incident-1', someTime);
    });
    const open = { filter: { resolvedAt: { $exists: false } }, sort: [], page: { limit: 10 } };
    const { items } = await test.store.queries.searchIncidents(tenantId, open);
    assert.deepEqual(items, [incidentRow({ incidentId: 'incident-2' })]);
  });

  it('shows the open one at its element instance', async () => {
    await test.write((tx) => {
      tx.elementInstances.insert([elementInstanceRow(), elementInstanceRow({ elementInstanceKey: 2 })]);
      tx.incidents.insert(incidentRow());
      tx.incidents.resolve('incident-1', someTime);
      tx.incidents.insert(incidentRow({ incidentId: 'incident-2' }));
    });
    const { items } = await test.store.queries.elementInstances(tenantId, 'instance-1', { limit: 10 });
    assert.deepEqual(
      items.map(({ incidentId }) => incidentId),
      ['incident-2', undefined],
    );
  });
});
