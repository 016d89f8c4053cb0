/** No service makes an adapter wait longer. */
export const longestRetryAfterMs = 15 * 60_000;

/** The wait that a Retry-After header (RFC 9110 §10.2.3) asks for, at most `mostMs`: seconds or a date. Undefined when it says neither. */
export function retryAfterMs(
  header: string | undefined,
  now: number,
  mostMs = longestRetryAfterMs,
): number | undefined {
  if (header === undefined) return undefined;
  const text = header.trim();
  const isDate = /^[A-Z][a-z]{2}[a-z]*,? .*\d{2}:\d{2}:\d{2}/.test(text);
  const waitMs = /^\d{1,10}$/.test(text) ? Number(text) * 1000 : isDate ? Date.parse(text) - now : Number.NaN;
  return Number.isNaN(waitMs) ? undefined : Math.min(Math.max(waitMs, 0), mostMs);
}
