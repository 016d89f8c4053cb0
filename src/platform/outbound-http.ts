import { lookup as systemLookup } from 'node:dns/promises';
import { isIP, type LookupFunction } from 'node:net';
import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate } from 'node:zlib';
import { Agent, buildConnector, type Dispatcher } from 'undici';
import type { Clock } from './clock.js';
import { parseAddress } from './outbound-address.js';
import { isAllowed, type OutboundAllowList, portOf } from './outbound-allow-list.js';

/** Calls services elsewhere on behalf of people we half trust: only where it may, never longer or more than asked. */
export interface OutboundHttp {
  /**
   * Sends one request and answers the whole response, whatever its status; redirects are not followed.
   * @throws OutboundError for everything else.
   */
  send(request: OutboundRequest): Promise<OutboundResponse>;
  /** Closes all connections. Requests in flight fail. */
  close(): Promise<void>;
}

export interface OutboundRequest {
  readonly method: 'GET' | 'HEAD' | 'PUT' | 'DELETE' | 'POST' | 'PATCH';
  /** An http or https URL without credentials. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** For everything together, from looking up the name to the last byte. */
  readonly timeoutMs: number;
  /** Of the body, before and after decompression. */
  readonly maxResponseBytes: number;
  readonly signal?: AbortSignal;
  /** Not over a connection that was used before: its end may cross with this request, and nobody knows what was done. */
  readonly onNewConnection?: boolean;
}

export interface OutboundResponse {
  readonly status: number;
  /** By lower-case name; values of repeated headers are joined with a comma. */
  readonly headers: ReadonlyMap<string, string>;
  /** Decompressed. */
  readonly body: Uint8Array;
}

/** Why there is no response. */
export type OutboundErrorKind =
  | 'invalid-request'
  /** The address is not one that may be called. */
  | 'address-refused'
  /** No such name, nobody listens, no route, no agreement on TLS. */
  | 'connect-failed'
  /** The connection ended before the response did. */
  | 'connection-lost'
  | 'timed-out'
  | 'aborted'
  | 'too-large'
  /** Something that is not HTTP, or cannot be decompressed. */
  | 'invalid-response';

/** There is no response. The message tells neither path nor query, which may hold secrets. */
export class OutboundError extends Error {
  override readonly name = 'OutboundError';

  constructor(
    readonly kind: OutboundErrorKind,
    message: string,
    /** False when surely nothing of the request has reached the service. */
    readonly mayHaveArrived: boolean,
  ) {
    super(message);
  }
}

/** All addresses of a name, as the system's resolver gives them. */
export type ResolveHost = (host: string) => Promise<readonly { readonly address: string; readonly family: number }[]>;

export interface OutboundHttpOptions {
  readonly clock: Clock;
  /** Exceptions from the rule that only public addresses are called. */
  readonly allowList: OutboundAllowList;
  /** Default 5 s. */
  readonly connectTimeoutMs?: number;
  readonly resolve?: ResolveHost;
}

const resolveBySystem: ResolveHost = (host) => systemLookup(host, { all: true, verbatim: true });

export function createOutboundHttp(options: OutboundHttpOptions): OutboundHttp {
  const { clock, allowList, connectTimeoutMs = 5_000, resolve = resolveBySystem } = options;
  const connect = guardedConnector({ allowList, resolve, connectTimeoutMs });
  // Time is bounded for the request as a whole.
  const agentOptions = { connect, headersTimeout: 0, bodyTimeout: 0 };
  const reusing = new Agent(agentOptions);
  const renewing = new Agent({ ...agentOptions, pipelining: 0 });
  return {
    async send(request) {
      const url = checkedUrl(request.url);
      const { host } = url;
      const agent = request.onNewConnection === true ? renewing : reusing;
      const { status, headers, body } = await exchange(agent, url, request, clock);
      return { status, headers, body: await decompressed(body, headers, request.maxResponseBytes, host) };
    },
    async close() {
      await Promise.all([reusing.destroy(), renewing.destroy()]);
    },
  };
}

