import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { searchProcessInstances, startProcessInstance } from '../../src/contract/process-instances.js';
import { countedForMs } from '../../src/facade/security/tenant-gate.js';
import { bpmn } from '../support/bpmn-builder.js';
import { call, refused, send } from '../support/contract-client.js';
import { as, authenticateBy } from './use-callers.js';
import { deployed, useServer } from './use-server.js';

const callers = {
  acme: { tenantId: 'acme', roles: ['admin'] as const, grants: {} },
  other: { tenantId: 'other', roles: ['admin'] as const, grants: {} },
  one: { tenantId: 'crowd', roles: ['admin'] as const, grants: {} },
  two: { tenantId: 'crowd', roles: ['admin'] as const, grants: {} },
  three: { tenantId: 'crowd', roles: ['admin'] as const, grants: {} },
};
const tenantLimits = {
  acme: { requestsPerSecond: 10, bodyBytes: 1_000, activeInstances: 2 },
  crowd: { requestsPerSecond: 12, principalRequestsPerSecond: 5 },
  '*': { requestsPerSecond: 1_000 },
};
const model = bpmn('p').startEvent('s').userTask('t').endEvent('e');

describe('the limits of a tenant', () => {
  const server = useServer({ authenticate: authenticateBy(callers), config: { tenantLimits } });
  const acme = () => as('acme', server());

  it('hold its requests to so many a second, and nobody else’s', async () => {
    const search = (who: keyof typeof callers) =>
      send(as(who, server()), searchProcessInstances, { body: {} });
    for (let count = 0; count < 10; count += 1) assert.equal((await search('acme')).status, 200);
    const refusal = await search('acme');
    assert.deepEqual([refusal.status, refusal.headers.get('retry-after')], [429, '1']);
    const path = '/engine-rest/external-task/fetchAndLock';
    assert.equal((await acme().request('POST', path, {})).status, 429);
    assert.equal((await search('other')).status, 200);
    server().clock.advance(100);
    assert.deepEqual([(await search('acme')).status, (await search('acme')).status], [200, 429]);
  });

  it('hold each of its principals to so many a second, and all of them together', async () => {
    const done = async (who: keyof typeof callers): Promise<number> => {
      let count = 0;
      for (let request = 0; request < 8; request += 1) {
        const { status } = await send(as(who, server()), searchProcessInstances, { body: {} });
        if (status === 200) count += 1;
        else assert.equal(status, 429);
      }
      return count;
    };
    assert.deepEqual([await done('one'), await done('two'), await done('three')], [5, 5, 2]);
  });

  it('hold its requests to a size', async () => {
    const body = {
      filter: { businessKey: { $in: Array.from({ length: 200 }, (_, index) => `key-${index}`) } },
    };
    await refused(acme(), searchProcessInstances, 'payload-too-large', { body });
    await call(as('other', server()), searchProcessInstances, 200, { body });
  });

  it('hold what it starts to so many active instances', async () => {
    await deployed(as('other', server()), model);
    const start = (who: keyof typeof callers) =>
      send(as(who, server()), startProcessInstance, { body: { bpmnProcessId: 'p' } });
    const resources = [{ name: 'p.bpmn', content: model.toXml() }];
    assert.ok((await server().runtime.deploy({ tenantId: 'acme', actor: 'test' }, { resources })).ok);
    for (let count = 0; count < 2; count += 1) {
      assert.equal((await start('acme')).status, 201);
      server().clock.advance(countedForMs);
    }
    const refusal = await start('acme');
    assert.deepEqual([refusal.status, (refusal.body as { code: string }).code], [422, 'limit-exceeded']);
    for (let count = 0; count < 3; count += 1) assert.equal((await start('other')).status, 201);
  });
});
