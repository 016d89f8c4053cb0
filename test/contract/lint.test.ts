import assert from 'node:assert/strict';
import { BaseResolver, createConfig, lintDocument, makeDocumentFromString } from '@redocly/openapi-core';
import { describe, it } from 'mocha';
import { openApiDocument } from '../../src/contract/openapi.js';
import { operations } from '../../src/contract/operations.js';

/** What Redocly's linter finds wrong with a document, by rule and place. It reads nothing but the text. */
async function faultsOf(document: object): Promise<readonly string[]> {
  const config = await createConfig({
    extends: ['recommended-strict'],
    rules: {
      // CloudEvent is what a stream carries: OpenAPI 3.1 has no place to say so, and `x-event-data` refers to it.
      'no-unused-components': 'off',
      'operation-tag-defined': 'error',
      'operation-singular-tag': 'error',
      'operation-operationId': 'error',
      'no-path-trailing-slash': 'error',
      'no-invalid-parameter-examples': 'error',
      'no-invalid-schema-examples': 'error',
    },
  });
  const problems = await lintDocument({
    document: makeDocumentFromString(JSON.stringify(document, null, 1), 'openapi.json'),
    externalRefResolver: new BaseResolver(),
    config,
  });
  return problems.map(
    ({ ruleId, message, location }) => `${ruleId}: ${message} ${location[0]?.pointer ?? ''}`,
  );
}

describe('a public linter (Redocly, recommended-strict)', function () {
  this.timeout(120_000);
  const document = openApiDocument(operations, '1');

  it('finds nothing wrong with the OpenAPI document', async () => {
    assert.deepEqual(await faultsOf(document), []);
  });

  it('would find a reference to nothing, an undeclared path parameter and an operation without an answer', async () => {
    const broken = {
      ...document,
      paths: {
        '/v1/a/{id}': { get: { operationId: 'a', summary: 'A', security: [], responses: {} } },
        '/v1/b': {
          get: {
            operationId: 'b',
            summary: 'B',
            security: [],
            responses: { 200: { $ref: '#/components/responses/None' } },
          },
        },
      },
    };
    const rules = (await faultsOf(broken)).map((fault) => fault.split(':')[0]);
    for (const rule of ['no-unresolved-refs', 'path-parameters-defined', 'operation-2xx-response']) {
      assert.ok(rules.includes(rule), `${rule} in ${rules.join(', ')}`);
    }
  });
});
