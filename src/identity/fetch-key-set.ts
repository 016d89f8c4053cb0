import type { JSONWebKeySet } from 'jose';

const timeLimitMs = 5_000;
const bytesMax = 256 * 1024;
const keysMax = 100;

/** Asks an address for a key set; no redirects, within five seconds, of at most 256 KiB. Rejects for whatever is no key set. */
export async function fetchKeySet(url: string): Promise<JSONWebKeySet> {
  const response = await fetch(url, {
    headers: { accept: 'application/jwk-set+json, application/json' },
    redirect: 'error',
    signal: AbortSignal.timeout(timeLimitMs),
  });
  if (response.status !== 200) {
    await response.body?.cancel();
    throw new Error(`Expected status 200 of ${url} but found ${response.status}.`);
  }
  const found: unknown = JSON.parse(await limitedText(response, url));
  if (isKeySet(found)) return found;
  throw new Error(
    `Expected a JSON Web Key Set of at most ${keysMax} keys at ${url} but found something else.`,
  );
}

async function limitedText(response: Response, url: string): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  // Leaving the loop by an error ends the request.
  const body: AsyncIterable<Uint8Array> | null = response.body;
  for await (const chunk of body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > bytesMax) throw new Error(`Expected at most ${bytesMax} bytes at ${url} but found more.`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function isKeySet(value: unknown): value is JSONWebKeySet {
  if (typeof value !== 'object' || value === null || !('keys' in value)) return false;
  const { keys } = value;
  return (
    Array.isArray(keys) &&
    keys.length <= keysMax &&
    keys.every((key: unknown) => typeof key === 'object' && key !== null && !Array.isArray(key))
  );
}
