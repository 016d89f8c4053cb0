/** One of the two fields of a cron expression that say which days are meant. */
export interface CronField {
  /** It leaves days out. */
  readonly isRestricted: boolean;
  /** Months from 1. */
  readonly fits: (year: number, month: number, day: number) => boolean;
}

/** The values of a field: lists of `*`, `7`, `MON`, `1-5`, each with `/step`; undefined for anything else. */
export function numericField(
  text: string,
  least: number,
  most: number,
  names: readonly string[] = [],
): readonly number[] | undefined {
  const values = new Set<number>();
  for (const part of text.split(',')) {
    const match = /^(?:\*|([A-Za-z]{3}|\d{1,2})(?:-([A-Za-z]{3}|\d{1,2}))?)(?:\/(\d{1,2}))?$/.exec(part);
    if (!match) return undefined;
    const [, low, high, step] = match;
    const valueOf = (value: string) => (/^\d/.test(value) ? Number(value) : indexOf(names, value) + least);
    const from = low === undefined ? least : valueOf(low);
    // `5/10` means from 5 on, `5` alone only 5.
    const alone = low === undefined || step !== undefined ? most : from;
    const to = high === undefined ? alone : valueOf(high);
    const by = step === undefined ? 1 : Number(step);
    if (!(from >= least && to <= most && from <= to && by >= 1)) return undefined;
    for (let value = from; value <= to; value += by) values.add(value);
  }
  return [...values].sort((a, b) => a - b);
}

function indexOf(names: readonly string[], name: string): number {
  const index = names.indexOf(name.toUpperCase());
  return index < 0 ? Number.NaN : index;
}

/** Days of a month: numbers, `L` (the last), `L-3`, `LW` (the last weekday), `15W` (the weekday nearest to the 15th), `?` and `*`. */
export function dayOfMonthField(text: string): CronField | undefined {
  if (text === '*' || text === '?') return everyDay;
  const parts = text.split(',').map(dayOfMonthPart);
  return parts.includes(undefined) ? undefined : anyOf(parts.filter((part) => part !== undefined));
}

type Fits = CronField['fits'];

function dayOfMonthPart(part: string): Fits | undefined {
  const last = /^L(?:-(\d{1,2}))?$/i.exec(part);
  if (last) {
    const before = Number(last[1] ?? 0);
    return before > 30 ? undefined : (year, month, day) => day === daysIn(year, month) - before;
  }
  if (/^LW$/i.test(part)) {
    return (year, month, day) => day === nearestWeekday(year, month, daysIn(year, month));
  }
  const weekday = /^(\d{1,2})W$/i.exec(part);
  if (weekday) {
    const near = Number(weekday[1]);
    if (near < 1 || near > 31) return undefined;
    return (year, month, day) => near <= daysIn(year, month) && day === nearestWeekday(year, month, near);
  }
  const days = numericField(part, 1, 31);
  return days && ((_year, _month, day) => days.includes(day));
}

const DAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];

/** Days of a week: 0 to 7 (both ends are Sunday), names, `5L` (the last Friday of the month), `MON#2` (its second Monday), `?` and `*`. */
export function dayOfWeekField(text: string): CronField | undefined {
  if (text === '*' || text === '?') return everyDay;
  const parts = text.split(',').map(dayOfWeekPart);
  return parts.includes(undefined) ? undefined : anyOf(parts.filter((part) => part !== undefined));
}

function dayOfWeekPart(part: string): Fits | undefined {
  const placed = /^([A-Za-z]{3}|\d)(?:(L)|#([1-5]))$/i.exec(part);
  if (placed) {
    const [, name = '', last, nth] = placed;
    const wanted = numericField(name, 0, 7, DAYS)?.[0];
    if (wanted === undefined) return undefined;
    return (year, month, day) =>
      dayOfWeek(year, month, day) === wanted % 7 &&
      (last === undefined ? Math.ceil(day / 7) === Number(nth) : day + 7 > daysIn(year, month));
  }
  // `SAT-SUN` ends with the Sunday behind it.
  const days = numericField(part.replace(/-SUN/i, '-7'), 0, 7, DAYS);
  const wanted = days && new Set(days.map((day) => day % 7));
  return wanted && ((year, month, day) => wanted.has(dayOfWeek(year, month, day)));
}

const everyDay: CronField = { isRestricted: false, fits: () => true };

function anyOf(parts: readonly Fits[]): CronField {
  return { isRestricted: true, fits: (year, month, day) => parts.some((fits) => fits(year, month, day)) };
}

function daysIn(year: number, month: number): number {
  return new Date(Date.UTC(year, month, 0)).getUTCDate();
}

/** From 0, which is Sunday. */
function dayOfWeek(year: number, month: number, day: number): number {
  return new Date(Date.UTC(year, month - 1, day)).getUTCDay();
}

/** The Monday to Friday nearest to a day, in the same month. */
function nearestWeekday(year: number, month: number, day: number): number {
  const weekday = dayOfWeek(year, month, day);
  if (weekday === 6) return day === 1 ? 3 : day - 1;
  if (weekday === 0) return day === daysIn(year, month) ? day - 2 : day + 1;
  return day;
}
