/**
 * What it costs the server to know who asks: processor time for each request, by what the caller bears, beside that of a server in development
 * mode, which asks nobody. The request itself, `GET /v1/me`, reads nothing.
 */
import { startFakeOpenIdProvider } from '../test/support/fake-openid-provider.js';
import { startIdentityProvider } from '../test/support/identity-provider.js';
import { medianOf } from './median-of.js';
import { type ServerOnFile, startServerOnFile } from './server-on-file.js';
import { shownTable } from './table.js';

const rounds = 3;
const requests = 4_000;
/** Credentials that are sent once each: making them takes longer than sending them. */
const newOnes = 1_000;
const connections = 16;

const bootstrapKey = 'the-key-of-the-benchmark';
const audience = 'throughline';
const publicHost = 'bench.example.com';
const client = { id: 'throughline', secret: 'the-secret-of-the-benchmark' };

/** Headers of the nth request of a round. */
type HeadersOf = (n: number) => Readonly<Record<string, string>>;

interface Kind {
  readonly name: string;
  readonly server: ServerOnFile;
  readonly count: number;
  /** Made before each round, outside of what is measured. */
  readonly prepare: () => Promise<HeadersOf>;
}

const issuer = await startIdentityProvider();
await issuer.addKey('k1');
const provider = await startFakeOpenIdProvider();
const development = await startServerOnFile({ connections });
const secured = await startServerOnFile({
  connections,
  env: {
    THROUGHLINE_API_KEY: bootstrapKey,
    JWT_ISSUER: issuer.issuer,
    JWT_AUDIENCE: audience,
    JWT_JWKS_URL: issuer.jwksUrl,
    PUBLIC_URL: `https://${publicHost}`,
    OIDC_ISSUER: provider.issuer,
    OIDC_CLIENT_ID: client.id,
    OIDC_CLIENT_SECRET: client.secret,
  },
});

try {
  const [cookie, apiKey] = [await signIn(), await newApiKey()];
  const kinds: readonly Kind[] = [
    { name: 'nothing: development mode', server: development, ...always({}) },
    { name: 'the bootstrap key', server: secured, ...always(bearer(bootstrapKey)) },
    { name: 'an API key', server: secured, ...always(bearer(apiKey)) },
    { name: 'API keys not seen before', server: secured, ...eachOnce(newApiKey) },
    { name: 'a JWT', server: secured, ...always(bearer(await newJwt())) },
    { name: 'JWTs not seen before', server: secured, ...eachOnce(newJwt) },
    { name: 'the cookie of a session', server: secured, ...always({ host: publicHost, cookie }) },
  ];
  for (const kind of kinds.slice(0, 4)) await measure(kind);
  const first = await tookMs(bearer(await newJwt()));
  const second = await tookMs(bearer(await newJwt()));
  for (const kind of kinds.slice(4)) await measure(kind);

  const measured = new Map<string, number[]>(kinds.map(({ name }) => [name, []]));
  for (let round = 0; round < rounds; round += 1) {
    for (const kind of kinds) measured.get(kind.name)?.push(await measure(kind));
  }
  const [base = []] = measured.values();
  console.log(
    shownTable({
      title: `GET /v1/me by what the caller bears; ${rounds} rounds, in turn; medians`,
      columns: ['', 'requests', 'µs of the server', 'times development mode', 'µs more'],
      rows: kinds.map(({ name, count }) => {
        const runs = measured.get(name) ?? [];
        const ratios = runs.map((run, round) => run / (base[round] ?? NaN));
        const more = runs.map((run, round) => run - (base[round] ?? NaN));
        return [
          name,
          count * rounds,
          Math.round(medianOf(runs)),
          medianOf(ratios).toFixed(2),
          Math.round(medianOf(more)),
        ];
      }),
      notes: [
        `The first JWT of all, for which the keys are fetched: answered in ${first.toFixed(1)} ms; the next in ${second.toFixed(1)} ms.`,
      ],
    }),
  );
} finally {
  await Promise.all([development.stop(), secured.stop()]);
  await Promise.all([issuer.close(), provider.close()]);
}

function always(headers: Readonly<Record<string, string>>): Pick<Kind, 'count' | 'prepare'> {
  return { count: requests, prepare: () => Promise.resolve(() => headers) };
}

function eachOnce(create: () => Promise<string>): Pick<Kind, 'count' | 'prepare'> {
  const prepare = async (): Promise<HeadersOf> => {
    const tokens: string[] = [];
    await repeat(newOnes, async () => void tokens.push(await create()));
    return (n) => bearer(tokens[n] ?? '');
  };
  return { count: newOnes, prepare };
}

/** Microseconds of processor time for each request. */
async function measure({ name, server, count, prepare }: Kind): Promise<number> {
  const headersOf = await prepare();
  const before = server.cpuMs();
  await repeat(count, async (n) => {
    const { status, text } = await server.ask('GET', '/v1/me', headersOf(n));
    if (status !== 200) throw new Error(`Expected 200 for ${name} but found ${status}: ${text}`);
  });
  return ((server.cpuMs() - before) * 1_000) / count;
}

async function repeat(count: number, action: (n: number) => Promise<void>): Promise<void> {
  let next = 0;
  const loop = async (): Promise<void> => {
    for (let n = next++; n < count; n = next++) await action(n);
  };
  await Promise.all(Array.from({ length: connections }, loop));
}

async function tookMs(headers: Readonly<Record<string, string>>): Promise<number> {
  const began = performance.now();
  const { status, text } = await secured.ask('GET', '/v1/me', headers);
  if (status !== 200) throw new Error(`Expected 200 but found ${status}: ${text}`);
  return performance.now() - began;
}

function bearer(token: string): { readonly authorization: string } {
  return { authorization: `Bearer ${token}` };
}

async function newApiKey(): Promise<string> {
  const body = { name: 'bench', roles: ['operator'] };
  const made = await secured.send('POST', '/v1/api-keys', body, bearer(bootstrapKey));
  return (JSON.parse(made) as { readonly apiKey: string }).apiKey;
}

function newJwt(): Promise<string> {
  const now = Math.floor(Date.now() / 1_000);
  const claims = { iss: issuer.issuer, aud: audience, sub: 'bench', jti: crypto.randomUUID() };
  return issuer.sign({ ...claims, iat: now, exp: now + 3_600, client_id: 'bench', roles: ['operator'] });
}

/** As a browser does it; answers the cookie of the session. */
async function signIn(): Promise<string> {
  const sent = await secured.ask('GET', '/login', { host: publicHost });
  const { searchParams } = new URL(sent.headers.location ?? '', provider.issuer);
  const now = Math.floor(Date.now() / 1_000);
  const claims = { iss: provider.issuer, aud: client.id, sub: 'bench', nonce: searchParams.get('nonce') };
  const idToken = await provider.sign({ ...claims, iat: now, exp: now + 3_600, roles: ['operator'] });
  const json = { access_token: 'none', token_type: 'Bearer', expires_in: 3_600, id_token: idToken };
  provider.answer('token', { json });
  const state = encodeURIComponent(searchParams.get('state') ?? '');
  const back = await secured.ask('GET', `/login/callback?code=c&state=${state}`, {
    host: publicHost,
    cookie: cookiesOf(sent.headers['set-cookie']),
  });
  const session = cookiesOf(back.headers['set-cookie']?.filter((text) => text.includes('-session=')));
  if (session === '') throw new Error(`Expected a session but found ${back.status}: ${back.text}`);
  return session;
}

function cookiesOf(set: readonly string[] = []): string {
  return set.map((text) => text.split(';', 1)[0] ?? '').join('; ');
}
