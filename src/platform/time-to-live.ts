const dayMs = 24 * 60 * 60_000;

/** What one of each part of an ISO 8601 duration counts: a month 31 days and a year 366, so that nothing goes too early. */
const partMs = [366 * dayMs, 31 * dayMs, 7 * dayMs, dayMs, 60 * 60_000, 60_000, 1_000] as const;

const iso =
  /^P(?=.)(\d{1,6}Y)?(\d{1,6}M)?(\d{1,6}W)?(\d{1,6}D)?(?:T(?=.)(\d{1,6}H)?(\d{1,6}M)?(\d{1,6}S)?)?$/;

/** How long something is kept, in milliseconds: days (`30`) or an ISO 8601 duration (`P30D`, `P6M`, `PT12H`). Undefined for anything else. */
export function parseTimeToLive(text: string): number | undefined {
  if (/^\d{1,6}$/.test(text)) return Number(text) * dayMs;
  const match = iso.exec(text);
  if (match === null) return undefined;
  return partMs.reduce((sum, ms, index) => sum + ms * Number.parseInt(match[index + 1] ?? '0', 10), 0);
}
