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
    it(`${scenario.group}: ${scenario.name}${refused ? ' (refused: not executed yet)' : ''}`, async () => {
      const run = new ScenarioRun(server, scenario);
      const { status, body } = await run.deploy();
      const errors = (body.diagnostics ?? []).filter(
        ({ severity }: { severity: string }) => severity === 'error',
      ) as { code: string; elementId?: string; message: string }[];
      for (const { code } of errors) assert.ok(code in diagnosticCodes, `unknown diagnostic code ${code}`);
      const said = errors
        .map(({ code, elementId, message }) => `${code} at ${elementId}: ${message}`)
        .join('; ');
      if (refused) {
        assert.equal(status, 400);
        return assert.ok(
          errors.every(({ code }) => code.startsWith('unsupported-')),
          said,
        );
      }
      if (scenario.deploy !== 'rejected') {
        assert.equal(status, 201, said);
        return run.play();
      }
      assert.equal(status, 400);
      assert.equal(body.code, 'invalid-model');
      if (scenario.diagnosticAt === undefined) return undefined;
      const named = [scenario.diagnosticAt].flat();
      return assert.ok(
        errors.some(({ elementId }) => elementId !== undefined && named.includes(elementId)),
        said,
      );
    });
  }

  it('lists as not executed yet only what there is', () => {
    const names = new Set(allScenarios().map(({ name }) => name));
    for (const name of notExecutedYet) assert.ok(names.has(name), `no scenario is called "${name}"`);
  });
});