function checkedUrl(text: string): URL {
  const invalid = (found: string) =>
    new OutboundError('invalid-request', `Expected an http or https URL without credentials but found ${found}.`, false);
  if (!URL.canParse(text)) throw invalid('something that is no URL');
  const url = new URL(text);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') throw invalid(`one of scheme ${url.protocol}`);
  if (url.username !== '' || url.password !== '') throw invalid('credentials');
  return url;
}

interface ConnectorOptions {
  readonly allowList: OutboundAllowList;
  readonly resolve: ResolveHost;
  readonly connectTimeoutMs: number;
}

/**
 * Resolves a name once, checks every address, and connects to just these: a name that answers differently a moment later gains
 * nothing. Addresses in the URL itself are checked here too, as no lookup is ever made for them; the URL's parser has already turned
 * decimal, octal and hexadecimal forms into the usual one (WHATWG URL §3.5).
 */
function guardedConnector({ allowList, resolve, connectTimeoutMs }: ConnectorOptions): buildConnector.connector {
  return (options, callback) => {
    const host = options.hostname.replace(/^\[(.*)\]$/, '$1');
    const family = isIP(host);
    const resolved = family === 0 ? resolve(host) : Promise.resolve([{ address: host, family }]);
    resolved
      .then((addresses) => {
        const port = portOf(new URL(`${options.protocol}//${options.host ?? options.hostname}`));
        for (const { address } of addresses) checkAddress(address, { host, port }, allowList);
        if (addresses.length === 0) throw new Error('the name has no address');
        const lookup: LookupFunction = (_host, { all }, found) => {
          const [first] = addresses;
          if (all === true || first === undefined) found(null, addresses.map((address) => ({ ...address })));
          else found(null, first.address, first.family);
        };
        buildConnector({ lookup, timeout: connectTimeoutMs })(options, (error, socket) => {
          if (error === null) callback(null, socket);
          else callback(connectFailed(host, error), null);
        });
      })
      .catch((error: unknown) => callback(connectFailed(host, error), null));
  };
}

function checkAddress(
  text: string,
  target: { readonly host: string; readonly port: number },
  allowList: OutboundAllowList,
): void {
  const address = parseAddress(text);
  if (address !== undefined && isAllowed(address, target, allowList)) return;
  const found = text === target.host ? text : `${target.host} at ${text}`;
  throw new OutboundError(
    'address-refused',
    `Expected a public address, or one that OUTBOUND_ALLOW lists, but found ${found} (port ${target.port}).`,
    false,
  );
}

function connectFailed(host: string, error: unknown): OutboundError {
  if (error instanceof OutboundError) return error;
  return new OutboundError('connect-failed', `Expected a connection to ${host} but found ${reasonOf(error)}.`, false);
}

interface RawResponse {
  readonly status: number;
  readonly headers: ReadonlyMap<string, string>;
  readonly body: Buffer;
}

