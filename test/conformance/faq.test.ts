import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'mocha';
import { notExecutedYet } from './not-executed-yet.js';
import { allScenarios } from './scenario.js';

const page = readFileSync(new URL('../../docs/faq.md', import.meta.url), 'utf8');
const questions = page.split(/^### /m).slice(1);

describe('docs/faq.md', () => {
  const files = new Map(allScenarios().map(({ name, file }) => [name, file]));

  it('has questions', () => assert.ok(questions.length > 10));

  for (const text of questions) {
    const [question = ''] = text.split('\n', 1);
    it(`shows by executed scenarios: ${question}`, () => {
      const shown = [...text.matchAll(/\[([^\]]+)\]\(\.\.\/test\/conformance\/scenarios\/([^)]+)\)/g)];
      assert.ok(shown.length > 0, 'Expected a link to a scenario.');
      for (const [, name = '', file] of shown) {
        assert.equal(file, files.get(name), `Expected the file of the scenario "${name}".`);
        assert.ok(!notExecutedYet.has(name), `Expected the scenario "${name}" to be executed.`);
      }
    });
  }
});
