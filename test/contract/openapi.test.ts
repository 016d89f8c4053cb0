import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { JsonValue } from '../../src/contract/json-value.js';
import { openApiDocument } from '../../src/contract/openapi.js';
import { problemsOf } from '../../src/contract/operation.js';
import { operations } from '../../src/contract/operations.js';
import { problemCodes } from '../../src/contract/problem-codes.js';

const document = openApiDocument(operations, '1');

describe('the OpenAPI document', () => {
  it('is of version 3.1 and has every operation', () => {
    assert.equal(document['openapi'], '3.1.1');
    for (const { operationId, path, method, summary, permission } of operations) {
      const found = at('paths', path, method);
      assert.ok(isObject(found), operationId);
      assert.equal(found['operationId'], operationId);
      assert.equal(found['summary'], summary);
      assert.equal(found['x-permission'], permission);
    }
  });

  it('documents every problem of an operation under its status', () => {
    for (const operation of operations) {
      for (const code of problemsOf(operation)) {
        const { status, meaning } = problemCodes[code];
        const answer = at('paths', operation.path, operation.method, 'responses', String(status));
        assert.ok(isObject(answer), `${operation.operationId}: ${code}`);
        assert.ok(String(answer['description']).includes(meaning), `${operation.operationId}: ${code}`);
      }
    }
  });

  it('refers only to schemas that it has, and has none that nobody refers to', () => {
    const referred = new Set<string>();
    for (const [name, value] of allProperties(document)) {
      if (name !== '$ref') continue;
      const [, found] = /^#\/components\/schemas\/(\w+)$/.exec(String(value)) ?? [];
      assert.ok(found !== undefined && isObject(at('components', 'schemas', found)), String(value));
      referred.add(found);
    }
    const schemas = at('components', 'schemas');
    assert.ok(isObject(schemas));
    assert.deepEqual(
      Object.keys(schemas).filter((name) => !referred.has(name)),
      [],
    );
  });

  it('has no leftovers of the schema library', () => {
    const names = new Set(allProperties(document).map(([name]) => name));
    assert.ok(!names.has('$schema') && !names.has('$id') && !names.has('$defs') && !names.has('~standard'));
  });

  it('shows numbers of the query as numbers, with their bounds and default', () => {
    const parameters = at('paths', '/v1/process-instances/{processInstanceId}/history', 'get', 'parameters');
    assert.ok(Array.isArray(parameters));
    const limit = (parameters as JsonValue[]).find(
      (parameter) => isObject(parameter) && parameter['name'] === 'limit',
    );
    assert.deepEqual(limit, {
      name: 'limit',
      in: 'query',
      required: false,
      schema: { type: 'integer', minimum: 1, maximum: 1_000, default: 50 },
    });
  });

  it('demands a field only where the request needs it', () => {
    const required = at('components', 'schemas', 'ActivateJobsRequest', 'required');
    assert.deepEqual(required, ['type', 'worker', 'maxJobs', 'timeoutMs']);
  });
});

type Json = Readonly<Record<string, JsonValue>>;

function at(...names: readonly string[]): JsonValue | undefined {
  let here: JsonValue | undefined = document;
  for (const name of names) here = isObject(here) ? here[name] : undefined;
  return here;
}

function isObject(value: JsonValue | undefined): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function allProperties(value: JsonValue): readonly (readonly [string, JsonValue])[] {
  if (Array.isArray(value)) return (value as readonly JsonValue[]).flatMap(allProperties);
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([name, child]) => [[name, child] as const, ...allProperties(child)]);
}
