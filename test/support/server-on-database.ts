import { createScriptCheck } from '../../src/adapters/script/check-script.js';
import { limits } from '../../src/contract/limits.js';
import { createEventHub } from '../../src/events/event-hub.js';
import type { FacadeConfig } from '../../src/facade/create-facade.js';
import type { Authenticate } from '../../src/facade/security/authenticate.js';
import { startServer } from '../../src/facade/start-server.js';
import type { Login } from '../../src/facade/login/create-login.js';
import { ApiKeys } from '../../src/identity/api-keys.js';
import { LoginSessions } from '../../src/identity/login-sessions.js';
import { OidcProvider } from '../../src/identity/oidc/oidc-provider.js';
import { callerPaths, type Channel } from '../../src/platform/channels/channel.js';
import { systemClock } from '../../src/platform/clock.js';
import { silentLogger, type Logger } from '../../src/platform/logger.js';
import { parseOutboundAllowList } from '../../src/platform/outbound-allow-list.js';
import type { ResolveHost } from '../../src/platform/outbound-connector.js';
import { createOutboundHttp } from '../../src/platform/outbound-http.js';
import { createUuidV7 } from '../../src/platform/uuid-v7.js';
import type { OidcConfig } from '../../src/platform/oidc-config.js';
import { createRuntime } from '../../src/runtime/create-runtime.js';
import { LOOK_AGAIN_MS } from '../../src/runtime/loops/loop.js';
import type { Store } from '../../src/runtime/ports.js';
import type { Runtime } from '../../src/runtime/runtime.js';
import { openStore } from '../../src/store/open-store.js';
import { WebhookDispatcher } from '../../src/webhooks/webhook-dispatcher.js';
import { WebhookSender } from '../../src/webhooks/webhook-sender.js';
import { type ContractCheck, createContractCheck } from './contract-check.js';
import { FakeClock } from './fake-clock.js';
import { testConfig } from './stub-server.js';

/** A server with everything: HTTP, facade, runtime, its loops, and a store with an empty database. */
export interface TestServer {
  readonly url: string;
  readonly port: number;
  /** The only clock there is, of the database too: time stands still until a test moves it. */
  readonly clock: FakeClock;
  readonly runtime: Runtime;
  readonly store: Store;
  readonly databaseUrl: string;
  /** Sends JSON and answers status, headers and body: parsed JSON, text, or undefined. */
  request(
    method: string,
    path: string,
    body?: unknown,
    headers?: Readonly<Record<string, string>>,
  ): Promise<TestResponse>;
  /**
   * Resolves when nothing is under way inside: no delivery and no due timer is left. Right after the time was moved, it may
   * move on by up to a second until a due timer has been found.
   */
  atRest(): Promise<void>;
  /** Stops the server and starts it again on the same database, at another address. */
  restart(): Promise<void>;
  /** Stops the server and removes the database. Throws when any answer broke the contract. */
  close(): Promise<void>;
}

export interface TestResponse {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
}

export interface TestServerOptions {
  readonly clock?: FakeClock;
  readonly logger?: Logger;
  readonly config?: Partial<FacadeConfig>;
  readonly channels?: readonly Channel[];
  /** How long the OpenID provider of `config.oidc` may take. */
  readonly providerTimeLimitMs?: number;
  /** Default: as the configuration says, which is a development machine's. */
  readonly authenticate?: Authenticate;
  /** Webhooks are delivered. Default: they are not, and no name is resolved. */
  readonly webhooks?: WebhookTestOptions;
  /** Between server and store; default nothing. */
  readonly wrap?: (store: Store) => Store;
  readonly historyTtlMs?: number;
  /** Rate limits hold for all servers on the database, by its clock; default: for this one, by the test's. */
  readonly sharesRateLimits?: boolean;
}

export interface WebhookTestOptions {
  /** As OUTBOUND_ALLOW. Default: this machine, where receivers of tests listen. */
  readonly allow?: readonly string[];
  /** Default: no name is known. */
  readonly resolve?: ResolveHost;
}

const knowsNoName: ResolveHost = () => Promise.reject(new Error('no name is known in tests'));

/** How long the inside may be busy with one request of a test. */
const restWithinMs = 45_000;

/** An empty database to start a server on, and how to be rid of it. */
export interface EmptyDatabase {
  readonly databaseUrl: string;
  remove(): Promise<void>;
}

export async function startServerOn(
  database: EmptyDatabase,
  options: TestServerOptions = {},
): Promise<TestServer> {
  const { clock = new FakeClock() } = options;
  const contract = createContractCheck();
  const start = () => startInside(database.databaseUrl, { ...options, clock }, contract);
  let inside = await start();
  return {
    get url() {
      return inside.server.url;
    },
    get port() {
      return inside.server.port;
    },
    get runtime() {
      return inside.runtime;
    },
    get store() {
      return inside.store;
    },
    clock,
    databaseUrl: database.databaseUrl,
    request: (method, path, body, headers) => send(`${inside.server.url}${path}`, method, body, headers),
    atRest: () => rest(inside.store, clock),
    async restart() {
      await inside.stop();
      // It takes time, without which ids of before and after would be of the same millisecond, in any order.
      clock.advance(1);
      inside = await start();
    },
    async close() {
      await inside.stop();
      await database.remove();
      contract.assertKept();
    },
  };
}

