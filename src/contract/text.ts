import { z } from 'zod';
import { limits } from './limits.js';

/** Whether every database can store the text: PostgreSQL has no NUL, and UTF-8 no lone surrogates (RFC 3629, 3). */
export function isPlainText(text: string): boolean {
  return !text.includes('\0') && !/\p{Surrogate}/u.test(text);
}

/** A text of at most `max` UTF-16 code units that every database can store. */
export function plainText(max: number, min = 0) {
  return z
    .string()
    .min(min)
    .max(max)
    .refine(isPlainText, { error: 'Expected a text without NUL and lone surrogates.' });
}

/** An opaque id. */
export const id = plainText(limits.idLength, 1);

/** A name, key or code that a caller chose. */
export const key = plainText(limits.keyLength, 1);

/** A text for people. */
export const message = plainText(limits.textLength);
