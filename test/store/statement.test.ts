import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { optionalTextOf, toSqlValue } from '../../src/store/sql-value.js';
import { statement, tenantStatement } from '../../src/store/statement.js';

describe('statements and their values', () => {
  it('refuse a read of a tenant that does not ask for the tenant', () => {
    assert.throws(() => tenantStatement('SELECT 1 FROM job WHERE job_id = $1'), /tenant_id = \$1/);
    assert.throws(() => tenantStatement('SELECT 1 FROM job WHERE tenant_id = $10'), /tenant_id = \$1/);
    assert.ok(tenantStatement('SELECT 1 FROM job WHERE tenant_id = $1 AND job_id = $2'));
  });

  it('have the same name for the same text', () => {
    assert.equal(statement('SELECT 1').name, statement('  SELECT\n 1 ').name);
    assert.notEqual(statement('SELECT 1').name, statement('SELECT 2').name);
  });

  it('bring every text back as it was, and none with a NUL character', () => {
    for (const text of [
      '',
      'a',
      '\0',
      '\u001a',
      '\u001a0',
      '\u001a1',
      '\0\0\u001a\u001a0',
      'x\0y',
      '\u001a\0',
    ]) {
      const stored = toSqlValue(text);
      assert.ok(!String(stored).includes('\0'));
      assert.equal(optionalTextOf(stored), text);
    }
  });
});
