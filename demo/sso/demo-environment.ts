import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { people } from './people.js';
import { startOpenIdProvider } from './start-openid-provider.js';

/** The provider of the demo, and what the server beside it is started with. */
export interface SsoDemo {
  readonly issuer: string;
  readonly publicOrigin: string;
  readonly apiKey: string;
  readonly env: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

/** Starts the provider for a server that will listen on that port and keep its data in the folder. */
export async function startSsoDemo(port: number, folder: string): Promise<SsoDemo> {
  // Another name than the provider's `localhost`: cookies know hosts and no ports.
  const publicOrigin = `http://127.0.0.1:${port}`;
  const client = { clientId: 'throughline', clientSecret: randomBytes(32).toString('hex'), publicOrigin };
  const apiKey = randomBytes(32).toString('hex');
  const { issuer, close } = await startOpenIdProvider(client, people);
  const env = {
    PORT: String(port),
    DATABASE_URL: `sqlite:${join(folder, 'throughline.db')}`,
    OUTBOX_DIR: join(folder, 'outbox'),
    THROUGHLINE_API_KEY: apiKey,
    PUBLIC_URL: publicOrigin,
    OIDC_ISSUER: issuer,
    OIDC_CLIENT_ID: client.clientId,
    OIDC_CLIENT_SECRET: client.clientSecret,
    OIDC_NAME_CLAIM: 'name',
  };
  return { issuer, publicOrigin, apiKey, env, close };
}

/** Has a customer's case opened, so that there is something to see. */
export async function openCase({ publicOrigin, apiKey }: SsoDemo): Promise<void> {
  const customer = { name: 'Ben Example', email: 'ben@example.org', phone: '+441632960111' };
  const variables = {
    caseNumber: '4711',
    channel: 'web',
    phone: customer.phone,
    customer,
    problem: 'No light',
  };
  const response = await fetch(`${publicOrigin}/v1/process-instances`, {
    method: 'POST',
    headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
    body: JSON.stringify({ bpmnProcessId: 'support-escalation', businessKey: '4711', variables }),
  });
  if (response.status !== 201) throw new Error(`Expected a case to be opened: ${await response.text()}`);
}
