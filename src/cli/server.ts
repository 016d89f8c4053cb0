import { type Client, createClient } from '../client/create-client.js';
import { isTenantId } from '../contract/tenant.js';
import { UsageError } from './command.js';
import type { Terminal } from './terminal.js';

/** Options of whatever asks a server. Credentials are no option: other users of a machine see command lines. */
export const serverOptions = {
  server: {
    type: 'string',
    value: 'URL',
    about: 'the server; default THROUGHLINE_URL, else http://127.0.0.1:8080',
  },
  tenant: {
    type: 'string',
    value: 'NAME',
    about: 'default THROUGHLINE_TENANT, else the tenant of the credentials',
  },
} as const;

/** Who asks, in help. */
export const credentialsHelp =
  'Who asks is told by THROUGHLINE_TOKEN (a bearer token) or THROUGHLINE_API_KEY. See docs/cli.md.';

/** A client of the server that options or environment name, with the credentials of the environment. @throws UsageError */
export function clientOf(
  { server, tenant }: { readonly server?: string; readonly tenant?: string },
  env: Terminal['env'],
): Client {
  const apiKey = credentialsOf(env);
  const tenantId = tenant ?? (env['THROUGHLINE_TENANT'] || undefined);
  if (tenantId !== undefined && !isTenantId(tenantId)) {
    throw new UsageError(
      `Expected --tenant to be the name of a tenant but found ${JSON.stringify(tenantId)}.`,
    );
  }
  return createClient({
    baseUrl: serverUrlOf(server, env),
    ...(apiKey === undefined ? {} : { apiKey }),
    ...(tenantId === undefined ? {} : { tenant: tenantId }),
  });
}

/** Where the server is. @throws UsageError */
export function serverUrlOf(server: string | undefined, env: Terminal['env']): string {
  const given = server ?? (env['THROUGHLINE_URL'] || 'http://127.0.0.1:8080');
  if (!/^https?:\/\//i.test(given) || !URL.canParse(given)) {
    throw new UsageError(
      `Expected --server to be a URL of http or https but found ${JSON.stringify(given)}.`,
    );
  }
  const { username, password } = new URL(given);
  if (username !== '' || password !== '') {
    throw new UsageError(
      'Expected --server without user and password: credentials go into THROUGHLINE_API_KEY.',
    );
  }
  return given;
}

/** @throws UsageError that does not tell them. */
function credentialsOf(env: Terminal['env']): string | undefined {
  for (const name of ['THROUGHLINE_TOKEN', 'THROUGHLINE_API_KEY']) {
    const value = env[name]?.trim();
    if (value === undefined || value === '') continue;
    if (/^[\x21-\x7e]+$/.test(value)) return value;
    throw new UsageError(
      `Expected ${name} to be visible ASCII characters without spaces, as keys and tokens are.`,
    );
  }
  return undefined;
}
