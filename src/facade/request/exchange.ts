import type { Request } from 'express';
import type { TraceSpan } from '../../platform/tracing.js';
import type { Principal } from '../../identity/principal.js';

/** What the facade knows about one request and its answer, besides the request itself. */
export interface Exchange {
  /** The caller's `x-request-id`, or one of ours. */
  readonly requestId: string;
  /** What tells of this request; absent where nothing is told. */
  readonly span?: TraceSpan;
  /** The caller's W3C trace context, or one that begins here. */
  readonly traceparent: string;
  /** The caller's address, behind the proxies that are trusted; undefined where the connection is gone already. */
  readonly sourceAddress?: string;
  /** Once the operation has been found. */
  operationId?: string;
  /** As the contract writes the operation's path. */
  route?: string;
  /** Once the caller is known. */
  principal?: Principal;
  /** Once it is known in which tenant the caller acts. */
  tenantId?: string;
  /** The instance that the path names, or that has been made or found. */
  processInstanceId?: string | undefined;
}

const exchanges = new WeakMap<Request, Exchange>();

/** Keeps what is known about a request as long as the request lives. */
export function beginExchange(req: Request, exchange: Exchange): void {
  exchanges.set(req, exchange);
}

/** What is known about the request. */
export function exchangeOf(req: Request): Exchange {
  const exchange = exchanges.get(req);
  if (exchange === undefined) throw new Error('Expected the exchange to have begun before anything else.');
  return exchange;
}
