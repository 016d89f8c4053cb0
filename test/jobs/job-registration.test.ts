import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { registerHandlers } from '../../src/jobs/job-registration.js';

const handler = async () => {};

describe('registerHandlers', () => {
  it('keeps one registration for each type', () => {
    const registered = registerHandlers([
      { type: 'a', handler },
      { type: 'b', handler, concurrency: 1 },
    ]);
    assert.deepEqual([...registered.keys()], ['a', 'b']);
  });

  it('refuses a second one for a type', () => {
    const twice = [
      { type: 'http', handler },
      { type: 'http', handler },
    ];
    assert.throws(() => registerHandlers(twice), /one handler for job type "http" but found two/);
  });

  for (const wrong of [
    { concurrency: 0 },
    { concurrency: 1.5 },
    { timeoutMs: Number.NaN },
    { timeoutMs: 1e12 },
  ]) {
    it(`refuses ${JSON.stringify(wrong)}`, () => {
      assert.throws(
        () => registerHandlers([{ type: 'a', handler, ...wrong }]),
        /to be a whole number from 1 to/,
      );
    });
  }
});
