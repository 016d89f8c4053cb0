import type { JSONWebKeySet } from 'jose';
import { fetchJson, isJsonObject } from './fetch-json.js';

const keysMax = 100;
const accept = 'application/jwk-set+json, application/json';

/** Asks an address for a key set; no redirects, within five seconds, of at most 256 KiB. Rejects for whatever is no key set. */
export async function fetchKeySet(url: string): Promise<JSONWebKeySet> {
  const { status, body } = await fetchJson(url, { headers: { accept } });
  if (status !== 200) throw new Error(`Expected status 200 of ${url} but found ${status}.`);
  if (isKeySet(body)) return body;
  throw new Error(
    `Expected a JSON Web Key Set of at most ${keysMax} keys at ${url} but found something else.`,
  );
}

function isKeySet(value: unknown): value is JSONWebKeySet {
  if (!isJsonObject(value)) return false;
  const { keys } = value;
  return Array.isArray(keys) && keys.length <= keysMax && keys.every(isJsonObject);
}
