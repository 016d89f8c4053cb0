import assert from 'node:assert/strict';
import { noContent, problemsOf } from '../../src/contract/operation.js';
import { operations } from '../../src/contract/operations.js';
import { problem } from '../../src/contract/problem.js';
import type { ResponseCheck } from '../../src/facade/bind-route.js';

/** Holds the answers of a server to the contract. */
export interface ContractCheck {
  readonly check: ResponseCheck;
  /** Throws the first violation there was: the caller of a broken answer may have overlooked the 500. */
  assertKept(): void;
}

/**
 * An answer must have a status of its operation and match its schema without a field more, and a problem must be one that
 * the operation declares, and never our own mistake, unless the test makes one.
 */
export function createContractCheck(
  options: { readonly expectsInternalErrors?: boolean } = {},
): ContractCheck {
  const violations: unknown[] = [];
  return {
    check(operationId, status, body) {
      try {
        assertContract(operationId, status, body);
        if (status === 500 && options.expectsInternalErrors !== true) {
          throw new Error(`Expected no internal error but ${operationId ?? 'a request'} answered one.`);
        }
      } catch (error) {
        violations.push(error);
        throw error;
      }
    },
    assertKept() {
      if (violations.length > 0) throw violations[0];
    },
  };
}

function assertContract(operationId: string | undefined, status: number, body: unknown): void {
  const operation = operations.find((candidate) => candidate.operationId === operationId);
  if (status >= 400) {
    const parsed = problem.parse(body);
    assert.deepEqual(parsed, body, 'Expected a problem without further fields.');
    assert.equal(parsed.status, status);
    if (operation !== undefined) {
      const documented = problemsOf(operation);
      assert.ok(
        documented.includes(parsed.code),
        `Expected ${operationId} to document ${parsed.code}: ${parsed.detail}`,
      );
    }
    return;
  }
  assert.ok(operation !== undefined, `Expected an operation for an answer of status ${status}.`);
  const schema = operation.responses[status];
  assert.ok(schema !== undefined, `Expected ${operationId} to document the status ${status}.`);
  assert.deepEqual(
    schema.parse(body),
    body,
    `Expected ${operationId} to answer no fields that are undocumented.`,
  );
  assert.equal(body === undefined, schema === noContent);
}
