import assert from 'node:assert/strict';
import type { TableRow, Tables } from './read-tables.js';

/** What is active is seen to wait, each at one user task, and nothing waits for somebody to repair it. `expected` instances are active. */
export function assertNoneStuck(tables: Tables, expected: number): void {
  const open = tables.incident.filter((row) => row['resolved_at'] === null);
  assert.deepEqual(open, [], 'Expected no incident to be left.');
  const waiting = tables.process_instance.filter(({ status }) => status === 'active');
  assert.equal(waiting.length, expected);
  const tasks = tables.user_task.filter(({ state }) => state === 'created');
  const idsOf = (rows: readonly TableRow[]): string[] =>
    rows.map((row) => String(row['process_instance_id'])).sort();
  assert.deepEqual(
    idsOf(tasks),
    idsOf(waiting),
    'Expected each instance that is active to wait at its task.',
  );
}
