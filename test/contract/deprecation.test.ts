import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { z } from 'zod';
import {
  checkDeprecation,
  deprecatedField,
  deprecatedFieldsOf,
  type Deprecation,
} from '../../src/contract/deprecation.js';
import { nothing, operation } from '../../src/contract/operation.js';
import { openApiDocument } from '../../src/contract/openapi.js';
import { operations } from '../../src/contract/operations.js';
import { createEventHub } from '../../src/events/event-hub.js';
import { bindRoute } from '../../src/facade/bind-route.js';
import { noWebhookSender } from '../../src/facade/create-facade.js';
import { done, route, type Services } from '../../src/facade/handler.js';
import { beginExchange } from '../../src/facade/request/exchange.js';
import { CredentialWatch } from '../../src/facade/security/credential-watch.js';
import { RateLimiter } from '../../src/facade/security/rate-limiter.js';
import { TenantGate } from '../../src/facade/security/tenant-gate.js';
import { WaitingRoom } from '../../src/facade/waiting-room.js';
import { systemClock } from '../../src/platform/clock.js';
import { silentLogger } from '../../src/platform/logger.js';
import { createRedaction } from '../../src/platform/redaction.js';
import { stubRuntime } from '../support/stub-runtime.js';
import { noApiKeys } from '../support/stub-server.js';

const early: Deprecation = { since: '2027-01-01', sunset: '2027-07-15', instead: 'Use that instead.' };
const late: Deprecation = { since: '2027-02-01', sunset: '2028-01-01', instead: 'Use nothing.' };
const headersOfEarly = {
  deprecation: '@1798761600',
  sunset: 'Thu, 15 Jul 2027 00:00:00 GMT',
  link: '</docs#doThis>; rel="deprecation"; type="text/html"',
};

const shape = {
  operationId: 'doThis',
  tag: 'server',
  method: 'post',
  path: '/v1/this',
  permission: 'public',
  summary: 'Do this',
  request: { ...nothing, body: z.strictObject({}) },
  responses: { 200: z.object({}) },
  problems: [],
} as const;

const whole = operation({ ...shape, deprecated: early });
const ofRequest = operation({
  ...shape,
  request: {
    ...nothing,
    query: z.strictObject({ old: deprecatedField(z.string().optional(), early) }),
    body: z.strictObject({
      items: z
        .array(z.strictObject({ name: deprecatedField(z.string().optional(), late).describe('A name.') }))
        .optional(),
      other: z.string().optional(),
    }),
  },
});
const ofAnswer = operation({
  ...shape,
  responses: { 200: z.object({ old: deprecatedField(z.string().optional(), early) }) },
});

describe('what is deprecated', () => {
  const server = createServer();
  let handle = express();
  server.on('request', (req, res) => handle(req, res));
  beforeEach(async () => {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
  });
  afterEach(async () => {
    server.close();
    server.closeAllConnections();
    await once(server, 'close');
  });

  const post = async (
    declared: typeof whole | typeof ofRequest | typeof ofAnswer,
    query = '',
    body: unknown = {},
  ) => {
    const runtime = stubRuntime({});
    const services: Services = {
      runtime,
      waitingRoom: new WaitingRoom(new AbortController().signal),
      stopping: new AbortController().signal,
      queueIsUp: () => undefined,
      metrics: async () => '',
      readiness: async () => ({ ready: true, reasons: [] }),
      openApi: () => ({ document: {}, text: '{}' }),
      logger: silentLogger,
      apiKeys: noApiKeys(systemClock),
      clock: systemClock,
      eventHub: createEventHub({ runtime, clock: systemClock, logger: silentLogger }),
      eventSource: 'urn:test',
      redact: createRedaction([]),
      webhookSender: noWebhookSender,
      credentialWatch: new CredentialWatch(async () => undefined, systemClock, silentLogger),
    };
    const tenantGate = new TenantGate(
      ...([{}, runtime.queries, systemClock, 1_000] as const),
      new RateLimiter(systemClock, silentLogger),
    );
    const bound = route(declared, async () => done(200, {}));
    handle = express();
    handle.use((req, _res, next) => {
      beginExchange(req, { requestId: 'r', traceparent: 't' });
      next();
    });
    handle.use(bindRoute(bound, { services, tenantGate, config: { auditJobWork: false } }));
    const { port } = server.address() as AddressInfo;
    const response = await fetch(`http://127.0.0.1:${port}/v1/this${query}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    assert.equal(response.status, 200, await response.text());
    const told = ['deprecation', 'sunset', 'link'].flatMap((name) => {
      const value = response.headers.get(name);
      return value === null ? [] : [[name, value]];
    });
    return Object.fromEntries(told) as Readonly<Record<string, string>>;
  };

  it('is told by every answer of an operation that is, since when and until when', async () => {
    assert.deepEqual(await post(whole), headersOfEarly);
  });

  it('is told by the answer to a request that has such a field, and by no other', async () => {
    assert.deepEqual(await post(ofRequest), {});
    assert.deepEqual(await post(ofRequest, '', { items: [{}], other: 'x' }), {});
    assert.deepEqual(await post(ofRequest, '?old=x'), headersOfEarly);
    const { deprecation, sunset } = await post(ofRequest, '', { items: [{}, { name: 'x' }] });
    assert.deepEqual([deprecation, sunset], ['@1801440000', 'Sat, 01 Jan 2028 00:00:00 GMT']);
  });

  it('is told by its first days, where there are several', async () => {
    assert.deepEqual(await post(ofRequest, '?old=x', { items: [{ name: 'x' }] }), headersOfEarly);
  });

  it('is told by the answers of an operation that have such a field', async () => {
    assert.deepEqual(await post(ofAnswer), headersOfEarly);
  });

  it('is marked in the OpenAPI document, with its days and what to use instead', () => {
    const text = (declared: typeof whole | typeof ofRequest) =>
      JSON.stringify(openApiDocument([declared], '1'));
    for (const document of [text(whole), text(ofRequest)]) {
      assert.match(document, /"deprecated":true,"x-deprecated-since":"2027-01-01","x-sunset":"2027-07-15"/);
      assert.match(document, /Use that instead\./);
    }
    assert.match(text(ofRequest), /"name":"old","in":"query","required":false,"deprecated":true/);
  });

  it('is kept for 180 days at least', () => {
    assert.throws(() => checkDeprecation({ ...early, sunset: '2027-06-01' }), /at least 180 days/);
    assert.throws(() => checkDeprecation({ ...early, since: 'soon' }), TypeError);
    for (const { deprecated } of operations) if (deprecated !== undefined) checkDeprecation(deprecated);
  });

  it('is found in lists, records, alternatives and defaults', () => {
    const old = deprecatedField(z.string().optional(), early);
    const fields = deprecatedFieldsOf(
      z.object({
        a: z.array(z.object({ old })).default([]),
        b: z.record(z.string(), z.object({ old })).nullable(),
        c: z.union([z.string(), z.strictObject({ old })]).optional(),
      }),
    );
    assert.deepEqual(
      fields.map(({ names }) => names.join('.')),
      ['a.*.old', 'b.*.old', 'c.old'],
    );
  });
});
