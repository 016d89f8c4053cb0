import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  exportJWK,
  generateKeyPair,
  type JWK,
  type JWTHeaderParameters,
  type JWTPayload,
  SignJWT,
} from 'jose';

type KeyPair = Awaited<ReturnType<typeof generateKeyPair>>;

/** Publishes keys at an address of this machine, over real HTTP, and signs with them. */
export interface IdentityProvider {
  readonly jwksUrl: string;
  readonly issuer: string;
  /** How often the keys were asked for. */
  requests(): number;
  /** A new key beside those that there are; signs from now on. */
  addKey(kid: string, alg?: string): Promise<KeyPair>;
  removeKey(kid: string): void;
  /** What is answered instead of the keys. */
  answerWith(answer: Answer | undefined): void;
  sign(payload?: JWTPayload, header?: Partial<JWTHeaderParameters>): Promise<string>;
  /** The published keys. */
  keys(): readonly JWK[];
  close(): Promise<void>;
}

interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string;
}

export async function startIdentityProvider(): Promise<IdentityProvider> {
  const published = new Map<string, { readonly pair: KeyPair; readonly jwk: JWK; readonly alg: string }>();
  let requests = 0;
  let instead: Answer | undefined;
  let signing = '';
  const keys = () => [...published.values()].map(({ jwk }) => jwk);
  const server = createServer((_req, res) => {
    requests += 1;
    const { status, headers, body }: Answer = instead ?? {
      status: 200,
      body: JSON.stringify({ keys: keys() }),
    };
    res.writeHead(status, { 'content-type': 'application/json', connection: 'close', ...headers }).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    jwksUrl: `http://127.0.0.1:${port}/keys`,
    issuer: 'https://id.example.com',
    requests: () => requests,
    keys,
    async addKey(kid, alg = 'ES256') {
      const pair = await generateKeyPair(alg, { extractable: true });
      published.set(kid, { pair, alg, jwk: { ...(await exportJWK(pair.publicKey)), kid, alg, use: 'sig' } });
      signing = kid;
      return pair;
    },
    removeKey: (kid) => void published.delete(kid),
    answerWith: (answer) => void (instead = answer),
    sign(payload = {}, header = {}) {
      const key = published.get(signing);
      if (key === undefined) throw new Error('Expected a key to sign with.');
      const { alg = key.alg, ...others } = header;
      return new SignJWT(payload)
        .setProtectedHeader({ typ: 'at+jwt', kid: signing, ...others, alg })
        .sign(key.pair.privateKey);
    },
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error === undefined ? resolve() : reject(error)));
        server.closeAllConnections();
      }),
  };
}
