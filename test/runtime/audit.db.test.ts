import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { AuditOrigin } from '../../src/platform/audit-origin.js';
import { CLEAN_UP_EVERY_MS } from '../../src/runtime/loops/clean-up-loop.js';
import { oneUserTask } from './models.js';
import { context, ok, useRuntime } from './use-runtime.js';

const day = 24 * 60 * 60_000;
const everything = { filter: {}, sort: [], page: { limit: 100 } };

const origin = (operation: string): AuditOrigin => ({
  operation,
  principalId: 'ann',
  principalKind: 'token',
  targets: {},
});

describe('the audit log of the runtime', () => {
  const test = useRuntime({ auditTtlMs: 30 * day });
  const entries = async () => (await test.store.queries.auditEntries(context.tenantId, everything)).items;
  const start = (operation: string) =>
    test.runtime.startProcessInstance({ ...context, audit: origin(operation) }, { bpmnProcessId: 'p' });

  it('is written in the transaction of the change: without its entry there is none', async () => {
    await test.deploy(oneUserTask('p'));
    // Longer than its column takes.
    await assert.rejects(start('x'.repeat(500)), RangeError);
    assert.deepEqual(await test.instancesOf('p'), []);
    assert.deepEqual(await entries(), []);
    ok(await start('startProcessInstance'));
    assert.deepEqual(
      (await entries()).map(({ operation, principalId }) => [operation, principalId]),
      [['startProcessInstance', 'ann']],
    );
  });

  it('has nothing of what nobody has asked for', async () => {
    await test.deploy(oneUserTask('p'));
    await test.start('p');
    assert.deepEqual(await entries(), []);
  });

  it('removes an entry when its time is over, and none before', async () => {
    await test.deploy(oneUserTask('p'));
    ok(await start('startProcessInstance'));
    await test.pass(30 * day - CLEAN_UP_EVERY_MS);
    assert.equal((await entries()).length, 1);
    await test.until(async () => {
      await test.pass(CLEAN_UP_EVERY_MS);
      return (await entries()).length === 0;
    }, 'the entry to be removed');
    assert.equal((await test.instancesOf('p')).length, 1);
  });
});
