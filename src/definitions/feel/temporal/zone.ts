import { padded } from './padded.js';

/** What a time is relative to: a fixed offset from UTC, or the rules of an IANA time zone. */
export type Zone =
  { readonly kind: 'offset'; readonly seconds: number } | { readonly kind: 'named'; readonly name: string };

export const utc: Zone = { kind: 'offset', seconds: 0 };

/** The largest offset from UTC (XML Schema Part 2, 3.2.7.3). */
const offsetSecondsMax = 14 * 3600;
/** Formatters kept, so that spelling variants of zone names cannot fill the memory. */
const formattersMax = 600;
/** Seconds around 1970 for which the platform's calendar answers. */
const platformSecondsMax = 8_640_000_000_000;

const formatters = new Map<string, Intl.DateTimeFormat>();

/** A fixed offset, null when it is more than 14 hours. */
export function offsetZone(seconds: number): Zone | null {
  return Math.abs(seconds) <= offsetSecondsMax ? { kind: 'offset', seconds } : null;
}

/** A time zone by its IANA name, null when the platform does not know it. */
export function namedZone(name: string): Zone | null {
  return formatterOf(name) === null ? null : { kind: 'named', name };
}

/** The zone as it is written behind a time: `Z`, `+02:00` or `@Europe/Berlin`; nothing for a local time. */
export function zoneText(zone: Zone | null): string {
  if (zone === null) return '';
  if (zone.kind === 'named') return `@${zone.name}`;
  if (zone.seconds === 0) return 'Z';
  const size = Math.abs(zone.seconds);
  const seconds = size % 60 === 0 ? '' : `:${padded(size % 60, 2)}`;
  const sign = zone.seconds < 0 ? '-' : '+';
  return `${sign}${padded(Math.floor(size / 3600), 2)}:${padded(Math.floor(size / 60) % 60, 2)}${seconds}`;
}

/** Seconds east of UTC at an instant given in epoch seconds. */
export function offsetAt(zone: Zone, epochSeconds: number): number {
  if (zone.kind === 'offset') return zone.seconds;
  const within = Math.max(-platformSecondsMax, Math.min(platformSecondsMax, epochSeconds));
  const parts = formatterOf(zone.name)?.formatToParts(within * 1000) ?? [];
  const text = parts.find((part) => part.type === 'timeZoneName')?.value ?? '';
  const match = /^GMT(?:([+-])(\d{2}):(\d{2})(?::(\d{2}))?)?$/.exec(text);
  if (match === null) return 0;
  const size = Number(match[2] ?? 0) * 3600 + Number(match[3] ?? 0) * 60 + Number(match[4] ?? 0);
  return match[1] === '-' ? -size : size;
}

/**
 * Seconds east of UTC for a local clock reading, given in seconds as if it were UTC. A reading that occurs twice
 * means the first; one that the clocks skip is taken with the offset before the change, as ISO calendars do.
 */
export function offsetOfLocal(zone: Zone, localSeconds: number): number {
  if (zone.kind === 'offset') return zone.seconds;
  const before = offsetAt(zone, localSeconds - 86_400);
  const after = offsetAt(zone, localSeconds + 86_400);
  if (before === after || offsetAt(zone, localSeconds - before) === before) return before;
  return offsetAt(zone, localSeconds - after) === after ? after : before;
}

function formatterOf(name: string): Intl.DateTimeFormat | null {
  const known = formatters.get(name);
  if (known !== undefined) return known;
  if (!/^[A-Za-z][A-Za-z0-9_+\-/]{0,63}$/.test(name)) return null;
  try {
    const made = new Intl.DateTimeFormat('en-US', { timeZone: name, timeZoneName: 'longOffset' });
    if (formatters.size >= formattersMax) formatters.clear();
    formatters.set(name, made);
    return made;
  } catch {
    // the platform answers an unknown zone with a RangeError; for FEEL it is simply no zone
    return null;
  }
}
