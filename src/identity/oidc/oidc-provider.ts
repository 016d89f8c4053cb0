import type { Clock } from '../../platform/clock.js';
import { fetchJson } from '../fetch-json.js';
import { KeySet } from '../key-set.js';
import { discoveryUrl, type ProviderMetadata, readMetadata } from './provider-metadata.js';
import { ProviderUnavailable } from './sign-in-error.js';

/** How what a provider says of itself is kept. Milliseconds. */
export const discoveryTimes = {
  /** Asked for again when it is as old as that. */
  freshMs: 60 * 60_000,
  /** Used for as long while the provider does not answer. */
  usableMs: 24 * 60 * 60_000,
  /** From one request to the next while it does not answer, however many want to sign in. */
  pauseMs: 5_000,
} as const;

/** A provider as it was discovered, with its keys. */
export interface DiscoveredProvider {
  readonly metadata: ProviderMetadata;
  readonly keys: Pick<KeySet, 'keyOf'>;
}

/** The OpenID provider. It is asked when somebody wants to sign in, not at the start: it may be away, and the server runs. */
export class OidcProvider {
  #found: DiscoveredProvider | undefined;
  #foundAt = -Infinity;
  #triedAt = -Infinity;
  #trying: Promise<void> | undefined;
  #failure: unknown;

  constructor(
    private readonly issuer: string,
    private readonly clock: Pick<Clock, 'elapsed'>,
    private readonly timeLimitMs?: number,
  ) {}

  /** @throws ProviderUnavailable */
  async discovered(): Promise<DiscoveredProvider> {
    const isFresh = this.#found !== undefined && this.#age() < discoveryTimes.freshMs;
    if (!isFresh) await this.#refresh();
    if (this.#found !== undefined && this.#age() < discoveryTimes.usableMs) return this.#found;
    throw new ProviderUnavailable(`The discovery document of ${this.issuer} is not there.`, {
      cause: this.#failure,
    });
  }

  #age(): number {
    return this.clock.elapsed() - this.#foundAt;
  }

  async #refresh(): Promise<void> {
    if (this.#trying === undefined) {
      if (this.clock.elapsed() - this.#triedAt < discoveryTimes.pauseMs) return;
      this.#triedAt = this.clock.elapsed();
      this.#trying = this.#discover().finally(() => (this.#trying = undefined));
    }
    await this.#trying;
  }

  /** A failure leaves what there is. */
  async #discover(): Promise<void> {
    try {
      const url = discoveryUrl(this.issuer);
      const { status, body } = await fetchJson(url, this.#limit());
      if (status !== 200) throw new Error(`Expected status 200 of ${url} but found ${status}.`);
      const metadata = readMetadata(this.issuer, body);
      this.#found = { metadata, keys: this.#keysAt(metadata.jwksUri) };
      this.#foundAt = this.clock.elapsed();
      this.#failure = undefined;
    } catch (error) {
      this.#failure = error;
    }
  }

  #keysAt(jwksUri: string): Pick<KeySet, 'keyOf'> {
    const before = this.#found;
    return before?.metadata.jwksUri === jwksUri ? before.keys : new KeySet(jwksUri, this.clock);
  }

  #limit() {
    return this.timeLimitMs === undefined ? {} : { timeLimitMs: this.timeLimitMs };
  }
}
