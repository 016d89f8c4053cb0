import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { jsonText, plainText } from '../../src/cli/plain-text.js';
import { printerOf } from '../../src/cli/print.js';
import { table } from '../../src/cli/table.js';
import type { Terminal } from '../../src/cli/terminal.js';

// eslint-disable-next-line no-control-regex -- control characters are what it looks for
const controls = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/;

function printed(
  values: Parameters<typeof printerOf>[0],
  isTerminal: boolean,
  env: Terminal['env'] = {},
): string {
  let text = '';
  const output = { write: (more: string) => void (text += more), isTerminal };
  const terminal = { env, output, errors: output } as Pick<Terminal, 'env' | 'output' | 'errors'>;
  printerOf(values, {
    ...terminal,
    input: process.stdin,
    now: () => 0,
    onInterrupt: () => () => undefined,
  }).result({ a: 1 }, (style) => style.red('text'));
  return text;
}

describe('what the command line prints', () => {
  it('is JSON on a pipe and for people on a terminal, unless it is asked for', () => {
    const json = '{\n  "a": 1\n}\n';
    assert.equal(printed({}, false), json);
    assert.equal(printed({ json: true }, true), json);
    assert.equal(printed({ table: true }, false), 'text');
    assert.equal(printed({}, true), '\u001b[31mtext\u001b[0m');
  });

  it('has colours on a terminal alone, and none with NO_COLOR or a dumb terminal', () => {
    assert.equal(printed({}, true, { NO_COLOR: '1' }), 'text');
    assert.equal(printed({}, true, { NO_COLOR: '' }), '\u001b[31mtext\u001b[0m');
    assert.equal(printed({}, true, { TERM: 'dumb' }), 'text');
  });

  it('has no control characters of what others have named, and JSON still means the same', () => {
    assert.equal(plainText('a\u001b[2Jb\nc\u0007\u009b\u202e'), 'a\\u001b[2Jb\\nc\\u0007\\u009b\\u202e');
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        assert.doesNotMatch(plainText(text), controls);
        assert.doesNotMatch(table(['A', 'B'], [[text, text]]), controls);
        const shown = jsonText({ [text]: [text] });
        assert.doesNotMatch(shown, controls);
        assert.deepEqual(JSON.parse(shown), { [text]: [text] });
      }),
    );
  });

  it('has columns as wide as they need, and paints cells of their width', () => {
    const rows = [
      ['a', 'long'],
      ['bbb', ''],
    ];
    assert.equal(table(['A', 'B'], rows), 'A    B\na    long\nbbb\n');
    assert.equal(
      table(['A', 'B'], rows, (padded, column) => (column === 0 ? `<${padded}>` : padded)),
      'A    B\n<a  >  long\n<bbb>\n',
    );
  });
});
