import { Agent } from 'undici';
import type { Clock } from './clock.js';
import type { OutboundAllowList } from './outbound-allow-list.js';
import { guardedConnector, type ResolveHost, resolveBySystem } from './outbound-connector.js';
import { decompressed } from './outbound-decompress.js';
import { OutboundError } from './outbound-error.js';
import { exchange, type RawResponse } from './outbound-exchange.js';
import { redirectTarget } from './outbound-redirect.js';

/** Calls services elsewhere on behalf of people we half trust: only where it may, never longer or more than asked. */
export interface OutboundHttp {
  /**
   * Sends one request and answers the whole response, whatever its status; redirects are not followed unless the request says so.
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
  /**
   * How many redirects are followed that keep method and body (307, 308); default none. Each is a request like the first: the name is
   * looked up, and every address checked. The time is for all together.
   */
  readonly redirectsMax?: number;
}

export interface OutboundResponse {
  readonly status: number;
  /** By lower-case name; values of repeated headers are joined with a comma. */
  readonly headers: ReadonlyMap<string, string>;
  /** Decompressed. */
  readonly body: Uint8Array;
}

export interface OutboundHttpOptions {
  readonly clock: Clock;
  /** Exceptions from the rule that only public addresses are called. */
  readonly allowList: OutboundAllowList;
  /** Default 5 s. */
  readonly connectTimeoutMs?: number;
  readonly resolve?: ResolveHost;
}

export function createOutboundHttp(options: OutboundHttpOptions): OutboundHttp {
  const { clock, allowList, connectTimeoutMs = 5_000, resolve = resolveBySystem } = options;
  const connect = guardedConnector({ allowList, resolve, connectTimeoutMs });
  // Time is bounded for the request as a whole.
  const agentOptions = { connect, headersTimeout: 0, bodyTimeout: 0 };
  const reusing = new Agent(agentOptions);
  const renewing = new Agent({ ...agentOptions, pipelining: 0 });
  return {
    async send(request) {
      const agent = request.onNewConnection === true ? renewing : reusing;
      const { url, response } = await follow(request, clock, (target, timeoutMs) =>
        exchange(agent, target, { ...request, timeoutMs }, clock),
      );
      const { status, headers, body } = response;
      return { status, headers, body: await decompressed(body, headers, request.maxResponseBytes, url.host) };
    },
    async close() {
      await Promise.all([reusing.destroy(), renewing.destroy()]);
    },
  };
}

/** The last response, and where it came from. A redirect too many is the answer. */
async function follow(
  { url: first, timeoutMs, redirectsMax = 0 }: OutboundRequest,
  clock: Clock,
  sendTo: (url: URL, timeoutMs: number) => Promise<RawResponse>,
): Promise<{ readonly url: URL; readonly response: RawResponse }> {
  const until = clock.elapsed() + timeoutMs;
  let url = checkedUrl(first);
  for (let redirects = 0; ; redirects += 1) {
    const response = await sendTo(url, Math.max(0, until - clock.elapsed()));
    const target = redirects < redirectsMax ? redirectTarget(response, url) : undefined;
    if (target === undefined) return { url, response };
    url = checkedUrl(target);
  }
}

function checkedUrl(text: string): URL {
  const invalid = (found: string) =>
    new OutboundError(
      'invalid-request',
      `Expected an http or https URL without credentials but found ${found}.`,
      false,
    );
  if (!URL.canParse(text)) throw invalid('something that is no URL');
  const url = new URL(text);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') throw invalid(`one of scheme ${url.protocol}`);
  if (url.username !== '' || url.password !== '') throw invalid('credentials');
  return url;
}
