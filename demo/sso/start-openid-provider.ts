import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair } from 'jose';
import type Provider from 'oidc-provider';
import type { Configuration, KoaContextWithOIDC } from 'oidc-provider';
import { interactionPage, page } from './interaction-page.js';
import type { Person } from './people.js';
import { withoutNotices } from './without-notices.js';

/** The one client that the provider knows. */
export interface ProviderClient {
  readonly clientId: string;
  readonly clientSecret: string;
  /** The origin of the server that people sign in to. */
  readonly publicOrigin: string;
}

export interface RunningProvider {
  readonly issuer: string;
  close(): Promise<void>;
}

const bodyMax = 1_000;

/**
 * A real OpenID provider on this machine, for the demo and for tests. People say who they are without a password; everything else is as it
 * is elsewhere: discovery, PKCE, signed ID tokens, its own session and log-out. Everything is in memory, the keys are new each time.
 */
export async function startOpenIdProvider(
  client: ProviderClient,
  people: readonly Person[],
  more: Partial<Configuration> = {},
): Promise<RunningProvider> {
  // A host name of its own, as cookies know no ports.
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
  const { port } = server.address() as AddressInfo;
  const issuer = `http://localhost:${port}`;
  const settings = { ...(await configuration(client, people)), ...more };
  const provider = await withoutNotices(async () => {
    const { default: OpenIdProvider } = await import('oidc-provider');
    return new OpenIdProvider(issuer, settings);
  });
  const answer = provider.callback();
  server.on('request', (req, res) => {
    const uid = /^\/interaction\/([\w-]{1,64})$/.exec(req.url ?? '')?.[1];
    if (uid === undefined) void answer(req, res);
    else void interact(provider, people, req, res).catch(() => res.writeHead(400).end());
  });
  return {
    issuer,
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error === undefined ? resolve() : reject(error)));
        server.closeAllConnections();
      }),
  };
}

async function configuration(
  { clientId, clientSecret, publicOrigin }: ProviderClient,
  people: readonly Person[],
): Promise<Configuration> {
  const { privateKey } = await generateKeyPair('RS256', { extractable: true });
  const key = {
    ...(await exportJWK(privateKey)),
    kid: randomBytes(8).toString('hex'),
    use: 'sig',
    alg: 'RS256',
  };
  return {
    clients: [
      {
        client_id: clientId,
        client_secret: clientSecret,
        redirect_uris: [`${publicOrigin}/login/callback`],
        post_logout_redirect_uris: [`${publicOrigin}/`],
        response_types: ['code'],
        grant_types: ['authorization_code'],
      },
    ],
    jwks: { keys: [key] },
    cookies: { keys: [randomBytes(32).toString('hex')] },
    pkce: { required: () => true },
    claims: { openid: ['sub'], profile: ['name', 'roles', 'grants', 'tenant'] },
    // All that is asked for stands in the ID token.
    conformIdTokenClaims: false,
    findAccount: (_context, sub) => {
      const person = people.find((one) => one.sub === sub);
      return person && { accountId: sub, claims: () => claimsOf(person) };
    },
    interactions: { url: (_context, { uid }) => `/interaction/${uid}` },
    loadExistingGrant: grantAll,
    features: {
      devInteractions: { enabled: false },
      rpInitiatedLogout: {
        logoutSource: (context, form) => {
          context.body = page(
            'Sign out?',
            `${form}<button type="submit" form="op.logoutForm" name="logout" value="yes">Yes, sign out</button>`,
          );
        },
      },
    },
    ttl: { Session: 3_600, Grant: 3_600, Interaction: 600, IdToken: 600, AccessToken: 600 },
  };
}

function claimsOf({ sub, name, roles, grants }: Person) {
  return { sub, name, roles: [...roles], ...(grants === undefined ? {} : { grants }) };
}

/** The client belongs to those who run the provider: nobody is asked whether it may know who he is. */
async function grantAll({ oidc }: KoaContextWithOIDC) {
  const { client, account, provider, session } = oidc;
  if (client === undefined || account === undefined) return undefined;
  const before = session?.grantIdFor(client.clientId);
  const grant =
    (before === undefined ? undefined : await provider.Grant.find(before)) ??
    new provider.Grant({ clientId: client.clientId, accountId: account.accountId });
  grant.addOIDCScope('openid profile');
  await grant.save();
  return grant;
}

async function interact(
  provider: Provider,
  people: readonly Person[],
  req: IncomingMessage,
  res: ServerResponse,
): Promise<void> {
  if (req.method !== 'POST') {
    await provider.interactionDetails(req, res);
    res.writeHead(200, { 'content-type': 'text/html; charset=utf-8' });
    res.end(interactionPage(req.url ?? '', people));
    return;
  }
  const sub = new URLSearchParams(await bodyOf(req)).get('sub') ?? '';
  const result = people.some((person) => person.sub === sub)
    ? { login: { accountId: sub } }
    : { error: 'access_denied', error_description: '<b>The person has canceled.</b>' };
  await provider.interactionFinished(req, res, result, { mergeWithLastSubmission: false });
}

async function bodyOf(req: AsyncIterable<Uint8Array>): Promise<string> {
  let text = '';
  for await (const chunk of req) {
    text += Buffer.from(chunk).toString();
    if (text.length > bodyMax) throw new Error(`Expected a form of at most ${bodyMax} characters.`);
  }
  return text;
}
