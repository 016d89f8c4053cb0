import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { findJsonError } from '../../src/facade/request/find-json-error.js';

describe('the search for a fault in JSON', () => {
  const faults: readonly (readonly [string, number, number, string])[] = [
    ['', 1, 1, 'a value'],
    ['{', 1, 2, 'a property name in double quotes or }'],
    ['{"a" 1}', 1, 6, 'a colon'],
    ['{"a": }', 1, 7, 'a value'],
    ['{"a": 1,}', 1, 9, 'a property name in double quotes'],
    ['[1, 2', 1, 6, 'a comma or the end of the list or object'],
    ['[1,]', 1, 4, 'a value'],
    ['{\n  "a": 1,\n  b: 2\n}', 3, 3, 'a property name in double quotes'],
    ["{'a': 1}", 1, 2, 'a property name in double quotes or }'],
    ['{"a": "x\ny"}', 1, 9, 'a well-formed string'],
    ['"\\x"', 1, 2, 'a well-formed string'],
    ['1 2', 1, 3, 'the end of the text'],
    ['01', 1, 2, 'the end of the text'],
    ['nul', 1, 1, 'a value'],
    ['[1}', 1, 3, 'a comma or the end of the list or object'],
  ];

  for (const [text, line, column, expected] of faults) {
    it(`finds it in ${JSON.stringify(text)}`, () => {
      assert.deepEqual(findJsonError(text), { line, column, expected });
    });
  }

  it('agrees with JSON.parse on what is JSON', () => {
    const almostJson = fc
      .tuple(fc.json(), fc.nat(), fc.constantFrom('', ',', '"', '{', ']', '\\', 'e', '-', '\n', ' '))
      .map(
        ([json, at, put]) =>
          `${json.slice(0, at % (json.length + 1))}${put}${json.slice((at % (json.length + 1)) + 1)}`,
      );
    fc.assert(
      fc.property(fc.oneof(fc.json(), almostJson, fc.string()), (text) => {
        assert.equal(findJsonError(text) === undefined, isJson(text), text);
      }),
      { numRuns: 2_000 },
    );
  });

  it('copes with depth', () => {
    assert.equal(findJsonError('['.repeat(200_000) + ']'.repeat(200_000)), undefined);
  });
});

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
