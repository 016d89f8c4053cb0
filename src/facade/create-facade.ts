import express, { type Express, type Request, type RequestHandler } from 'express';
import { openApiDocument } from '../contract/openapi.js';
import { operations } from '../contract/operations.js';
import type { ApiKeys } from '../identity/api-keys.js';
import { createEventHub, type EventHub } from '../events/event-hub.js';
import type { Jwts } from '../identity/jwts.js';
import type { Channel } from '../platform/channels/channel.js';
import type { Clock } from '../platform/clock.js';
import type { Config } from '../platform/config.js';
import type { Logger } from '../platform/logger.js';
import type { OidcConfig } from '../platform/oidc-config.js';
import type { RateBuckets } from '../platform/rate-buckets.js';
import { createRedaction } from '../platform/redaction.js';
import type { Tracing } from '../platform/tracing.js';
import { createUuidV7 } from '../platform/uuid-v7.js';
import type { WebhookSender } from '../webhooks/webhook-sender.js';
import type { Runtime } from '../runtime/runtime.js';
import { bindRoute, type BindingOptions, type ResponseCheck } from './bind-route.js';
import { answerError } from './answer-error.js';
import { channelHosts, channelPath, createChannels } from './channels/create-channels.js';
import { createLogin, type Login, loginHeader, loginPaths } from './login/create-login.js';
import { LoginCookies } from './login/login-cookies.js';
import { createSessionPrincipal } from './login/session-principal.js';
import { serveConsole } from './console/serve-console.js';
import { createExternalTasks, externalTaskPath } from './external-tasks/create-external-tasks.js';
import type { DescribedContract, Route, Services } from './handler.js';
import type { HttpMeter } from './http-metrics.js';
import { boundBodies } from './request/body-room.js';
import { beginExchange, exchangeOf } from './request/exchange.js';
import { sourceAddressOf } from './request/source-address.js';
import { givenRequestId, traceparentOf } from './request/trace-context.js';
import { refuse } from './respond/refusal.js';
import { noteRequest } from './request-log.js';
import { RouteTable } from './route-table.js';
import { routes } from './routes.js';
import { createAuthenticate, type Authenticate } from './security/authenticate.js';
import { createCheckHost } from './security/check-host.js';
import { createCheckOrigin } from './security/check-origin.js';
import { CredentialWatch } from './security/credential-watch.js';
import { RateLimiter } from './security/rate-limiter.js';
import { StrangerGate, type StrangerLimits } from './security/stranger-gate.js';
import { TenantGate } from './security/tenant-gate.js';
import { securityHeaders } from './security/security-headers.js';
import { WaitingRoom } from './waiting-room.js';

/** The part of the configuration that the facade reads. */
export type FacadeConfig = Pick<
  Config,
  | 'host'
  | 'nodeEnv'
  | 'apiKey'
  | 'oidc'
  | 'allowedHosts'
  | 'allowedOrigins'
  | 'bodyLimitBytes'
  | 'eventSource'
  | 'tenantLimits'
  | 'trustedProxies'
  | 'auditJobWork'
  | 'redactedVariables'
>;

export interface FacadeOptions {
  readonly runtime: Runtime;
  readonly config: FacadeConfig;
  readonly logger: Logger;
  readonly clock: Clock;
  /** Telephone, mail and text; default none. */
  readonly channels?: readonly Channel[];
  /** The keys that callers bear, and that they make for others. */
  readonly apiKeys: ApiKeys;
  /** The bearer tokens of an issuer; default: none are believed. */
  readonly jwts?: Jwts;
  /** How people sign in; default: nobody does. */
  readonly login?: Login;
  /** Default: by the tokens that callers bear; everybody on a development machine. */
  readonly authenticate?: Authenticate;
  /** Aborts when the server stops, so that requests that wait are answered. */
  readonly stopping?: AbortSignal;
  /** Whether the queue that carries jobs is there; default: there is none. */
  readonly queueIsUp?: () => boolean | undefined;
  /** Tells what happens; default one of its own. */
  readonly eventHub?: EventHub;
  /** Calls the receivers of webhooks; default none, so that nothing can be tested. */
  readonly webhookSender?: Pick<WebhookSender, 'ping' | 'refusalOf'>;
  /** In the text format of Prometheus; default none. */
  readonly metrics?: () => Promise<string>;
  /** Default: nothing is measured. */
  readonly meter?: HttpMeter;
  /** Default: nothing is told. */
  readonly tracing?: Tracing | undefined;
  /** How much the large bodies of requests may hold together; default {@link bodyRoomBytes}. */
  readonly bodyRoomBytes?: number;
  /** How often credentials may be wrong; default {@link strangerLimits}. */
  readonly strangerLimits?: StrangerLimits;
  /** Rate limits that all nodes on one database share; default: each has its own. */
  readonly rateBuckets?: RateBuckets;
  /** Sees each answer before it is written, in tests. */
  readonly checkResponse?: ResponseCheck;
}

