/** RFC 3339 has years of four digits. */
const earliest = Date.parse('0000-01-01T00:00:00.000Z');
const latest = Date.parse('9999-12-31T23:59:59.999Z');

/**
 * A time of the contract, from milliseconds since the epoch: ISO 8601 in UTC with milliseconds. A timer may be due long
 * after RFC 3339 ends; what lies beyond the year 9999 is shown as its last moment.
 */
export function timeText(at: number): string {
  return new Date(Math.min(Math.max(at, earliest), latest)).toISOString();
}

/** The same, where there may be none. */
export function optionalTimeText(at: number | undefined): string | undefined {
  return at === undefined ? undefined : timeText(at);
}