/** As the server has it; one for all, as it keeps nothing. */
let scriptCheck: ReturnType<typeof createScriptCheck> | undefined;

/** What a process of the server holds: all of it is gone with a restart. */
interface Inside {
  readonly server: Awaited<ReturnType<typeof startServer>>;
  readonly runtime: Runtime;
  readonly store: Store;
  stop(): Promise<void>;
}

async function startInside(
  databaseUrl: string,
  {
    clock,
    logger = silentLogger,
    config,
    channels,
    authenticate,
    webhooks,
    wrap = (opened) => opened,
    historyTtlMs,
    providerTimeLimitMs,
    sharesRateLimits = false,
  }: TestServerOptions & { readonly clock: FakeClock },
  contract: ContractCheck,
): Promise<Inside> {
  const store = wrap(await openStore({ databaseUrl, logger: silentLogger, clock }));
  const runtime = createRuntime({
    store,
    clock,
    logger,
    searchablePaths: callerPaths(channels ?? []),
    checkScript: await (scriptCheck ??= createScriptCheck()),
    ...(historyTtlMs === undefined ? {} : { historyTtlMs }),
  });
  runtime.start();
  const apiKeys = new ApiKeys(store, clock, logger, limits.apiKeys);
  // Nothing would be told while time stands still.
  const eventHub = createEventHub({ runtime, clock: systemClock, logger });
  const { allow = ['127.0.0.1'], resolve = knowsNoName } = webhooks ?? {};
  const allowList = parseOutboundAllowList(webhooks === undefined ? [] : allow);
  const outbound = createOutboundHttp({ clock, allowList, resolve });
  const source = testConfig.eventSource;
  const newId = createUuidV7(clock);
  const webhookSender = new WebhookSender({ outbound, allowList, clock, source, newId });
  const dispatcher = new WebhookDispatcher({
    ...{ store, hub: eventHub, sender: webhookSender, clock, logger, source, newId },
    random: () => 0.5,
    onWebhooksChanged: (changed) => runtime.onWebhooksChanged(changed),
  });
  if (webhooks !== undefined) dispatcher.start();
  const login = loginOf(config?.oidc, store, clock, providerTimeLimitMs);
  const server = await startServer({
    ...(login === undefined ? {} : { login }),
    eventHub,
    webhookSender,
    runtime,
    apiKeys,
    logger,
    clock,
    config: { ...testConfig, ...config },
    ...(channels === undefined ? {} : { channels }),
    ...(authenticate === undefined ? {} : { authenticate }),
    checkResponse: contract.check,
    ...(sharesRateLimits && store.rateBuckets !== undefined ? { rateBuckets: store.rateBuckets } : {}),
  });
  return {
    server,
    runtime,
    store,
    async stop() {
      await server.stop();
      await apiKeys.stop();
      await dispatcher.stop();
      await eventHub.stop();
      await outbound.close();
      await runtime.stop();
      await store.close();
    },
  };
}

/** How people sign in, with nothing in memory that another node would not have. */
export function loginOf(
  oidc: OidcConfig | undefined,
  store: Store,
  clock: FakeClock,
  timeLimitMs?: number,
): Login | undefined {
  if (oidc === undefined) return undefined;
  const provider = new OidcProvider(oidc.issuer, clock, timeLimitMs);
  const sessions = new LoginSessions(store, clock, silentLogger, oidc);
  return { config: oidc, provider, sessions, ...(timeLimitMs === undefined ? {} : { timeLimitMs }) };
}

async function send(
  url: string,
  method: string,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<TestResponse> {
  const response = await fetch(url, {
    method,
    headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await textOf(response);
  const isJson = /^application\/(problem\+)?json$/.test(response.headers.get('content-type') ?? '');
  return {
    status: response.status,
    headers: response.headers,
    body: isJson ? (JSON.parse(text) as unknown) : text === '' ? undefined : text,
  };
}

/** A stream of events has no end: tests that read it use {@link readEvents}. */
async function textOf(response: Response): Promise<string> {
  if (response.headers.get('content-type') !== 'text/event-stream') return response.text();
  await response.body?.cancel();
  return '';
}

/**
 * A timer loop that was reading while a test moved the time may miss a timer that came due then, and finds it when it looks
 * again. That never comes while time stands still, so that it is moved when nothing happens for long.
 */
const roundsBeforeTimeMoves = 30;

async function rest(store: Store, clock: FakeClock): Promise<void> {
  const until = performance.now() + restWithinMs;
  for (let round = 1; ; round += 1) {
    // Timers first: one that fires between the two reads leaves a delivery.
    const nextTimer = await store.queries.nextTimerDueAt();
    const deliveries = await store.queries.pendingDeliveries(1);
    const isTimerDue = nextTimer !== undefined && nextTimer <= clock.now();
    if (deliveries.length === 0 && !isTimerDue) return;
    if (performance.now() > until) {
      const left = isTimerDue ? 'a timer that is due' : `the delivery ${deliveries[0]?.deliveryId}`;
      throw new Error(`Expected rest within ${restWithinMs} ms but found ${left}.`);
    }
    await clock.advanceAsync(isTimerDue && round % roundsBeforeTimeMoves === 0 ? LOOK_AGAIN_MS : 0);
  }
}
