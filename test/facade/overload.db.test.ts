import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { queuedUnitsMax, StoreOverloaded } from '../../src/store/overload.js';
import { createGate } from '../support/gate.js';
import { oneUserTask } from '../runtime/models.js';
import { deployed, useServer } from './use-server.js';

const instanceId = '01900000-0000-7000-8000-000000000000';

describe('a database with more work than may wait', function () {
  this.timeout(60_000);
  const test = useServer();

  it('has commands refused at once with 503 and Retry-After, nothing done, and all that was accepted finished', async () => {
    const server = test();
    await deployed(server, oneUserTask());
    const { store } = server;
    const released = createGate();
    let finished = 0;
    const unit = () => store.transact(() => Promise.resolve(void (finished += 1)), { instanceId });
    const begun = createGate();
    const hold = (): Promise<void> => {
      begun.open();
      return released.opened;
    };
    const first = store.transact(hold, { instanceId });
    await begun.opened;
    const crowd = Promise.allSettled(Array.from({ length: 2 * queuedUnitsMax }, unit));
    const began = performance.now();
    const refused = await server.request('POST', '/v1/process-instances', { bpmnProcessId: 'ask' });
    assert.ok(performance.now() - began < 5_000);
    assert.equal(refused.status, 503, JSON.stringify(refused.body));
    assert.equal(refused.headers.get('retry-after'), '1');
    assert.match(JSON.stringify(refused.body), /Nothing was done/);
    released.open();
    await first;
    const settled = await crowd;
    const refusals = settled.flatMap((one) => (one.status === 'rejected' ? [one.reason as unknown] : []));
    assert.ok(refusals.length > 0, 'Expected some to be refused.');
    for (const error of refusals) assert.ok(error instanceof StoreOverloaded, String(error));
    // The server's own loops may have some of the places.
    assert.ok(finished >= queuedUnitsMax - 16 && finished <= queuedUnitsMax, `finished ${finished}`);
    assert.equal(finished, settled.length - refusals.length);
    const search = await server.request('POST', '/v1/process-instances/search', {});
    assert.deepEqual((search.body as { items: unknown[] }).items, []);
    const started = await server.request('POST', '/v1/process-instances', { bpmnProcessId: 'ask' });
    assert.equal(started.status, 201);
  });
});
