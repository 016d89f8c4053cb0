import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { TimerRow } from '../../src/runtime/ports.js';
import { someTime, tenantId, timerRow } from './rows.js';
import { useTestStore } from './use-test-store.js';

/** A timer of no instance. */
function startTimer(): TimerRow {
  const { timerId, processDefinitionId, elementId, dueAt } = timerRow();
  return { timerId, tenantId, processDefinitionId, elementId, dueAt };
}

describe('timers in the store', () => {
  const test = useTestStore();

  const due = async (limit: number): Promise<readonly string[]> =>
    (await test.read((tx) => tx.timers.due(limit))).map(({ timerId }) => timerId);

  it('answers a timer as it was written, of an instance or of a start event', async () => {
    const start = startTimer();
    const cycle = { ...start, timerId: 'timer-2', interval: 'PT1H', repetitionsLeft: 3 };
    await test.write((tx) => [timerRow(), cycle].forEach((row) => tx.timers.insert(row)));
    assert.deepEqual(await test.read((tx) => tx.timers.load(tenantId, 'timer-1')), timerRow());
    assert.deepEqual(await test.read((tx) => tx.timers.load(tenantId, 'timer-2')), cycle);
    assert.equal(await test.read((tx) => tx.timers.load('tenant-2', 'timer-1')), undefined);
    assert.deepEqual(await test.store.queries.timersOf(tenantId, 'instance-1'), [timerRow()]);
  });

  it('finds what is due, the oldest first, of every tenant, and nothing early', async () => {
    await test.write((tx) => {
      tx.timers.insert(timerRow({ timerId: 'later', dueAt: someTime + 1 }));
      tx.timers.insert(timerRow({ timerId: 'now' }));
      tx.timers.insert(timerRow({ timerId: 'overdue', dueAt: someTime - 1000, tenantId: 'tenant-2' }));
    });
    assert.deepEqual(await due(10), ['overdue', 'now']);
    assert.deepEqual(await due(1), ['overdue']);
    test.clock.advance(1);
    assert.deepEqual(await due(10), ['overdue', 'now', 'later']);
  });

  it('knows when the next timer is due', async () => {
    assert.equal(await test.store.queries.nextTimerDueAt(), undefined);
    await test.write((tx) => {
      tx.timers.insert(timerRow({ timerId: 'far', dueAt: someTime + 400 * 86_400_000 }));
      tx.timers.insert(timerRow({ timerId: 'near', dueAt: someTime + 5 }));
    });
    assert.equal(await test.store.queries.nextTimerDueAt(), someTime + 5);
    await test.write((tx) => tx.timers.remove('near'));
    assert.equal(await test.store.queries.nextTimerDueAt(), someTime + 400 * 86_400_000);
  });

  it('lists the timers of an instance, the soonest first', async () => {
    await test.write((tx) => {
      tx.timers.insert(timerRow({ timerId: 'b', dueAt: someTime + 2 }));
      tx.timers.insert(timerRow({ timerId: 'a', dueAt: someTime + 1 }));
      tx.timers.insert(timerRow({ timerId: 'c', processInstanceId: 'instance-2' }));
    });
    const timers = await test.store.queries.timersOf(tenantId, 'instance-1');
    assert.deepEqual(
      timers.map(({ timerId }) => timerId),
      ['a', 'b'],
    );
  });

  it('removes the start timers of definitions and leaves those of their instances', async () => {
    const start = startTimer();
    await test.write((tx) => {
      tx.timers.insert(timerRow());
      tx.timers.insert({ ...start, timerId: 'start-1' });
      tx.timers.insert({ ...start, timerId: 'start-2', processDefinitionId: 'definition-2' });
      tx.timers.insert({ ...start, timerId: 'start-3', processDefinitionId: 'definition-3' });
      tx.timers.insert({ ...start, timerId: 'start-4', tenantId: 'tenant-2' });
    });
    await test.write((tx) => tx.timers.removeStartTimers(tenantId, ['definition-1', 'definition-2']));
    assert.deepEqual(await due(10), ['start-3', 'start-4', 'timer-1']);
  });
});
