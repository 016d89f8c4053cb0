import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { scanJson } from '../../src/facade/request/scan-json.js';

describe('the scan of a JSON body', () => {
  it('accepts plain JSON, 64 deep', () => {
    assert.equal(scanJson({ a: [1, 'x', null, { b: true }] }), undefined);
    assert.equal(scanJson('constructor'), undefined);
    assert.equal(scanJson(nested(64)), undefined);
  });

  it('refuses what is nested 65 deep, and 100,000 deep', () => {
    assert.match(scanJson(nested(65))?.message ?? '', /at most 64 deep/);
    assert.match(
      scanJson(JSON.parse(`${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`))?.message ?? '',
      /at most 64/,
    );
  });

  for (const name of ['__proto__', 'constructor', 'prototype']) {
    it(`refuses a property ${name} at any depth, with its path`, () => {
      const fault = scanJson(JSON.parse(`{"variables": {"a/b": [0, {"${name}": {"x": 1}}]}}`));
      assert.equal(fault?.path, `/variables/a~1b/1/${name}`);
    });
  }

  it('refuses numbers that have become infinite', () => {
    assert.equal(scanJson(JSON.parse('{"a": [1, 1e999]}'))?.path, '/a/1');
    assert.equal(scanJson(JSON.parse('-1e999'))?.path, '');
  });
});

function nested(depth: number): unknown {
  let value: unknown = 1;
  for (let level = 0; level < depth; level += 1) value = [value];
  return value;
}
