import { createServer, IncomingMessage, ServerResponse, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Express, Request, Response } from 'express';
import type { Config } from '../platform/config.js';
import { answerOnConnection, boundConnections } from './bound-connections.js';
import { createFacade, type FacadeConfig, type FacadeOptions } from './create-facade.js';
import type { Refusal } from './respond/refusal.js';
import { problemBody, sendRefusal } from './respond/send.js';
import { waitingRequestsMax } from './waiting-room.js';

export interface ServerLimits {
  readonly maxHeaderBytes: number;
  readonly headersTimeoutMs: number;
  /** For the whole request to arrive; the answer may take longer. */
  readonly requestTimeoutMs: number;
  /** How often the two above are looked at. */
  readonly checkIntervalMs: number;
  readonly keepAliveTimeoutMs: number;
  /** A connection on which nothing has moved for so long is closed, in the middle of an answer too. */
  readonly idleTimeoutMs: number;
  readonly maxHeaders: number;
  /** Connections beyond are answered 503. */
  readonly maxConnections: number;
}

/** Times and sizes that keep slow or endless requests from holding the server. */
export const serverLimits: ServerLimits = {
  maxHeaderBytes: 16 * 1024,
  headersTimeoutMs: 10_000,
  requestTimeoutMs: 60_000,
  checkIntervalMs: 2_000,
  /** Longer than the idle time of common load balancers, which must close first. */
  keepAliveTimeoutMs: 65_000,
  /** Longer than a request may wait for its answer, and than streams of events are silent. */
  idleTimeoutMs: 2 * 60_000,
  maxHeaders: 200,
  /** Those that may wait ({@link waitingRequestsMax}), and some for everybody else. */
  maxConnections: waitingRequestsMax + 2_000,
};

export interface ServerOptions extends Omit<FacadeOptions, 'stopping' | 'config'> {
  readonly config: FacadeConfig & Pick<Config, 'port' | 'shutdownGraceMs'>;
  /** Default: {@link serverLimits}. */
  readonly limits?: Partial<ServerLimits>;
}

/** Something else listens on the configured port. */
export class PortTaken extends Error {
  override readonly name = 'PortTaken';

  constructor(port: number, options: ErrorOptions) {
    super(`Expected port ${port} to be free but something listens there. PORT chooses another.`, options);
  }
}

/** A server that listens. */
export interface RunningServer {
  readonly port: number;
  /** Where it is reached, such as `http://127.0.0.1:8080`. */
  readonly url: string;
  /**
   * Stops to accept, lets requests that wait answer now, and resolves when everything in flight has been answered,
   * or has been cut off after the time of grace. Further calls wait for the first.
   */
  stop(): Promise<void>;
}

/** Listens on the configured host and port; port 0 takes a free one. Rejects when it cannot, with {@link PortTaken} where that is why. */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const { config, clock } = options;
  const stopping = new AbortController();
  const app = createFacade({ ...options, stopping: stopping.signal });
  const limits = { ...serverLimits, ...options.limits };
  const server = createServer({
    ...messagesOf(app),
    maxHeaderSize: limits.maxHeaderBytes,
    headersTimeout: limits.headersTimeoutMs,
    requestTimeout: limits.requestTimeoutMs,
    connectionsCheckingInterval: limits.checkIntervalMs,
    keepAliveTimeout: limits.keepAliveTimeoutMs,
    // The facade answers a request without Host as a problem.
    requireHostHeader: false,
  });
  server.maxHeadersCount = limits.maxHeaders;
  // Who does not read what was sent would keep it in memory.
  server.timeout = limits.idleTimeoutMs;
  boundConnections(server, limits.maxConnections);
  const unused = unusedConnections(server);
  server.on('request', (req, res) => {
    if (stopping.signal.aborted) res.setHeader('Connection', 'close');
    res.once('close', () => {
      if (stopping.signal.aborted) setImmediate(() => server.closeIdleConnections());
    });
    app(req as Request, res as Response, () => answerUnreadableTarget(res as Response));
  });
  // RFC 9110, 10.1.1: an expectation that is not known may be ignored.
  server.on('checkExpectation', (req, res) => server.emit('request', req, res));
  server.on('clientError', answerBrokenRequest);
  server.on('connect', (_req, connection) =>
    answerOnConnection(connection, {
      code: 'malformed-request',
      detail: 'Expected a request to this server but found one for a tunnel.',
    }),
  );

  const { port, address, family } = await listen(server, config.host, config.port);
  let stopped: Promise<void> | undefined;
  return {
    port,
    url: `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`,
    stop: () => (stopped ??= stop(server, unused, stopping, clock, config.shutdownGraceMs)),
  };
}

