import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { decisionRow, insertDeployment, tenantId } from './rows.js';
import { useTestStore } from './use-test-store.js';

describe('decision definitions in the store', () => {
  const test = useTestStore();
  const version = (number: number, more: object = {}) =>
    decisionRow({
      decisionDefinitionId: `discount:${number}`,
      version: number,
      deployedAt: number * 100,
      ...more,
    });

  it('are found by id, version, tag and time, and the latest', async () => {
    const rows = [
      version(1, { versionTag: 'a', name: 'Discount' }),
      version(2, { versionTag: 'a' }),
      version(10),
    ] as const;
    await test.write((tx) => {
      insertDeployment(tx);
      rows.forEach((row) => tx.decisionDefinitions.insert(row));
    });
    const finding = (tenant: string) =>
      test.read(async ({ decisionDefinitions: of }) => [
        await of.find(tenant, 'discount:1'),
        await of.findVersion(tenant, 'discount', 2),
        await of.findVersionTag(tenant, 'discount', 'a'),
        await of.findAsOf(tenant, 'discount', 999),
        await of.findLatest(tenant, 'discount'),
      ]);
    assert.deepEqual(await finding(tenantId), [rows[0], rows[1], rows[1], rows[1], rows[2]]);
    assert.deepEqual(await finding('tenant-2'), Array.from({ length: 5 }));
    await test.write((tx) => tx.decisionDefinitions.remove('discount:10'));
    assert.deepEqual(
      await test.store.queries.decisionDefinitionVersion(tenantId, 'discount', undefined),
      rows[1],
    );
    assert.deepEqual(await test.store.queries.decisionDefinitionVersion(tenantId, 'discount', 1), rows[0]);
  });
});
