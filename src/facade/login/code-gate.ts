import type { Clock } from '../../platform/clock.js';
import { refuse } from '../respond/refusal.js';

export const codeGateLimits = {
  /** Codes that are being redeemed at a time. */
  atOnce: 50,
  /** And begun in a second. */
  perSecond: 50,
} as const;

/** Bounds what anybody can have this server ask of the provider. */
export class CodeGate {
  #underWay = 0;
  #second = -Infinity;
  #begun = 0;

  constructor(private readonly clock: Pick<Clock, 'elapsed'>) {}

  /** @throws too-many-requests */
  async pass<T>(work: () => Promise<T>): Promise<T> {
    const second = Math.floor(this.clock.elapsed() / 1_000);
    if (second !== this.#second) {
      this.#second = second;
      this.#begun = 0;
    }
    if (this.#underWay >= codeGateLimits.atOnce || this.#begun >= codeGateLimits.perSecond) {
      throw refuse('too-many-requests', 'Expected fewer people to sign in at once; try again in a second.');
    }
    this.#underWay += 1;
    this.#begun += 1;
    try {
      return await work();
    } finally {
      this.#underWay -= 1;
    }
  }
}
