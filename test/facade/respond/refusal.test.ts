import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { notFound } from '../../../src/facade/respond/refusal.js';

describe('the answer where an id is unknown', () => {
  for (const [what, words] of [
    ['API key', 'an API key'],
    ['user task', 'a user task'],
    ['batch', 'a batch'],
  ] as const)
    it(`speaks of ${words}`, () => {
      assert.equal(notFound(what, 'x').refusal.detail, `Expected ${words} with the id "x" but found none.`);
    });
});
