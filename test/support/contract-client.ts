import assert from 'node:assert/strict';
import type { z } from 'zod';
import type { Operation, ResponseSchemas } from '../../src/contract/operation.js';
import { problem, type ProblemBody } from '../../src/contract/problem.js';
import type { TestResponse, TestServer } from './server.js';

/** The parts of a request, as the operation's schemas take them. */
export interface CallInput {
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

type AnyOperation<Responses extends ResponseSchemas> = Operation<
  z.ZodType,
  z.ZodType,
  z.ZodType,
  z.ZodType,
  Responses
>;

/** Sends the request of an operation, and answers whatever came. */
export function send(server: TestServer, operation: Operation, input: CallInput = {}): Promise<TestResponse> {
  const { params = {}, query = {}, headers, body } = input;
  const path = operation.path.replaceAll(/\{(\w+)\}/g, (_all, name: string) =>
    encodeURIComponent(params[name] ?? ''),
  );
  const search = new URLSearchParams(query).toString();
  return server.request(
    operation.method.toUpperCase(),
    search === '' ? path : `${path}?${search}`,
    body,
    headers,
  );
}

/** Sends the request of an operation, expects the status, and answers the body with the type of the contract. */
export async function call<Responses extends ResponseSchemas, Status extends keyof Responses & number>(
  server: TestServer,
  operation: AnyOperation<Responses>,
  status: Status,
  input: CallInput = {},
): Promise<z.output<Responses[Status]>> {
  const response = await send(server, operation, input);
  assert.equal(response.status, status, `${operation.operationId}: ${JSON.stringify(response.body)}`);
  const schema: z.ZodType | undefined = operation.responses[status];
  assert.ok(schema !== undefined);
  return schema.parse(response.body) as z.output<Responses[Status]>;
}

/** Sends the request of an operation and expects a refusal with the code. */
export async function refused(
  server: TestServer,
  operation: Operation,
  code: ProblemBody['code'],
  input: CallInput = {},
): Promise<ProblemBody> {
  const response = await send(server, operation, input);
  assert.ok(response.status >= 400, `${operation.operationId} answered ${response.status}.`);
  const body = problem.parse(response.body);
  assert.equal(body.code, code, `${operation.operationId}: ${body.detail}`);
  return body;
}
