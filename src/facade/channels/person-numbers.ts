import { phoneNumber } from './phone-number.js';

/** The forms in which a journey may hold somebody's number: E.164, and the same without its plus sign. */
export function personNumbers(from: string | undefined): readonly string[] {
  const number = phoneNumber(from);
  return number === undefined ? [] : [number, number.slice(1)];
}
