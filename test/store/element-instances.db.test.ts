import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { InvalidCursor } from '../../src/runtime/ports.js';
import { elementInstanceRow, incidentRow, journalRow, someTime, tenantId } from './rows.js';
import { useTestStore } from './use-test-store.js';

describe('element instances and history in the store', () => {
  const test = useTestStore();

  it('shows element instances in order of activation, page by page', async () => {
    await test.write((tx) => {
      tx.elementInstances.insert([
        elementInstanceRow({ elementInstanceKey: 10, elementId: 'b', parentElementInstanceKey: 2 }),
        elementInstanceRow({
          elementInstanceKey: 2,
          elementId: 'a',
          elementName: 'A',
          elementType: 'subProcess',
        }),
        elementInstanceRow({
          elementInstanceKey: 30,
          elementId: 'c',
          state: 'canceled',
          endedAt: someTime + 1,
        }),
      ]);
      tx.elementInstances.insert([elementInstanceRow({ processInstanceId: 'instance-2' })]);
    });
    const first = await test.store.queries.elementInstances(tenantId, 'instance-1', { limit: 2 });
    assert.deepEqual(first.items, [
      {
        elementInstanceId: 'instance-1-2',
        elementId: 'a',
        elementName: 'A',
        elementType: 'subProcess',
        state: 'active',
        startedAt: someTime,
      },
      {
        elementInstanceId: 'instance-1-10',
        elementId: 'b',
        elementType: 'serviceTask',
        state: 'active',
        startedAt: someTime,
        parentElementInstanceId: 'instance-1-2',
      },
    ]);
    assert.ok(first.endCursor !== undefined);
    const page = { limit: 2, after: first.endCursor };
    const second = await test.store.queries.elementInstances(tenantId, 'instance-1', page);
    assert.deepEqual(
      second.items.map(({ elementInstanceId }) => elementInstanceId),
      ['instance-1-30'],
    );
    assert.ok(second.endCursor !== undefined);
    const last = { limit: 2, after: second.endCursor };
    assert.deepEqual(await test.store.queries.elementInstances(tenantId, 'instance-1', last), { items: [] });
  });

  it('ends element instances of one instance', async () => {
    await test.write((tx) => {
      tx.elementInstances.insert([elementInstanceRow(), elementInstanceRow({ elementInstanceKey: 2 })]);
      tx.elementInstances.insert([elementInstanceRow({ processInstanceId: 'instance-2' })]);
      tx.elementInstances.end('instance-1', [
        { elementInstanceKey: 1, state: 'completed', endedAt: someTime + 1 },
        { elementInstanceKey: 2, state: 'canceled', endedAt: someTime + 2 },
      ]);
    });
    const states = async (processInstanceId: string) =>
      (await test.store.queries.elementInstances(tenantId, processInstanceId, { limit: 10 })).items.map(
        ({ state, endedAt }) => [state, endedAt],
      );
    assert.deepEqual(await states('instance-1'), [
      ['completed', someTime + 1],
      ['canceled', someTime + 2],
    ]);
    assert.deepEqual(await states('instance-2'), [['active', undefined]]);
  });

  it('counts element instances and open incidents of a definition by element', async () => {
    await test.write((tx) => {
      tx.elementInstances.insert([
        elementInstanceRow({ elementInstanceKey: 1, elementId: 'b' }),
        elementInstanceRow({ elementInstanceKey: 2, elementId: 'b' }),
        elementInstanceRow({ elementInstanceKey: 3, elementId: 'a', state: 'completed', endedAt: someTime }),
        elementInstanceRow({ elementInstanceKey: 4, elementId: 'a', state: 'canceled', endedAt: someTime }),
        elementInstanceRow({ elementInstanceKey: 5, elementId: 'c', processDefinitionId: 'definition-2' }),
      ]);
      tx.incidents.insert(incidentRow({ elementId: 'b' }));
      tx.incidents.insert(incidentRow({ incidentId: 'incident-2', elementId: 'b' }));
      tx.incidents.resolve('incident-2', someTime);
    });
    assert.deepEqual(await test.store.queries.elementStatistics(tenantId, 'definition-1'), [
      { elementId: 'a', active: 0, completed: 1, canceled: 1, incidents: 0 },
      { elementId: 'b', active: 2, completed: 0, canceled: 0, incidents: 1 },
    ]);
    assert.deepEqual(await test.store.queries.elementStatistics(tenantId, 'definition-3'), []);
  });

  it('tells the history of an instance in the order of its commands, page by page', async () => {
    const commands = ['start', 'completeJob', 'triggerTimer'];
    for (const [index, command] of commands.entries()) {
      await test.write((tx) => {
        tx.journal.append(journalRow({ command, at: someTime + index }));
        tx.journal.append(journalRow({ processInstanceId: 'instance-2' }));
      });
    }
    const first = await test.store.queries.history(tenantId, 'instance-1', { limit: 2 });
    assert.deepEqual(
      first.items.map(({ command }) => command),
      ['start', 'completeJob'],
    );
    const [entry] = first.items;
    assert.deepEqual(entry, {
      sequence: entry?.sequence,
      at: someTime,
      actor: 'ada',
      command: 'start',
      eventVersion: 1,
      events: journalRow().events,
    });
    assert.ok(first.endCursor !== undefined);
    const page = { limit: 2, after: first.endCursor };
    const rest = await test.store.queries.history(tenantId, 'instance-1', page);
    assert.deepEqual(
      rest.items.map(({ command }) => command),
      ['triggerTimer'],
    );
  });

  it('refuses a cursor that it did not give out', async () => {
    for (const after of ['', 'nonsense', Buffer.from('["sequence","1"]').toString('base64url')]) {
      const page = { limit: 2, after };
      await assert.rejects(test.store.queries.history(tenantId, 'instance-1', page), InvalidCursor);
      await assert.rejects(test.store.queries.elementInstances(tenantId, 'instance-1', page), InvalidCursor);
    }
  });
});
