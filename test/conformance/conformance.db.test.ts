import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { after, before, describe, it } from 'mocha';
import { diagnosticCodes } from '../../src/definitions/index.js';
import type { TestServer } from '../support/server.js';
import { Coverage } from './coverage/coverage.js';
import type { Refusal } from './coverage/page.js';
import { coveragePage, notShown } from './coverage/page.js';
import { notExecutedYet } from './not-executed-yet.js';
import { ScenarioRun } from './scenario-run.js';
import { allScenarios } from './scenario.js';
import { startScriptingServer } from './scripting-server.js';

const pagePath = new URL('../../docs/bpmn-coverage.md', import.meta.url);

describe('conformance: BPMN 2.0.2 as seen over REST', () => {
  let server: TestServer;
  before(async () => {
    server = await startScriptingServer();
  });
  after(() => server.close());

  const coverage = new Coverage();
  const refusals: Refusal[] = [];
  let played = 0;

  for (const scenario of allScenarios()) {
    const refused = notExecutedYet.has(scenario.name);
    const title = `${scenario.group}: ${scenario.name}`;
    if (refused || scenario.deploy === 'rejected') {
      it(`${title}${refused ? ' (refused: not executed yet)' : ''}`, async () => {
        const { status, body } = await new ScenarioRun(server, scenario).deploy();
        assert.equal(status, 400);
        assert.equal(body.code, 'invalid-model');
        const errors = errorsIn(body);
        if (refused) {
          return assert.ok(
            errors.every(({ code }) => code.startsWith('unsupported-')),
            said(errors),
          );
        }
        const [{ code, message } = assert.fail('Expected a diagnostic.')] = errors;
        refusals.push({ scenario: scenario.name, code, message });
        if (scenario.diagnosticAt === undefined) return undefined;
        const named = [scenario.diagnosticAt].flat();
        return assert.ok(
          errors.some(({ elementId }) => elementId !== undefined && named.includes(elementId)),
          said(errors),
        );
      });
      continue;
    }
    for (const restarting of [false, true]) {
      it(restarting ? `${title}, with a restart at every rest` : title, async () => {
        const run = new ScenarioRun(server, scenario);
        const { status, body } = await run.deploy();
        assert.equal(status, 201, said(errorsIn(body)));
        await run.play({ restarting });
        played++;
        await coverage.add(scenario, await run.observe());
      });
    }
  }

  it('is what docs/bpmn-coverage.md says', () => {
    const all = allScenarios().filter(({ name }) => !notExecutedYet.has(name));
    // With --grep, or after a failure, there is less to tell: what failed says so itself.
    if (refusals.length + played / 2 < all.length) return;
    const files = new Map(all.map(({ name, file }) => [name, file]));
    const page = coveragePage(coverage, refusals, (name) => files.get(name) ?? '');
    if (process.env.UPDATE_DOCS === '1') writeFileSync(pagePath, page);
    assert.deepEqual(notShown(coverage, refusals), []);
    const isCurrent = readFileSync(pagePath, 'utf8') === page;
    assert.ok(isCurrent, 'Write the page anew with: npm run docs:coverage');
  });

  it('lists as not executed yet only what there is', () => {
    const names = new Set(allScenarios().map(({ name }) => name));
    for (const name of notExecutedYet) assert.ok(names.has(name), `no scenario is called "${name}"`);
  });
});

interface Diagnostic {
  readonly severity: string;
  readonly code: string;
  readonly elementId?: string;
  readonly message: string;
}

function errorsIn(body: { readonly diagnostics?: readonly Diagnostic[] }): readonly Diagnostic[] {
  const errors = (body.diagnostics ?? []).filter(({ severity }) => severity === 'error');
  for (const { code } of errors) assert.ok(code in diagnosticCodes, `unknown diagnostic code ${code}`);
  return errors;
}

function said(errors: readonly Diagnostic[]): string {
  return errors.map(({ code, elementId, message }) => `${code} at ${elementId}: ${message}`).join('; ');
}
