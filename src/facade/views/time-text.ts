/** A time of the contract, from milliseconds since the epoch: ISO 8601 in UTC with milliseconds. */
export function timeText(at: number): string {
  return new Date(at).toISOString();
}

/** The same, where there may be none. */
export function optionalTimeText(at: number | undefined): string | undefined {
  return at === undefined ? undefined : timeText(at);
}
