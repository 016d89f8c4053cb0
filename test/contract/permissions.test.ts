import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { describe, it } from 'mocha';
import { operations } from '../../src/contract/operations.js';
import { everyPermission, type GrantedPermission, permissions } from '../../src/contract/permissions.js';
import { everyRole, grantKinds, roleNamed } from '../../src/contract/roles.js';
import { permissionsTable } from './permissions-table.js';

const document = new URL('../../docs/permissions.md', import.meta.url);
const begins = '<!-- made by test/contract/permissions.test.ts -->\n';
const ends = '<!-- until here -->\n';

describe('the permissions', () => {
  it('are each asked for by some operation, and each operation asks for one of them', () => {
    const asked = operations.flatMap(({ permission, dryRunPermission = permission }) => [
      permission,
      dryRunPermission,
    ]);
    assert.deepEqual(
      [...new Set(asked.filter((one) => one !== 'public' && one !== 'authenticated'))].sort(),
      [...everyPermission].sort(),
    );
    for (const [name, meaning] of Object.entries(permissions)) {
      assert.match(name, /^[a-z-]+:[a-z-]+$/);
      assert.ok(meaning.length >= 8, name);
    }
  });

  it('are each had by the administrator but for what tells about other tenants, narrowed by nothing but grants', () => {
    const ofOthers: readonly GrantedPermission[] = ['metrics:read'];
    assert.deepEqual(
      roleNamed.admin.permissions,
      everyPermission.filter((one) => !ofOthers.includes(one)),
    );
    for (const role of everyRole) {
      const { everyTenant, permissions: had } = roleNamed[role];
      if (everyTenant === undefined) assert.ok(!had.some((one) => ofOthers.includes(one)), role);
    }
    assert.deepEqual(roleNamed.admin.onlyByGrant, []);
  });

  it('reach beyond a tenant only without its variables', () => {
    for (const role of everyRole) {
      const { everyTenant, withoutVariables, permissions: had } = roleNamed[role];
      if (everyTenant === undefined) continue;
      assert.equal(withoutVariables, true, role);
      const showing: readonly GrantedPermission[] = [
        'variable:read',
        'job:work',
        'user-task:read',
        'decision:evaluate',
      ];
      assert.deepEqual(
        had.filter((one) => showing.includes(one)),
        [],
        role,
      );
    }
  });

  it('to do something to many instances come with those to do it to one', () => {
    const single: readonly GrantedPermission[] = [
      ...(['process-instance:cancel', 'process-instance:update', 'process-instance:migrate'] as const),
      ...(['process-instance:modify', 'process-instance:delete', 'incident:resolve', 'job:update'] as const),
    ];
    for (const role of everyRole) {
      const had = roleNamed[role].permissions;
      if (!had.includes('batch:create')) continue;
      assert.deepEqual(
        single.filter((one) => !had.includes(one)),
        [],
        role,
      );
    }
  });

  it('need grants of every kind in a channel that is reached from outside', () => {
    const { onlyByGrant } = roleNamed.channel;
    for (const kind of grantKinds.slice(0, 3)) assert.ok(onlyByGrant.includes(kind), kind);
  });

  it('stand in the documentation as they are', async () => {
    const text = await readFile(document, 'utf8');
    const [before = '', rest = ''] = text.split(begins);
    const [, after = ''] = rest.split(ends);
    const expected = `${before}${begins}\n${permissionsTable()}\n${ends}${after}`;
    if (process.env['UPDATE_DOCS'] === '1') await writeFile(document, expected);
    else assert.equal(text, expected, 'UPDATE_DOCS=1 npx mocha test/contract/permissions.test.ts writes it');
  });
});