/** The version of the interface. */
const contractVersion = '1';

let description: DescribedContract | undefined;

/** The contract as OpenAPI. Made when somebody asks for it: it takes as long as all the rest of a start. */
function describedContract(): DescribedContract {
  if (description === undefined) {
    const document = openApiDocument(operations, contractVersion);
    description = { document, text: JSON.stringify(document) };
  }
  return description;
}

/** Of a facade that calls nobody. */
export const noWebhookSender: Pick<WebhookSender, 'ping' | 'refusalOf'> = {
  refusalOf: () => undefined,
  ping: () => Promise.reject(new Error('Expected a sender of webhooks but this server has none.')),
};

/** Probes ask by address, whatever the name. */
const probePaths: readonly string[] = ['/healthz', '/readyz'];

/** The REST interface over a runtime: what `src/contract` declares, the page that shows it, and the channels of people. */
export function createFacade(options: FacadeOptions): Express {
  const { stopping = new AbortController().signal } = options;
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('query parser', 'simple');
  app.set('case sensitive routing', true);
  app.set('strict routing', true);

  app.use(beginning(options));
  app.use(securityHeaders());
  app.use(addressed(options));
  const { login } = options;
  const strangers = new StrangerGate(options.clock, options.strangerLimits, bearsSessionOf(login));
  const findOut = options.authenticate ?? authenticateBy(options);
  const authenticate = strangers.around(authenticated(findOut, login?.config));
  const credentialWatch = new CredentialWatch(findOut, options.clock, options.logger);
  app.use(boundBodies(options.config.bodyLimitBytes, options.bodyRoomBytes));
  const waitingRoom = new WaitingRoom(stopping);
  const { tenantLimits, bodyLimitBytes } = options.config;
  const tenantGate = new TenantGate(
    ...([tenantLimits, options.runtime.queries, options.clock, bodyLimitBytes] as const),
    new RateLimiter(options.clock, options.logger, options.rateBuckets),
  );
  app.use(
    externalTaskPath,
    createExternalTasks({
      ...{ ...options, ...options.config },
      ...{ authenticate, waitingRoom, tenantGate, credentialWatch },
    }),
  );
  app.use(['/v1', '/metrics'], authenticate);
  const services: Services = {
    runtime: options.runtime,
    waitingRoom,
    stopping,
    queueIsUp: options.queueIsUp ?? (() => undefined),
    metrics: options.metrics ?? (async () => ''),
    readiness: oneAtATime(() => options.runtime.readiness()),
    openApi: describedContract,
    logger: options.logger,
    apiKeys: options.apiKeys,
    clock: options.clock,
    eventHub: options.eventHub ?? createEventHub(options),
    eventSource: options.config.eventSource,
    redact: createRedaction(options.config.redactedVariables),
    webhookSender: options.webhookSender ?? noWebhookSender,
    credentialWatch,
  };
  const { config, checkResponse } = options;
  app.use(operationsHandler({ services, tenantGate, config, checkResponse }));
  app.use(channelPath, createChannels(options));
  if (login !== undefined) {
    const onSignedOut = (principalId: string): void => credentialWatch.lookAgain(principalId);
    app.use(createLogin(login, { ...options, onSignedOut }));
  }
  app.use(serveConsole());
  app.use((req) => {
    throw refuse(
      'not-found',
      `Expected a path of the contract but found ${JSON.stringify(req.path.slice(0, 255))}.`,
    );
  });
  app.use(answerError(options.logger, options.checkResponse));
  return app;
}

/** Whoever asks while the work is under way gets its result: anybody may ask, and it asks the database. */
function oneAtATime<Result>(work: () => Promise<Result>): () => Promise<Result> {
  let underWay: Promise<Result> | undefined;
  return () => (underWay ??= work().finally(() => (underWay = undefined)));
}

