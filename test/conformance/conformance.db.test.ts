import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import { diagnosticCodes } from '../../src/definitions/index.js';
import type { TestServer } from '../support/server.js';
import { startTestServer } from '../support/server.js';
import { notExecutedYet } from './not-executed-yet.js';
import { ScenarioRun } from './scenario-run.js';
import { allScenarios } from './scenario.js';

describe('conformance: BPMN 2.0.2 as seen over REST', () => {
  let server: TestServer;
  before(async () => {
    server = await startTestServer();
  });
  after(() => server.close());

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
      });
    }
  }

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
