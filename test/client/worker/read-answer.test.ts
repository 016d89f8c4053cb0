import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { readAnswer } from '../../../src/client/worker/read-answer.js';

function messageFor(answer: unknown): string {
  const result = readAnswer(answer);
  assert(result.kind === 'fail', `expected a failure but found ${JSON.stringify(result)}`);
  return result.errorMessage;
}

describe('readAnswer', () => {
  it('takes nothing as done, and an object as variables', () => {
    assert.deepEqual(readAnswer(undefined), { kind: 'complete' });
    assert.deepEqual(readAnswer({ a: 1, b: [null, { c: 'x' }], gone: undefined }), {
      kind: 'complete',
      variables: { a: 1, b: [null, { c: 'x' }] },
    });
  });

  it('takes each kind of result', () => {
    assert.deepEqual(readAnswer({ kind: 'complete' }), { kind: 'complete' });
    assert.deepEqual(readAnswer({ kind: 'complete', variables: { kind: 'error' } }), {
      kind: 'complete',
      variables: { kind: 'error' },
    });
    const error = { kind: 'error', errorCode: 'no', errorMessage: 'why', variables: { a: 1 } };
    assert.deepEqual(readAnswer(error), error);
    const failure = { kind: 'fail', errorMessage: 'later', retry: false, backoffMs: 5 };
    assert.deepEqual(readAnswer(failure), failure);
  });

  it('takes an object of another kind as variables', () => {
    assert.deepEqual(readAnswer({ kind: 'dog' }), { kind: 'complete', variables: { kind: 'dog' } });
  });

  it('refuses what is no object', () => {
    assert.match(messageFor(null), /but found null/);
    assert.match(messageFor([1]), /but found a list/);
    assert.match(messageFor('done'), /but found a string/);
    assert.match(messageFor(new Date(0)), /but found an object of class Date/);
  });

  it('refuses what JSON cannot hold and says where it is', () => {
    assert.match(messageFor({ a: { b: [0, Number.NaN] } }), /found NaN at a\.b\.1/);
    assert.match(messageFor({ f: () => 1 }), /found a function at f/);
    assert.match(messageFor({ kind: 'complete', variables: { big: 1n } }), /found a bigint at big/);
    assert.match(messageFor({ list: [undefined] }), /found undefined at list\.0/);
    assert.match(messageFor(JSON.parse('{"a":{"__proto__":1}}')), /reserved name __proto__ at a/);
  });

  it('refuses cycles and too many levels', () => {
    const cycle: Record<string, unknown> = {};
    cycle['self'] = { cycle };
    assert.match(messageFor(cycle), /found a cycle at self\.cycle/);
    let deep: unknown = 1;
    for (let level = 0; level < 100; level++) deep = { deep };
    assert.match(messageFor(deep), /more than 64 levels/);
  });

  it('takes the same object twice side by side', () => {
    const shared = { a: 1 };
    assert.deepEqual(readAnswer({ x: shared, y: shared }), {
      kind: 'complete',
      variables: { x: { a: 1 }, y: { a: 1 } },
    });
  });

  it('refuses results that lack what they need', () => {
    assert.match(messageFor({ kind: 'error' }), /errorCode is undefined/);
    assert.match(messageFor({ kind: 'error', errorCode: '' }), /no non-empty string/);
    assert.match(messageFor({ kind: 'fail' }), /errorMessage is undefined/);
    assert.match(messageFor({ kind: 'complete', variables: 7 }), /variables that are a number/);
  });

  it('does not say what the refused value is', () => {
    assert.doesNotMatch(messageFor('secret text'), /secret/);
  });
});
