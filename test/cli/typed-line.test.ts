import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { UsageError } from '../../src/cli/command.js';
import { readTypedLine } from '../../src/cli/dev/typed-line.js';

const line = (verb: string, more: object = {}) => ({
  verb,
  name: undefined,
  key: undefined,
  variables: undefined,
  ...more,
});

describe('a line typed to throughline dev', () => {
  it('is a verb, a name, and variables', () => {
    assert.equal(readTypedLine('  '), undefined);
    assert.deepEqual(readTypedLine(' show '), line('show'));
    assert.deepEqual(readTypedLine('complete'), line('complete'));
    assert.deepEqual(
      readTypedLine('complete Look at it {"ok": true}'),
      line('complete', { name: 'Look at it', variables: { ok: true } }),
    );
    assert.deepEqual(readTypedLine('job charge{}'), line('job', { name: 'charge', variables: {} }));
  });

  it('names the key of a message after "for"', () => {
    assert.deepEqual(
      readTypedLine('message order paid for A-1 {"n":1}'),
      line('message', { name: 'order paid', key: 'A-1', variables: { n: 1 } }),
    );
    assert.deepEqual(readTypedLine('signal wait for it'), line('signal', { name: 'wait for it' }));
  });

  it('is refused when there is no such verb, or the variables are no object', () => {
    for (const text of ['compelte x', 'toString', 'complete x {"a"'])
      assert.throws(() => readTypedLine(text), UsageError, text);
  });
});
