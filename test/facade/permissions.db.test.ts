import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { permissionFor, type Operation } from '../../src/contract/operation.js';
import { operations } from '../../src/contract/operations.js';
import type { Permission } from '../../src/contract/permissions.js';
import { everyRole, isRole, roleNamed } from '../../src/contract/roles.js';
import type { Authenticate } from '../../src/facade/security/authenticate.js';
import { send } from '../support/contract-client.js';
import { useServer } from './use-server.js';

/** Names itself by its role: `Bearer helpdesk`. */
const authenticate: Authenticate = async (req) => {
  const role = req.headers.authorization?.slice('Bearer '.length) ?? '';
  return isRole(role) ? { id: `the ${role}`, tenantId: 'default', roles: [role], grants: {} } : undefined;
};

const externalTaskCalls = ['complete', 'failure', 'bpmnError', 'lock', 'extendLock', 'unlock'];

/** Whether the role has it, by the table. */
function has(role: (typeof everyRole)[number], permission: Permission): boolean {
  return (
    permission === 'public' ||
    permission === 'authenticated' ||
    roleNamed[role].permissions.includes(permission)
  );
}

describe('the permission of every operation', () => {
  const server = useServer({ authenticate });

  const codeOf = (body: unknown) => (body as { readonly code?: unknown } | undefined)?.code;
  /** What a request without sense is answered: who may do the operation is told what is wrong with it. */
  const answerTo = (
    operation: Operation,
    caller: string | undefined,
    query: Readonly<Record<string, string>>,
  ) =>
    send(server(), operation, {
      params: Object.fromEntries(
        [...operation.path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => [name, 'x']),
      ),
      query,
      ...(caller === undefined ? {} : { headers: { authorization: `Bearer ${caller}` } }),
      ...(operation.method === 'get' ? {} : { body: {} }),
    });

  it('is asked of every role and of nobody, over HTTP', async () => {
    for (const operation of operations) {
      const queries: readonly Readonly<Record<string, string>>[] =
        operation.dryRunPermission === undefined ? [{}] : [{}, { dryRun: 'true' }];
      for (const query of queries) {
        const permission = permissionFor(operation, query);
        const what = `${operation.operationId} ${JSON.stringify(query)}`;
        const nobody = await answerTo(operation, undefined, query);
        assert.equal(nobody.status === 401, permission !== 'public', `${what} for nobody`);
        for (const role of everyRole) {
          const { status, body } = await answerTo(operation, role, query);
          const isRefused = status === 403 && codeOf(body) === 'forbidden';
          assert.equal(isRefused, !has(role, permission), `${what} for ${role}: ${status}`);
          assert.notEqual(status, 401, what);
        }
      }
    }
  });

  it('is asked by the calls of external-task clients', async () => {
    const base = '/engine-rest/external-task';
    for (const path of [`${base}/fetchAndLock`, ...externalTaskCalls.map((call) => `${base}/x/${call}`)]) {
      assert.equal((await server().request('POST', path, {})).status, 401, path);
      for (const role of everyRole) {
        const { status } = await server().request('POST', path, {}, { authorization: `Bearer ${role}` });
        assert.equal(status === 403, !has(role, 'job:work'), `${path} for ${role}: ${status}`);
      }
    }
  });

  it('is asked in the tenant that the request names: outside of its own, of operators alone', async () => {
    const ask = (role: string, tenant: string) =>
      server().request(
        'POST',
        '/v1/process-instances/search',
        {},
        {
          authorization: `Bearer ${role}`,
          'throughline-tenant': tenant,
        },
      );
    for (const role of everyRole) {
      const mayReadThere = roleNamed[role].everyTenant === true;
      assert.equal((await ask(role, 'other')).status, mayReadThere ? 200 : 403, role);
      assert.equal((await ask(role, 'default')).status === 200, has(role, 'process-instance:read'), role);
    }
    const me = (role: string, tenant: string) =>
      server().request('GET', '/v1/me', undefined, {
        authorization: `Bearer ${role}`,
        'throughline-tenant': tenant,
      });
    for (const role of everyRole) {
      const mayBeThere = roleNamed[role].everyTenant === true;
      const there = await me(role, 'other');
      assert.equal(there.status, mayBeThere ? 200 : 403, role);
      if (mayBeThere) assert.equal((there.body as { readonly tenantId?: unknown }).tenantId, 'other');
      assert.equal((await me(role, 'default')).status, 200, role);
    }
    const { status, body } = await ask('operator', 'no tenant/at all');
    assert.deepEqual([status, codeOf(body)], [400, 'validation-failed']);
  });
});
