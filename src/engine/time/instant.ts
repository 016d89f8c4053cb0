/** What a date can hold (ECMAScript 21.4.1.1): 100 million days on either side of the epoch. */
const INSTANT_MAX_MS = 8.64e15;

/** The last of them, as messages show it. */
export const INSTANT_MAX = '+275760-09-13T00:00:00Z';

/** Whether milliseconds since the epoch are a time that can be stored and shown. */
export function isInstant(at: number): boolean {
  return Math.abs(at) <= INSTANT_MAX_MS;
}
