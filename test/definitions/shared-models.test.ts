import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { describe, it } from 'mocha';
import { deploy } from '../support/read-model.js';

const conformance = new URL('../conformance/', import.meta.url);
const models = new URL('models/', conformance);

interface DeployScenario {
  readonly name: string;
  readonly model: string;
  readonly deploy?: 'rejected';
  readonly diagnosticAt?: string | readonly string[];
}

function isScenarioList(value: unknown): value is readonly DeployScenario[] {
  return Array.isArray(value) && value.every((it) => typeof it === 'object' && it !== null && 'model' in it);
}

function read(file: string): string {
  return readFileSync(new URL(file, models), 'utf8');
}

describe('shared models', () => {
  const scenarios: unknown = JSON.parse(readFileSync(new URL('scenarios/deploy.json', conformance), 'utf8'));
  assert.ok(isScenarioList(scenarios));
  for (const scenario of scenarios) {
    it(scenario.name, async () => {
      const result = await deploy(read(scenario.model.replace('models/', '')));
      assert.equal(result.ok, scenario.deploy !== 'rejected', JSON.stringify(result.diagnostics, null, 2));
      if (scenario.diagnosticAt === undefined) return;
      const places = [scenario.diagnosticAt].flat();
      const errors = result.diagnostics.filter((diagnostic) => diagnostic.severity === 'error');
      assert.ok(
        errors.some(({ elementId }) => elementId !== undefined && places.includes(elementId)),
        JSON.stringify(errors, null, 2),
      );
    });
  }

  for (const file of readdirSync(models).filter((name) => /^(?!dp-).*\.bpmn$/.test(name))) {
    it(`deploys ${file}, and says where each remark belongs`, async () => {
      const { ok, diagnostics } = await deploy(read(file));
      assert.ok(ok, JSON.stringify(diagnostics));
      for (const { elementId, line } of diagnostics) assert.ok(elementId !== undefined && line !== undefined);
    });
  }
});
