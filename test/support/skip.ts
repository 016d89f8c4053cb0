import type { Context } from 'mocha';

/**
 * Skips the running test, or from a `before` hook its whole suite, and tells why in the report of the test run. For what
 * this machine lacks, never for what does not work: where all services are required, a skipped test is a failure.
 */
export function skip(context: Context, reason: string): never {
  const isBeforeAll = context.test?.title.startsWith('"before all"') ?? false;
  const skipped = isBeforeAll ? context.test?.parent : (context.currentTest ?? context.test);
  if (skipped === undefined) throw new Error('Expected skip() to be called in a running test or hook.');
  Object.assign(skipped, { skipReason: reason });
  return context.skip();
}
