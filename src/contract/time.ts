import { z } from 'zod';

/** A time in an answer: ISO 8601 in UTC with milliseconds, `2026-11-21T06:30:00.000Z`. */
export const time = z.iso.datetime({ precision: 3 });

/** A time in a request: ISO 8601 (RFC 3339) with any offset; what is finer than milliseconds is cut off. */
export const givenTime = z.iso
  .datetime({
    offset: true,
    abort: true,
    error: 'Expected an RFC 3339 date and time such as 2026-11-21T06:30:00Z.',
  })
  .refine((text) => Number.isFinite(Date.parse(text)), {
    error: 'Expected a date that exists.',
  });
