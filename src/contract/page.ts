import { z } from 'zod';
import { limits } from './limits.js';
import { plainText } from './text.js';

/** A place in a list, given out by an earlier answer. */
export const cursor = plainText(limits.cursorLength, 1);

/** How many items are wanted. */
const limit = z.int().min(1).max(limits.pageLimit);

/** A number in a query string. */
const limitText = z
  .codec(
    z.string().regex(/^\d{1,15}$/, { error: `Expected an integer from 1 to ${limits.pageLimit}.` }),
    limit,
    {
      decode: Number,
      encode: String,
    },
  )
  .default(limits.pageLimitDefault);

/** The query parameters of a list that is read from its beginning on. */
export const listQuery = z.strictObject({ limit: limitText, after: cursor.optional() });

/** Where a list goes on: `after=<endCursor>`; absent at the end. */
export const listPage = z.object({ endCursor: z.string().optional() });

/** Which part of a search is wanted. */
export const searchPageRequest = z
  .strictObject({
    limit: limit.default(limits.pageLimitDefault),
    after: cursor.optional(),
    before: cursor.optional(),
    from: z.int().min(0).max(limits.integer).optional(),
  })
  .refine(
    ({ after, before, from }) => [after, before, from].filter((place) => place !== undefined).length <= 1,
    { error: 'Expected at most one of after, before and from.' },
  );

/** Which part of a search was answered. */
export const searchPage = z.object({
  totalItems: z
    .int()
    .min(0)
    .describe('How many there are at least: counts to 10,000, or to fewer where counting takes too long.'),
  hasMoreTotalItems: z.boolean().describe('Counting has ended early: there may be more.'),
  startCursor: z.string().optional(),
  endCursor: z.string().optional(),
});

/** The answer of a search. */
export function searchResult<Item extends z.ZodType>(item: Item) {
  return z.object({ items: z.array(item), page: searchPage });
}
