import express, { type Express, type RequestHandler } from 'express';
import helmet from 'helmet';
import { openApiDocument } from '../contract/openapi.js';
import { operations } from '../contract/operations.js';
import type { Channel } from '../platform/channels/channel.js';
import type { Clock } from '../platform/clock.js';
import type { Config } from '../platform/config.js';
import type { Logger } from '../platform/logger.js';
import { createUuidV7 } from '../platform/uuid-v7.js';
import type { Runtime } from '../runtime/runtime.js';
import { bindRoute, type BindingOptions, type ResponseCheck } from './bind-route.js';
import { answerError } from './answer-error.js';
import { channelHosts, channelPath, createChannels } from './channels/create-channels.js';
import { serveConsole } from './console/serve-console.js';
import { createExternalTasks, externalTaskPath } from './external-tasks/create-external-tasks.js';
import type { Route } from './handler.js';
import { beginExchange, exchangeOf } from './request/exchange.js';
import { givenRequestId, traceparentOf } from './request/trace-context.js';
import { refuse } from './respond/refusal.js';
import { logRequest } from './request-log.js';
import { routes } from './routes.js';
import { createAuthenticate, type Authenticate } from './security/authenticate.js';
import { createCheckHost } from './security/check-host.js';
import { createCheckOrigin } from './security/check-origin.js';
import { WaitingRoom } from './waiting-room.js';

/** The part of the configuration that the facade reads. */
export type FacadeConfig = Pick<
  Config,
  'host' | 'nodeEnv' | 'apiKey' | 'allowedHosts' | 'allowedOrigins' | 'bodyLimitBytes'
>;

export interface FacadeOptions {
  readonly runtime: Runtime;
  readonly config: FacadeConfig;
  readonly logger: Logger;
  readonly clock: Clock;
  /** Telephone, mail and text; default none. */
  readonly channels?: readonly Channel[];
  /** Default: the API key of the configuration, or everybody on a development machine. */
  readonly authenticate?: Authenticate;
  /** Aborts when the server stops, so that requests that wait are answered. */
  readonly stopping?: AbortSignal;
  /** Sees each answer before it is written, in tests. */
  readonly checkResponse?: ResponseCheck;
}

/** The version of the interface. */
const contractVersion = '1';

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
  app.use(helmet());
  app.use(addressed(options));
  const authenticate = authenticated(options.authenticate ?? createAuthenticate(options.config));
  const waitingRoom = new WaitingRoom(stopping);
  app.use(externalTaskPath, createExternalTasks({ ...options, authenticate, waitingRoom }));
  app.use('/v1', authenticate);
  addRoutes(app, {
    services: {
      runtime: options.runtime,
      waitingRoom,
      stopping,
      openApi: openApiDocument(operations, contractVersion),
      logger: options.logger,
    },
    bodyLimitBytes: options.config.bodyLimitBytes,
    checkResponse: options.checkResponse,
  });
  app.use(channelPath, createChannels(options));
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

/** Gives the request its id and trace, and writes one log line when it is over. */
function beginning({ clock, logger }: FacadeOptions): RequestHandler {
  const newId = createUuidV7(clock);
  return (req, res, next) => {
    const requestId = givenRequestId(req.get('x-request-id')) ?? newId();
    beginExchange(req, {
      requestId,
      traceparent: traceparentOf(req.get('traceparent')),
      receivedAt: clock.now(),
    });
    res.setHeader('X-Request-Id', requestId);
    logRequest(req, res, logger, clock);
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

function authenticated(authenticate: Authenticate): RequestHandler {
  return async (req, res, next) => {
    res.setHeader('Cache-Control', 'no-store');
    const principal = await authenticate(req);
    if (principal === undefined) {
      const headers = { 'WWW-Authenticate': 'Bearer realm="throughline"' };
      throw refuse('unauthorized', 'Expected Authorization: Bearer with a valid API key.', { headers });
    }
    exchangeOf(req).principal = principal;
    next();
  };
}

/** Registers each path with its methods; other methods are refused with the list (RFC 9110, 15.5.6). */
function addRoutes(app: Express, options: BindingOptions): void {
  const byPath = new Map<string, Route[]>();
  for (const route of routes) {
    const { path } = route.operation;
    byPath.set(path, [...(byPath.get(path) ?? []), route]);
  }
  // `/v1/jobs/search` before `/v1/jobs/{jobId}`: what is fixed comes before what is anything.
  const paths = [...byPath].sort(([a], [b]) => Number(a.includes('{')) - Number(b.includes('{')));
  for (const [path, together] of paths) {
    const expressRoute = app.route(path.replaceAll(/\{(\w+)\}/g, ':$1'));
    for (const route of together) expressRoute[route.operation.method](bindRoute(route, options));
    expressRoute.all(otherMethod(together));
  }
}

function otherMethod(together: readonly Route[]): RequestHandler {
  const methods = together.map(({ operation }) => operation.method.toUpperCase());
  const allow = [...methods, ...(methods.includes('GET') ? ['HEAD'] : []), 'OPTIONS'].join(', ');
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
