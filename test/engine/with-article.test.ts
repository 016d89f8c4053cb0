import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { withArticle } from '../../src/engine/with-article.js';

describe('the article of a noun', () => {
  it('is an before a vowel, but a before user', () => {
    const nouns = ['adHocSubProcess', 'element instance', 'job', 'user task'];
    assert.deepEqual(nouns.map(withArticle), [
      'an adHocSubProcess',
      'an element instance',
      'a job',
      'a user task',
    ]);
  });
});
