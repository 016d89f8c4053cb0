import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Clock } from '../platform/clock.js';
import { applicantKind } from './applicants.js';
import { Business } from './business.js';
import { Helpdesk, ratingField } from './helpdesk.js';
import { readJsonObject, Refusal, sendJson, textField } from './json-exchange.js';

export interface SimulatedBackendOptions {
  readonly clock: Clock;
  /** How long the check of a slow applicant takes. */
  readonly slowMs: number;
}

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

type Endpoint = (request: IncomingMessage, url: URL) => Promise<Answer>;

/**
 * A business that the shipped journeys can call when there is no real one: it checks applicants, opens accounts, welcomes and
 * notifies, answers questions and closes cases. For demonstrations and tests only: it knows no authentication. docs/journeys tells
 * who is treated how.
 */
export function createSimulatedBackend(options: SimulatedBackendOptions): Server {
  const endpoints = new Map([
    ...createEndpoints(new Business(), options),
    ...createHelpdeskEndpoints(new Helpdesk()),
  ]);
  return createServer((request, response) => {
    void answer(endpoints, request, response);
  });
}

function createEndpoints(
  business: Business,
  options: SimulatedBackendOptions,
): ReadonlyMap<string, Endpoint> {
  return new Map<string, Endpoint>([
    ['GET /healthz', async () => ({ status: 200, body: { status: 'ok' } })],
    [
      'POST /applicants/check',
      async (request) => {
        const body = await readJsonObject(request);
        const [applicationId, email] = [textField(body, 'applicationId'), textField(body, 'email')];
        if (applicantKind(email) === 'slow') await pause(options);
        return { status: 200, body: business.checkApplicant(applicationId, email) };
      },
    ],
    [
      'POST /accounts',
      async (request) => {
        const body = await readJsonObject(request);
        const key = request.headers['idempotency-key'];
        if (typeof key !== 'string' || key === '') {
          throw new Refusal(400, 'missing-idempotency-key', 'Expected an Idempotency-Key header.');
        }
        const [applicationId, email] = [textField(body, 'applicationId'), textField(body, 'email')];
        const { account, isNew } = business.openAccount(applicationId, email, key);
        return { status: isNew ? 201 : 200, body: account };
      },
    ],
    [
      'POST /welcome',
      async (request) => {
        const body = await readJsonObject(request);
        textField(body, 'accountNumber');
        business.notify({ ...notificationFrom(body), kind: 'welcome' });
        return { status: 202, body: { accepted: true } };
      },
    ],
    [
      'POST /notifications',
      async (request) => {
        const body = await readJsonObject(request);
        const { reason } = body;
        const more = typeof reason === 'string' ? { reason } : {};
        business.notify({ ...notificationFrom(body), kind: textField(body, 'kind'), ...more });
        return { status: 202, body: { accepted: true } };
      },
    ],
    [
      'GET /notifications',
      async (_request, url) => {
        const applicationId = url.searchParams.get('applicationId') ?? '';
        return { status: 200, body: { items: business.notificationsOf(applicationId) } };
      },
    ],
  ]);
}

function createHelpdeskEndpoints(helpdesk: Helpdesk): ReadonlyMap<string, Endpoint> {
  return new Map<string, Endpoint>([
    [
      'POST /knowledge/search',
      async (request) => {
        const body = await readJsonObject(request);
        return { status: 200, body: helpdesk.findAnswer(textField(body, 'problem')) };
      },
    ],
    [
      'POST /cases/close',
      async (request) => {
        const body = await readJsonObject(request);
        const [caseNumber, solvedBy] = [textField(body, 'caseNumber'), textField(body, 'solvedBy')];
        helpdesk.close({ caseNumber, solvedBy, satisfaction: ratingField(body, 'satisfaction') });
        return { status: 200, body: { caseNumber, status: 'closed' } };
      },
    ],
    [
      'GET /cases',
      async (_request, url) => {
        const closed = helpdesk.closedCase(url.searchParams.get('caseNumber') ?? '');
        return { status: 200, body: { items: closed === undefined ? [] : [closed] } };
      },
    ],
  ]);
}

function notificationFrom(body: Readonly<Record<string, unknown>>) {
  const [applicationId, email] = [textField(body, 'applicationId'), textField(body, 'email')];
  return { applicationId, email, channel: textField(body, 'channel') };
}

async function answer(
  endpoints: ReadonlyMap<string, Endpoint>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    const url = new URL(request.url ?? '/', 'http://localhost');
    const endpoint = endpoints.get(`${request.method} ${url.pathname}`);
    if (endpoint === undefined) throw noSuchEndpoint(endpoints, request.method ?? '', url.pathname);
    const { status, body } = await endpoint(request, url);
    sendJson(response, status, body);
  } catch (error) {
    if (response.destroyed || response.headersSent) return;
    const { status, code, message, headers } =
      error instanceof Refusal
        ? error
        : new Refusal(500, 'internal', 'Something went wrong in the simulated back-end.');
    sendJson(response, status, { code, message }, headers);
  }
}

function noSuchEndpoint(endpoints: ReadonlyMap<string, Endpoint>, method: string, path: string): Refusal {
  const known = [...endpoints.keys()]
    .map((key) => key.split(' '))
    .filter(([, knownPath]) => knownPath === path);
  const allow = known.map(([knownMethod]) => knownMethod).join(', ');
  if (known.length === 0)
    return new Refusal(404, 'not-found', `Expected one of ${[...endpoints.keys()].join(', ')}.`);
  return new Refusal(405, 'method-not-allowed', `Expected ${allow} but found ${method}.`, { Allow: allow });
}

function pause({ clock, slowMs }: SimulatedBackendOptions): Promise<void> {
  return new Promise((resolve) => {
    clock.setTimer(clock.now() + slowMs, resolve);
  });
}