function exchange(agent: Agent, url: URL, request: OutboundRequest, clock: Clock): Promise<RawResponse> {
  return new Promise((resolve, reject) => {
    let isSettled = false;
    let failure: OutboundError | undefined;
    let controller: Dispatcher.DispatchController | undefined;
    const settle = (action: () => void) => {
      if (isSettled) return;
      isSettled = true;
      timer.cancel();
      request.signal?.removeEventListener('abort', abort);
      action();
    };
    const fail = (kind: OutboundErrorKind, message: string) => {
      // Until it is handed to a connection, nothing of it has been sent.
      failure ??= new OutboundError(kind, message, controller !== undefined);
      const error = failure;
      settle(() => reject(error));
      controller?.abort(error);
    };
    const abort = () => fail('aborted', `The request to ${url.host} was aborted.`);
    const timer = clock.setTimer(clock.now() + request.timeoutMs, () =>
      fail('timed-out', `Expected ${url.host} to answer within ${request.timeoutMs} ms but it has not.`),
    );
    if (request.signal?.aborted === true) return abort();
    request.signal?.addEventListener('abort', abort);

    const limit = request.maxResponseBytes;
    const chunks: Buffer[] = [];
    let size = 0;
    let head: Omit<RawResponse, 'body'> | undefined;
    const checkSize = (bytes: number) => {
      if (bytes > limit) fail('too-large', tooLarge(url.host, limit));
    };
    const handler: Dispatcher.DispatchHandler = {
      onRequestStart(started) {
        if (failure !== undefined) return started.abort(failure);
        controller = started;
      },
      onResponseStart(_controller, status, headers) {
        if (status < 200) return;
        head = { status, headers: headerMap(headers) };
        if (request.method !== 'HEAD') checkSize(Number(head.headers.get('content-length') ?? 0));
      },
      onResponseData(_controller, chunk) {
        size += chunk.length;
        checkSize(size);
        if (!isSettled) chunks.push(chunk);
      },
      onResponseEnd() {
        const { status = 0, headers = new Map<string, string>() } = head ?? {};
        settle(() => resolve({ status, headers, body: Buffer.concat(chunks) }));
      },
      onResponseError(_controller, error) {
        if (error instanceof OutboundError) return settle(() => reject(error));
        const kind = codeOf(error)?.startsWith('HPE_') === true ? 'invalid-response' : 'connection-lost';
        fail(kind, `Expected a response from ${url.host} but found ${reasonOf(error)}.`);
      },
    };
    try {
      agent.dispatch(
        {
          origin: url.origin,
          path: url.pathname + url.search,
          method: request.method,
          headers: { 'accept-encoding': 'gzip', ...request.headers },
          body: request.body ?? null,
        },
        handler,
      );
    } catch (error) {
      fail('invalid-request', `The request to ${url.host} cannot be sent: ${reasonOf(error)}.`);
    }
  });
}

function headerMap(headers: Readonly<Record<string, string | string[] | undefined>>): ReadonlyMap<string, string> {
  const map = new Map<string, string>();
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) map.set(name.toLowerCase(), Array.isArray(value) ? value.join(', ') : value);
  }
  return map;
}

const decoders: ReadonlyMap<string, (body: Buffer, options: { maxOutputLength: number }) => Promise<Buffer>> = new Map([
  ['gzip', promisify(gunzip)],
  ['x-gzip', promisify(gunzip)],
  ['deflate', promisify(inflate)],
  ['br', promisify(brotliDecompress)],
]);

async function decompressed(
  body: Buffer,
  headers: ReadonlyMap<string, string>,
  limit: number,
  host: string,
): Promise<Uint8Array> {
  const coding = headers.get('content-encoding')?.trim().toLowerCase() ?? 'identity';
  if (coding === 'identity' || coding === '' || body.length === 0) return body;
  const decode = decoders.get(coding);
  if (decode === undefined) {
    const message = `Expected a body of ${host} in gzip, deflate or br but found ${JSON.stringify(coding)}.`;
    throw new OutboundError('invalid-response', message, true);
  }
  try {
    return await decode(body, { maxOutputLength: limit });
  } catch (error) {
    if (codeOf(error) === 'ERR_BUFFER_TOO_LARGE') throw new OutboundError('too-large', tooLarge(host, limit), true);
    const message = `Expected a body of ${host} in ${coding} but found ${reasonOf(error)}.`;
    throw new OutboundError('invalid-response', message, true);
  }
}

function tooLarge(host: string, limit: number): string {
  return `Expected at most ${limit} bytes from ${host} but found more.`;
}

function codeOf(error: unknown): string | undefined {
  const code: unknown = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : undefined;
}

/** Several attempts at one name fail as an AggregateError without a message. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const text = error.message === '' ? (codeOf(error) ?? error.name) : error.message;
  return text.replace(/\.$/, '');
}
