import assert from 'node:assert/strict';
import fc from 'fast-check';
import { problemsOf, readsBody, type Operation } from '../../src/contract/operation.js';
import { problem } from '../../src/contract/problem.js';
import { brokenInput, type BrokenInput } from './broken-input.js';
import { aimed, type FuzzInput } from './input.js';
import type { Stock } from './stock.js';
import { validInput } from './valid-input.js';

/** How the requests of one operation have come out. */
export interface FuzzTally {
  readonly operationId: string;
  readonly valid: number;
  readonly succeeded: number;
  readonly broken: number;
  /** How often which code was answered to requests that are valid. */
  readonly codes: Readonly<Record<string, number>>;
}

export interface FuzzOptions {
  readonly url: string;
  readonly stock: Stock;
  readonly seed: number;
  /** Of each kind. */
  readonly runs: number;
}

/**
 * Sends an operation valid requests and broken ones. Throws when one is answered 5xx or with a problem that the operation does not
 * document, or when a broken one is not refused.
 */
export async function fuzzOperation(operation: Operation, options: FuzzOptions): Promise<FuzzTally> {
  const { url, stock, seed, runs } = options;
  const { operationId } = operation;
  let [valid, succeeded, broken] = [0, 0, 0];
  const codes: Record<string, number> = {};
  const chance = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
  await fc.assert(
    fc.asyncProperty(validInput(operation), chance, async (input, where) => {
      const given = aimed(input, await stock.subject(operationId, where));
      const { status, code } = await answerTo(url, operation, given);
      valid += 1;
      if (status < 300) succeeded += 1;
      else codes[code] = (codes[code] ?? 0) + 1;
    }),
    { seed, numRuns: runs, endOnFailure: true },
  );
  await fc.assert(
    fc.asyncProperty(brokenInput(operation), chance, async (input, where) => {
      const given = { ...input, ...aimed(input, stock.pooled(where)) };
      const { status } = await answerTo(url, operation, given);
      assert.ok(status >= 400, `Expected ${operationId} to refuse ${input.fault} but it answered ${status}.`);
      broken += 1;
    }),
    { seed, numRuns: runs, endOnFailure: true },
  );
  return { operationId, valid, succeeded, broken, codes };
}

async function answerTo(
  url: string,
  operation: Operation,
  input: FuzzInput & Pick<Partial<BrokenInput>, 'raw'>,
): Promise<{ readonly status: number; readonly code: string }> {
  const response = await fetch(`${url}${pathOf(operation, input)}`, {
    method: operation.method.toUpperCase(),
    headers: {
      ...(readsBody(operation) ? { 'content-type': input.raw?.type ?? 'application/json' } : {}),
      ...input.headers,
    },
    ...(readsBody(operation) && input.body !== undefined
      ? { body: input.raw?.text ?? JSON.stringify(input.body) }
      : {}),
  });
  const isStream = response.headers.get('content-type') === 'text/event-stream';
  if (isStream) await response.body?.cancel();
  const text = isStream ? '' : await response.text();
  const { status } = response;
  const about = `${operation.operationId} ${JSON.stringify(input).slice(0, 2_000)} answered ${status}: ${text.slice(0, 1_000)}`;
  assert.ok(status < 500, about);
  if (status < 400) return { status, code: '' };
  assert.equal(response.headers.get('content-type'), 'application/problem+json', about);
  const { code, status: told } = problem.parse(JSON.parse(text));
  assert.equal(told, status, about);
  assert.ok(problemsOf(operation).includes(code), `undocumented: ${about}`);
  return { status, code };
}

function pathOf({ path }: Operation, { params, query }: FuzzInput): string {
  const filled = path.replaceAll(/\{(\w+)\}/g, (_all, name: string) =>
    encodeURIComponent(params[name] ?? ''),
  );
  const pairs = Object.entries(query).flatMap(([name, value]) =>
    (typeof value === 'string' ? [value] : value).map((one): [string, string] => [name, one]),
  );
  return pairs.length === 0 ? filled : `${filled}?${new URLSearchParams(pairs).toString()}`;
}
