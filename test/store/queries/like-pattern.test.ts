import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { likePattern } from '../../../src/store/queries/like-pattern.js';

describe('a search pattern', () => {
  const cases: readonly (readonly [string, string, string])[] = [
    ['a*b?c', 'a*b?c', 'a%b_c'],
    ['****', '*', '%'],
    ['\\*\\?', '[*][?]', '*?'],
    ['50%_[x]', '50%_[[]x]', '50\\%\\_[x]'],
    ['a\\\\b', 'a\\b', 'a\\\\b'],
    ['\\x', 'x', 'x'],
    ['ends\\', 'ends\\', 'ends\\\\'],
    ['', '', ''],
  ];
  for (const [pattern, sqlite, postgres] of cases) {
    it(`${JSON.stringify(pattern)} becomes one of each database`, () => {
      assert.equal(likePattern('sqlite', pattern), sqlite);
      assert.equal(likePattern('postgres', pattern), postgres);
    });
  }
});