/** Gives the request its id and trace, and writes one log line when it is over. */
function beginning({
  clock,
  logger,
  meter,
  tracing,
  config: { trustedProxies },
}: FacadeOptions): RequestHandler {
  const newId = createUuidV7(clock);
  return (req, res, next) => {
    const requestId = givenRequestId(req.get('x-request-id')) ?? newId();
    const sourceAddress = sourceAddressOf(req, trustedProxies);
    const given = req.get('traceparent');
    const span = tracing?.begin(req.method, { kind: 'server', parent: given });
    beginExchange(req, {
      requestId,
      traceparent: span?.traceparent ?? traceparentOf(given),
      ...(span && { span }),
      ...(sourceAddress === undefined ? {} : { sourceAddress }),
    });
    res.setHeader('X-Request-Id', requestId);
    noteRequest(req, res, { logger, clock, meter, span });
    next();
  };
}

/** Lets only requests through that are meant for this server, by `Host` and `Origin`. */
function addressed({ config, channels = [] }: FacadeOptions): RequestHandler {
  const checkHost = createCheckHost(config);
  const allowedHosts = [...config.allowedHosts, ...channelHosts(channels)];
  const checkChannelHost = createCheckHost({ ...config, allowedHosts });
  const checkOrigin = createCheckOrigin(config);
  return (req, res, next) => {
    if (req.path.startsWith(`${channelPath}/`)) checkChannelHost(req);
    else if (!probePaths.includes(req.path)) checkHost(req);
    if (checkOrigin(req, res)) res.writeHead(204).end();
    else next();
  };
}

function bearsSessionOf(login: Login | undefined): (req: Request) => boolean {
  if (login === undefined) return () => false;
  const cookies = new LoginCookies(login.config);
  return (req) => cookies.session(req) !== undefined;
}

function authenticateBy({ config, login, ...verifiers }: FacadeOptions): Authenticate {
  const sessionPrincipal = login && createSessionPrincipal(login.config, login.sessions);
  return createAuthenticate(config, { ...verifiers, sessionPrincipal });
}

function authenticated(authenticate: Authenticate, oidc: OidcConfig | undefined): RequestHandler {
  return async (req, res, next) => {
    res.setHeader('Cache-Control', 'no-store');
    const { length: given = 0 } = req.headersDistinct['authorization'] ?? [];
    if (given > 1) throw refuse('malformed-request', `Expected one Authorization header but found ${given}.`);
    const principal = await authenticate(req);
    if (principal === undefined) {
      const headers = {
        'WWW-Authenticate': 'Bearer realm="throughline"',
        // Our page offers it; a program has no use for it.
        ...(oidc === undefined ? {} : { [loginHeader]: `${oidc.publicOrigin}${loginPaths.begin}` }),
      };
      throw refuse('unauthorized', 'Expected Authorization: Bearer with a valid API key or token.', {
        headers,
      });
    }
    exchangeOf(req).principal = principal;
    next();
  };
}

/** What an operation's path is asked for: its methods, and what refuses all others with the list (RFC 9110, 15.5.6). */
interface Methods {
  readonly byName: ReadonlyMap<string, RequestHandler>;
  readonly others: RequestHandler;
}

/** The operations of the contract. */
function operationsHandler(options: BindingOptions): RequestHandler {
  const byPath = new Map<string, Route[]>();
  for (const route of routes) {
    const { path } = route.operation;
    byPath.set(path, [...(byPath.get(path) ?? []), route]);
  }
  const table = new RouteTable<Methods>();
  for (const [path, together] of byPath) table.add(path, methodsOf(together, options));
  return (req, res, next) => {
    const found = table.find(req.path);
    if (found === undefined) return next();
    req.params = found.params;
    const { byName, others } = found.value;
    return (byName.get(req.method) ?? others)(req, res, next);
  };
}

function methodsOf(together: readonly Route[], options: BindingOptions): Methods {
  const byName = new Map<string, RequestHandler>();
  for (const route of together) byName.set(route.operation.method.toUpperCase(), bindRoute(route, options));
  const get = byName.get('GET');
  if (get !== undefined) byName.set('HEAD', get);
  const allow = [...byName.keys(), 'OPTIONS'].join(', ');
  return { byName, others: otherMethod(allow) };
}

function otherMethod(allow: string): RequestHandler {
  return (req, res) => {
    if (req.method === 'OPTIONS') {
      res.writeHead(204, { Allow: allow }).end();
      return;
    }
    throw refuse('method-not-allowed', `Expected ${allow} but found ${req.method}.`, {
      headers: { Allow: allow },
    });
  };
}
