const pattern =
  /^([+-]?\d{4,6})-(\d{2})-(\d{2})(?:T(\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?(Z|[+-](?:[01]\d|2[0-3]):?[0-5]\d)?(?:\[[A-Za-z0-9_+/-]{1,64}\])?)?$/;

/**
 * Reads an ISO 8601 date or date-time into milliseconds since the epoch; undefined for anything else. Without an offset it is
 * taken as UTC, a date alone as its midnight; a bracketed zone after an offset (RFC 9557) is read over.
 */
export function parseDateTime(text: string): number | undefined {
  if (text.length > 100) return undefined;
  const match = pattern.exec(text);
  if (!match) return undefined;
  const [, year, month, day, hour = '0', minute = '0', second = '0', fraction = '0', offset = 'Z'] = match;
  const date = new Date(0);
  date.setUTCFullYear(Number(year), Number(month) - 1, Number(day));
  if (date.getUTCMonth() !== Number(month) - 1 || date.getUTCDate() !== Number(day)) return undefined;
  if (Number(hour) > 24 || Number(minute) > 59 || Number(second) > 60) return undefined;
  if (Number(hour) === 24 && (Number(minute) > 0 || Number(second) > 0)) return undefined;
  date.setUTCHours(Number(hour), Number(minute), Number(second), Math.floor(Number(`0.${fraction}`) * 1000));
  const at = date.getTime() - offsetMs(offset);
  return Number.isFinite(at) ? at : undefined;
}

function offsetMs(offset: string): number {
  if (offset === 'Z') return 0;
  const sign = offset.startsWith('-') ? -1 : 1;
  const digits = offset.slice(1).replace(':', '');
  return sign * (Number(digits.slice(0, 2)) * 60 + Number(digits.slice(2))) * 60_000;
}
