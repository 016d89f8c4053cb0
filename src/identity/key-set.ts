import {
  createLocalJWKSet,
  errors,
  type FlattenedJWSInput,
  type JSONWebKeySet,
  type JWSHeaderParameters,
} from 'jose';
import type { Clock } from '../platform/clock.js';
import { fetchKeySet } from './fetch-key-set.js';

/** How the keys of an issuer are kept. Milliseconds. */
export const keySetTimes = {
  /** Asked for again when they are as old as that. */
  freshMs: 10 * 60_000,
  /** Used for as long while the issuer does not answer. */
  usableMs: 24 * 60 * 60_000,
  /** From one request for keys to the next, whatever tokens ask for. */
  pauseMs: 30_000,
  /** The same while there are no keys at all. */
  pauseWithoutKeysMs: 5_000,
} as const;

/** The keys of the issuer are not there: whether a token is good cannot be said now. */
export class KeysUnavailable extends Error {
  override readonly name = 'KeysUnavailable';
}

type LocalKeySet = ReturnType<typeof createLocalJWKSet>;

/**
 * The public keys of an issuer, as its address publishes them (RFC 7517, 5). A token whose key is not among them has them asked for again,
 * since keys rotate, but once in 30 seconds at most: tokens with invented key ids cause no more requests than that.
 */
export class KeySet {
  #keys: LocalKeySet | undefined;
  #fetchedAt = -Infinity;
  #triedAt = -Infinity;
  #trying: Promise<void> | undefined;
  #failure: unknown;

  constructor(
    private readonly url: string,
    private readonly clock: Pick<Clock, 'elapsed'>,
    private readonly fetchKeys: (url: string) => Promise<JSONWebKeySet> = fetchKeySet,
  ) {}

  /** The key that has signed a token. @throws KeysUnavailable; JWKSNoMatchingKey where the issuer has no such key. */
  async keyOf(header: JWSHeaderParameters, token: FlattenedJWSInput): ReturnType<LocalKeySet> {
    if (this.#keys === undefined || this.#age() >= keySetTimes.freshMs) await this.#refresh();
    try {
      return await this.#usable()(header, token);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey) || !(await this.#refresh())) throw error;
      return this.#usable()(header, token);
    }
  }

  #age(): number {
    return this.clock.elapsed() - this.#fetchedAt;
  }

  #usable(): LocalKeySet {
    if (this.#keys !== undefined && this.#age() < keySetTimes.usableMs) return this.#keys;
    throw new KeysUnavailable(`The keys of ${this.url} are not there.`, { cause: this.#failure });
  }

  /** Answers whether the keys were asked for. A failure leaves what there is. */
  async #refresh(): Promise<boolean> {
    if (this.#trying === undefined) {
      const pause = this.#keys === undefined ? keySetTimes.pauseWithoutKeysMs : keySetTimes.pauseMs;
      if (this.clock.elapsed() - this.#triedAt < pause) return false;
      this.#triedAt = this.clock.elapsed();
      this.#trying = this.#fetch().finally(() => (this.#trying = undefined));
    }
    await this.#trying;
    return true;
  }

  async #fetch(): Promise<void> {
    try {
      this.#keys = createLocalJWKSet(await this.fetchKeys(this.url));
      this.#fetchedAt = this.clock.elapsed();
      this.#failure = undefined;
    } catch (error) {
      this.#failure = error;
    }
  }
}
