import type { Authenticate } from '../../src/facade/security/authenticate.js';
import { administrator, type Principal } from '../../src/identity/principal.js';
import type { TestServer } from '../support/server.js';

/** Callers of a test by the name that they bear as a token; without one, the administrator. */
export function authenticateBy(callers: Readonly<Record<string, Omit<Principal, 'id'>>>): Authenticate {
  const principals = new Map(Object.entries(callers).map(([id, caller]) => [id, { id, ...caller }]));
  return async (req) => {
    const { authorization } = req.headers;
    return authorization === undefined
      ? administrator
      : principals.get(authorization.slice('Bearer '.length));
  };
}

/** The same server, asked by one of its callers. */
export function as(
  caller: string,
  server: TestServer,
  more: Readonly<Record<string, string>> = {},
): TestServer {
  return {
    ...server,
    request: (method, path, body, headers) =>
      server.request(method, path, body, { authorization: `Bearer ${caller}`, ...more, ...headers }),
  };
}
