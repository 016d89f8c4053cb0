import type { RateBuckets } from '../../platform/rate-buckets.js';
import type { Reader } from '../session.js';
import { integerOf } from '../sql-value.js';
import { statement } from '../statement.js';

/** A bucket that nobody has asked for so long is full: its row says nothing. */
const forgottenAfter = `interval '1 minute'`;
/** How often a node removes such rows. */
const sweepEveryMs = 60_000;

/** What is in the bucket now: $2 fills it, and it holds no more than that. */
const filled = `LEAST($2, bucket.tokens
  + GREATEST(0, EXTRACT(EPOCH FROM statement_timestamp() - bucket.filled_at)::double precision) * $2)`;

/** One statement, so that nodes that ask at once wait for each other at the row, and get no token twice. */
const take = statement(
  `INSERT INTO rate_bucket AS bucket (name, tokens, filled_at, granted)
   VALUES ($1, $2::double precision - LEAST($3, $2), statement_timestamp(), LEAST($3, $2))
   ON CONFLICT (name) DO UPDATE SET
     tokens = ${filled} - LEAST($3, FLOOR(${filled})),
     filled_at = GREATEST(bucket.filled_at, statement_timestamp()),
     granted = LEAST($3, FLOOR(${filled}))
   RETURNING granted::bigint`,
);

const sweep = statement(
  `DELETE FROM rate_bucket WHERE filled_at < statement_timestamp() - ${forgottenAfter}`,
);

/** The buckets are rows of a table that is not logged: nothing is flushed for them, and after a crash all of them are full. */
export function createPostgresRateBuckets(reader: Reader, elapsed: () => number): RateBuckets {
  let sweptAt = elapsed();
  return {
    async take(name, perSecond, wanted) {
      const isTimeToSweep = elapsed() - sweptAt >= sweepEveryMs;
      if (isTimeToSweep) sweptAt = elapsed();
      const [rows] = await reader.readAll([
        { statement: take, parameters: [name, perSecond, wanted] },
        ...(isTimeToSweep ? [{ statement: sweep, parameters: [] }] : []),
      ]);
      return integerOf(rows?.[0]?.[0]);
    },
  };
}
