import { type Operation, readsBody } from '../contract/operation.js';
import { tenantHeader } from '../contract/tenant.js';

type QueryValue = string | number | boolean | undefined;

/** What a method of the client is called with. A parameter with a list is sent once for each of its values. */
export interface RequestParts {
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, QueryValue | readonly QueryValue[]>>;
  readonly body?: unknown;
}

/** A request as it is sent, each time the same. */
export interface HttpRequest {
  readonly url: string;
  readonly method: string;
  readonly headers: Headers;
  readonly body: string | null;
}

/**
 * Writes the request of an operation.
 * @throws TypeError for a path parameter that is missing, for variables that are not JSON (a cycle, a BigInt), and for a key that no
 * header can carry.
 */
export function httpRequestOf(
  operation: Operation,
  { params = {}, query = {}, body }: RequestParts,
  options: {
    readonly baseUrl: string;
    readonly apiKey?: string;
    readonly tenant?: string;
    readonly idempotencyKey: string | false;
    readonly traceparent?: string | undefined;
  },
): HttpRequest {
  const headers = new Headers({ accept: 'application/json, application/problem+json, */*;q=0.1' });
  if (options.apiKey !== undefined) headers.set('authorization', `Bearer ${options.apiKey}`);
  if (options.tenant !== undefined) headers.set(tenantHeader, options.tenant);
  if (options.idempotencyKey !== false) headers.set('idempotency-key', options.idempotencyKey);
  if (options.traceparent !== undefined) headers.set('traceparent', options.traceparent);
  const hasBody = readsBody(operation);
  if (hasBody) headers.set('content-type', 'application/json');
  return {
    url:
      options.baseUrl.replace(/[?#].*$/, '').replace(/\/+$/, '') +
      pathOf(operation, params) +
      searchOf(query),
    method: operation.method.toUpperCase(),
    headers,
    body: hasBody ? JSON.stringify(body ?? {}) : null,
  };
}

function pathOf({ operationId, path }: Operation, params: Readonly<Record<string, string>>): string {
  return path.replaceAll(/\{(\w+)\}/g, (_all, name: string) => {
    const value = Object.hasOwn(params, name) ? params[name] : undefined;
    // An empty one would be the path of another operation; dots are taken out of a path before it is sent.
    if (typeof value !== 'string' || value === '' || value === '.' || value === '..') {
      throw new TypeError(
        `Expected ${operationId} to be given an id as params.${name} but found ${JSON.stringify(value)}.`,
      );
    }
    return encodeURIComponent(value);
  });
}

function searchOf(query: NonNullable<RequestParts['query']>): string {
  const given = Object.entries(query).flatMap(([name, values]) =>
    [values]
      .flat()
      .flatMap((value) => (value === undefined ? [] : [[name, String(value)] as [string, string]])),
  );
  return given.length === 0 ? '' : `?${new URLSearchParams(given).toString()}`;
}
