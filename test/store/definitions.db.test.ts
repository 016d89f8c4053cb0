import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { ProcessDefinitionRow, StartSubscriptionRow } from '../../src/runtime/ports.js';
import { definitionRow, insertDeployment, tenantId } from './rows.js';
import { useTestStore } from './use-test-store.js';

describe('process definitions in the store', () => {
  const test = useTestStore();

  const insert = (...rows: readonly ProcessDefinitionRow[]) =>
    test.read(async (tx) => {
      await tx.definitions.lockDeployments(tenantId);
      insertDeployment(tx);
      tx.definitions.insertDeployment({
        deploymentId: 'deployment-2',
        tenantId,
        deployedAt: 1,
        actor: 'ada',
      });
      rows.forEach((row) => tx.definitions.insert(row));
    });

  const version = (number: number, change: Partial<ProcessDefinitionRow> = {}): ProcessDefinitionRow =>
    definitionRow({ processDefinitionId: `order:${number}`, version: number, ...change });

  it('finds a definition by id, version, tag and deployment, and the latest', async () => {
    const rows = [
      version(1, { versionTag: 'stable', name: 'Order' }),
      version(2, { versionTag: 'stable', deploymentId: 'deployment-2' }),
      version(10),
    ] as const;
    await insert(...rows);
    const found = await test.read(async ({ definitions }) => [
      await definitions.find(tenantId, 'order:1'),
      await definitions.findVersion(tenantId, 'order', 2),
      await definitions.findVersionTag(tenantId, 'order', 'stable'),
      await definitions.findInDeployment(tenantId, 'order', 'deployment-2'),
      await definitions.findLatest(tenantId, 'order'),
    ]);
    assert.deepEqual(found, [rows[0], rows[1], rows[1], rows[1], rows[2]]);
    const versions = await test.read((tx) => tx.definitions.listVersions(tenantId, 'order'));
    assert.deepEqual(versions, [rows[2], rows[1], rows[0]]);
  });

  it('finds nothing that is not there, or is not the tenant’s', async () => {
    await insert(version(1, { versionTag: 'stable' }));
    for (const tenant of [tenantId, 'tenant-2']) {
      const id = tenant === tenantId ? 'other' : 'order';
      const found = await test.read(async ({ definitions }) => [
        await definitions.find(tenant, tenant === tenantId ? 'other' : 'order:1'),
        await definitions.findVersion(tenant, id, 1),
        await definitions.findVersionTag(tenant, id, 'stable'),
        await definitions.findInDeployment(tenant, id, 'deployment-1'),
        await definitions.findLatest(tenant, id),
        await definitions.loadResource(tenant, tenant === tenantId ? 'other' : 'resource-1'),
        (await definitions.listVersions(tenant, id))[0],
      ]);
      assert.deepEqual(found, Array.from({ length: 7 }));
    }
  });

  it('refuses a version twice', async () => {
    await insert(version(1));
    const again = test.write((tx) => tx.definitions.insert(version(1, { processDefinitionId: 'other' })));
    await assert.rejects(again, /unique/i);
  });

  it('removes a definition and keeps its model', async () => {
    await insert(version(1), version(2));
    await test.write((tx) => tx.definitions.remove(version(2)));
    assert.equal(await test.read((tx) => tx.definitions.lastVersion(tenantId, 'order')), 2);
    assert.deepEqual(await test.read((tx) => tx.definitions.findLatest(tenantId, 'order')), version(1));
    const resource = await test.read((tx) => tx.definitions.loadResource(tenantId, 'resource-1'));
    assert.equal(resource?.content, '<definitions/>');
    assert.deepEqual(await test.store.queries.resource(tenantId, 'resource-1'), resource);
  });

  it('lists the latest version of every process', async () => {
    await insert(version(1), version(2), version(3, { processDefinitionId: 'b', bpmnProcessId: 'billing' }));
    const latest = await test.store.queries.latestProcessDefinitions(tenantId);
    assert.deepEqual(
      latest.map(({ processDefinitionId }) => processDefinitionId),
      ['b', 'order:2'],
    );
    assert.deepEqual(await test.store.queries.processDefinition(tenantId, 'order:1'), version(1));
  });

  it('replaces the start subscriptions of a process', async () => {
    const subscription = (change: Partial<StartSubscriptionRow>): StartSubscriptionRow => ({
      tenantId,
      kind: 'message',
      name: 'ordered',
      processDefinitionId: 'order:1',
      bpmnProcessId: 'order',
      elementId: 'start',
      ...change,
    });
    const find = (kind: 'message' | 'signal', name: string, tenant = tenantId) =>
      test.read((tx) => tx.startSubscriptions.find(tenant, kind, name));
    const billing = subscription({ bpmnProcessId: 'billing', processDefinitionId: 'billing:1' });
    await test.write((tx) => {
      tx.startSubscriptions.replace(tenantId, 'order', [subscription({}), subscription({ kind: 'signal' })]);
      tx.startSubscriptions.replace(tenantId, 'billing', [billing]);
    });
    assert.deepEqual(await find('message', 'ordered'), [billing, subscription({})]);
    assert.deepEqual(await find('message', 'ordered', 'tenant-2'), []);

    const next = subscription({ processDefinitionId: 'order:2', name: 'ordered again' });
    await test.write((tx) => tx.startSubscriptions.replace(tenantId, 'order', [next]));
    assert.deepEqual(await find('message', 'ordered'), [billing]);
    assert.deepEqual(await find('signal', 'ordered'), []);
    assert.deepEqual(await find('message', 'ordered again'), [next]);
  });
});