/**
 * Makes requests and answers with the prototypes that Express gives each of them otherwise. To exchange the prototype of an object that is in use
 * leaves it without a shape that V8 knows, so that each access from then on is looked up.
 */
function messagesOf(app: Express) {
  class FacadeRequest extends IncomingMessage {}
  class FacadeResponse extends ServerResponse {}
  app.request = Object.setPrototypeOf(FacadeRequest.prototype, app.request) as Request;
  app.response = Object.setPrototypeOf(FacadeResponse.prototype, app.response) as Response;
  return { IncomingMessage: FacadeRequest, ServerResponse: FacadeResponse };
}

/** Connections without any request so far: node:http does not count them as idle. */
function unusedConnections(server: Server): ReadonlySet<Socket> {
  const unused = new Set<Socket>();
  server.on('connection', (connection) => {
    unused.add(connection);
    connection.once('close', () => unused.delete(connection));
  });
  server.on('request', ({ socket }) => unused.delete(socket));
  return unused;
}

function listen(server: Server, host: string, port: number): Promise<AddressInfo> {
  return new Promise((resolve, reject) => {
    const fail = (error: NodeJS.ErrnoException): void =>
      reject(error.code === 'EADDRINUSE' ? new PortTaken(port, { cause: error }) : error);
    server.once('error', fail);
    server.listen({ host, port }, () => {
      server.off('error', fail);
      const address = server.address();
      if (address === null || typeof address === 'string') reject(new Error('Expected to listen on a port.'));
      else resolve(address);
    });
  });
}

function stop(
  server: Server,
  unused: ReadonlySet<Socket>,
  stopping: AbortController,
  clock: ServerOptions['clock'],
  graceMs: number,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const grace = clock.setTimer(clock.now() + graceMs, () => server.closeAllConnections());
    server.close((error) => {
      grace.cancel();
      if (error === undefined) resolve();
      else reject(error);
    });
    stopping.abort();
    server.closeIdleConnections();
    for (const connection of unused) connection.destroy();
  });
}

/** The router finds no path in a target such as `http://[`, asks nobody, and would answer in HTML. */
function answerUnreadableTarget(res: Response): void {
  const detail = 'Expected a path, or an http or https URL, as the target of the request.';
  sendRefusal(res, problemBody('', { code: 'malformed-request', detail }));
}

/** What node:http could not read as a request is answered as a problem too, on the bare connection. */
function answerBrokenRequest(error: NodeJS.ErrnoException, connection: Duplex): void {
  if (error.code === 'ECONNRESET' || !connection.writable || hasAnswered(connection)) {
    connection.destroy();
    return;
  }
  answerOnConnection(connection, brokenRequest(error.code));
}

/** A second answer must not be mixed into one that is being written. */
function hasAnswered(connection: Duplex): boolean {
  const { _httpMessage: answer } = connection as Socket & {
    readonly _httpMessage?: { readonly headersSent: boolean };
  };
  return answer?.headersSent === true;
}

function brokenRequest(code: string | undefined): Refusal {
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return {
        code: 'header-fields-too-large',
        detail: 'Expected smaller header fields.',
      };
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return { code: 'request-timeout', detail: 'Expected the whole request sooner.' };
    default:
      return { code: 'malformed-request', detail: 'Expected an HTTP/1.1 request (RFC 9112).' };
  }
}
