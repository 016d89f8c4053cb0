/** A server that tests may use, or the reason why there is none. */
export type Service =
  | {
      readonly available: true;
      readonly url: string;
      /** Where it was found, for the heading of a test run. */
      readonly origin: string;
      /** Removes what was made for this run and stops what was started. */
      close(): Promise<void>;
    }
  | { readonly available: false; readonly reason: string };

/** What went wrong, in one line. */
export function reasonOf(error: unknown): string {
  if (error instanceof AggregateError && error.message === '') return error.errors.map(reasonOf).join('; ');
  return error instanceof Error ? error.message : String(error);
}
