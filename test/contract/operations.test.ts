import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { incidentCodes as engineIncidentCodes } from '../../src/engine/state.js';
import { incidentCodes } from '../../src/contract/incident-codes.js';
import { problemsOf, takesIdempotencyKey } from '../../src/contract/operation.js';
import { operations } from '../../src/contract/operations.js';
import { problemCodes } from '../../src/contract/problem-codes.js';
import { routes } from '../../src/facade/routes.js';

describe('the operations of the contract', () => {
  it('each have an id of their own, a permission and a summary', () => {
    assert.equal(new Set(operations.map(({ operationId }) => operationId)).size, operations.length);
    for (const { operationId, permission, summary, path } of operations) {
      assert.match(permission, /^(public|authenticated|[a-z-]+:[a-z-]+)$/, operationId);
      assert.notEqual(summary, '', operationId);
      assert.match(path, /^\/[a-z0-9{}/.A-Z-]+$/, operationId);
    }
  });

  it('are public only where nothing of a tenant is told', () => {
    const open = operations.filter(({ permission }) => permission === 'public').map(({ path }) => path);
    assert.deepEqual(open.sort(), ['/healthz', '/openapi.json', '/readyz']);
    assert.ok(
      operations.every(
        ({ path, permission }) => permission === 'public' || path.startsWith('/v1/') || path === '/metrics',
      ),
    );
  });

  it('declare exactly the parameters that their path names', () => {
    for (const { operationId, path, request } of operations) {
      const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      const values = Object.fromEntries(names.map((name) => [name, 'x']));
      assert.deepEqual(request.params.parse(values), values, operationId);
    }
  });

  it('take an Idempotency-Key with every POST but searches, evaluations, batches of jobs and what is shown once', () => {
    for (const operation of operations) {
      const reads =
        /\/(search|decisions\/evaluate|jobs\/(activate|lock|reports)|api-keys|webhooks(\/\{webhookId\}\/(ping|rotate-secret))?)$/.test(
          operation.path,
        );
      assert.equal(
        takesIdempotencyKey(operation),
        operation.method === 'post' && !reads,
        operation.operationId,
      );
    }
  });

  it('answer only problems that are in the table, each once', () => {
    for (const operation of operations) {
      const codes = problemsOf(operation);
      assert.equal(new Set(codes).size, codes.length);
      for (const code of codes) assert.ok(code in problemCodes, `${operation.operationId}: ${code}`);
    }
  });

  it('answer a problem not-found when they are about something by its id', () => {
    for (const operation of operations.filter(({ path }) => path.includes('{'))) {
      assert.ok(problemsOf(operation).includes('not-found'), operation.operationId);
    }
  });

  it('are all done by the facade, and nothing else is', () => {
    const done = routes.map(({ operation }) => operation.operationId);
    assert.deepEqual([...done].sort(), operations.map(({ operationId }) => operationId).sort());
  });

  it('know the incident codes of the engine', () => {
    assert.deepEqual([...incidentCodes].sort(), Object.keys(engineIncidentCodes).sort());
  });
});

describe('the problem codes', () => {
  it('are kebab-case, with a status of refusal, a title and a meaning', () => {
    for (const [code, { status, title, meaning }] of Object.entries(problemCodes)) {
      assert.match(code, /^[a-z]+(-[a-z]+)*$/);
      assert.ok(status >= 400 && status <= 599, code);
      assert.ok(title.length > 10 && meaning.length > 10, code);
    }
  });

  it('are each answered by some operation, or for a path or method that is none, or where people sign in', () => {
    const answered = new Set<string>(operations.flatMap((operation) => [...problemsOf(operation)]));
    assert.deepEqual(
      Object.keys(problemCodes).filter((code) => !answered.has(code)),
      ['sign-in-refused', 'method-not-allowed'],
    );
  });
});
