import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { describe, it } from 'mocha';
import { UsageError } from '../../src/cli/command.js';
import { variablesOf } from '../../src/cli/variables.js';

const read = (values: Parameters<typeof variablesOf>[0], input = '') =>
  variablesOf(values, { input: Readable.from([input]) });

describe('variables of the command line', () => {
  it('are JSON, a file or standard input, and single ones over them', async () => {
    assert.equal(await read({}), undefined);
    assert.deepEqual(await read({ variables: '{"a":1,"b":{"c":[null]}}' }), { a: 1, b: { c: [null] } });
    assert.deepEqual(await read({ variables: '@-', var: ['a=2'] }, '{"a":1,"b":1}'), { a: 2, b: 1 });
    assert.deepEqual(
      await read({ var: ['a=1', 'b=true', 'c=text', 'd="1"', 'e=', 'f=x=y', 'g=[1]', 'h=null'] }),
      {
        ...{ a: 1, b: true, c: 'text', d: '1', e: '', f: 'x=y', g: [1], h: null },
      },
    );
  });

  it('may have any name, without effect on other objects', async () => {
    const variables = await read({ var: ['__proto__={"polluted":1}'] });
    assert.deepEqual(Object.keys(variables ?? {}), ['__proto__']);
    assert.equal(Object.getPrototypeOf(variables), Object.prototype);
  });

  it('are refused when they are no object, or have no name', async () => {
    for (const variables of ['[1]', 'null', '"a"', 'a=1', '{', '']) {
      await assert.rejects(read({ variables }), UsageError, variables);
    }
    for (const one of ['a', '=1', '']) await assert.rejects(read({ var: [one] }), UsageError, one);
    await assert.rejects(read({ variables: '@/no/such/file' }), /ENOENT/);
  });
});
