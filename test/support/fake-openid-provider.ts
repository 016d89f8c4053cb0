import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  exportJWK,
  generateKeyPair,
  type JWTHeaderParameters,
  type JWTPayload,
  SignJWT,
  UnsecuredJWT,
} from 'jose';

/** What the provider answers at one of its addresses: JSON, a text, or nothing ever. */
export type FakeAnswer =
  | { readonly status?: number; readonly json: unknown }
  | { readonly status?: number; readonly text: string; readonly headers?: Readonly<Record<string, string>> }
  | 'hangs'
  | 'breaks off';

/** A provider that answers whatever the test says, over real HTTP. */
export interface FakeOpenIdProvider {
  readonly issuer: string;
  /** What it was asked at its token endpoint, in order. */
  readonly redeemed: readonly {
    readonly form: URLSearchParams;
    readonly authorization: string | undefined;
  }[];
  /** How often its discovery document was asked for. */
  discoveries(): number;
  /** Answers so at that address from now on; undefined: as it should. */
  answer(address: 'discovery' | 'token' | 'keys', answer: FakeAnswer | undefined): void;
  /** Changes the discovery document. */
  describe(more: Readonly<Record<string, unknown>>): void;
  /** Signs by the key that is published. */
  sign(claims: JWTPayload, header?: Partial<JWTHeaderParameters>): Promise<string>;
  /** By another key, under the same name. */
  forge(claims: JWTPayload): Promise<string>;
  unsigned(claims: JWTPayload): string;
  close(): Promise<void>;
}

export async function startFakeOpenIdProvider(): Promise<FakeOpenIdProvider> {
  const own = await generateKeyPair('ES256', { extractable: true });
  const foreign = await generateKeyPair('ES256');
  const jwk = { ...(await exportJWK(own.publicKey)), kid: 'k1', alg: 'ES256', use: 'sig' };
  const answers = new Map<string, FakeAnswer>();
  const redeemed: { form: URLSearchParams; authorization: string | undefined }[] = [];
  let described: Readonly<Record<string, unknown>> = {};
  let discoveries = 0;

  const server = createServer((req, res) => {
    const path = (req.url ?? '').split('?', 1)[0];
    if (path === '/token') {
      let body = '';
      req.on('data', (chunk: Buffer) => (body += chunk.toString()));
      req.on('end', () => {
        redeemed.push({ form: new URLSearchParams(body), authorization: req.headers.authorization });
        write(res, answers.get('token') ?? { status: 400, json: { error: 'invalid_grant' } });
      });
    } else if (path === '/keys') write(res, answers.get('keys') ?? { json: { keys: [jwk] } });
    else if (path === '/.well-known/openid-configuration') {
      discoveries += 1;
      write(res, answers.get('discovery') ?? { json: document() });
    } else write(res, { status: 404, text: 'not found' });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const document = () => ({
    issuer,
    authorization_endpoint: `${issuer}/authorize?from=discovery`,
    token_endpoint: `${issuer}/token`,
    jwks_uri: `${issuer}/keys`,
    ...described,
  });
  const signed = (
    claims: JWTPayload,
    key: typeof own.privateKey,
    header: Partial<JWTHeaderParameters> = {},
  ) => new SignJWT(claims).setProtectedHeader({ alg: 'ES256', kid: 'k1', ...header }).sign(key);

  return {
    issuer,
    redeemed,
    discoveries: () => discoveries,
    answer: (address, answer) => void (answer ? answers.set(address, answer) : answers.delete(address)),
    describe: (more) => void (described = more),
    sign: (claims, header) => signed(claims, own.privateKey, header),
    forge: (claims) => signed(claims, foreign.privateKey),
    unsigned: (claims) => new UnsecuredJWT(claims).encode(),
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error === undefined ? resolve() : reject(error)));
        server.closeAllConnections();
      }),
  };
}

function write(res: ServerResponse, answer: FakeAnswer): void {
  if (answer === 'hangs') return;
  if (answer === 'breaks off') {
    res.writeHead(200, { 'content-type': 'application/json', 'content-length': 1_000 });
    res.write('{"id_token":', () => res.destroy());
    return;
  }
  const isJson = 'json' in answer;
  res.writeHead(answer.status ?? 200, {
    'content-type': isJson ? 'application/json' : 'text/html',
    connection: 'close',
    ...(isJson ? {} : answer.headers),
  });
  res.end(isJson ? JSON.stringify(answer.json) : answer.text);
}
