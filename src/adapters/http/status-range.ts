import { TaskError } from '../template/task-error.js';

/** HTTP status codes from `first` to `last`. */
export interface StatusRange {
  readonly first: number;
  readonly last: number;
}

/** Reads `404`, `4xx`, `200-299`, several with commas between, or `none`. @throws TaskError for anything else. */
export function parseStatusRanges(header: string, text: string): readonly StatusRange[] {
  if (text.trim().toLowerCase() === 'none') return [];
  return text.split(',').map((item) => {
    const range = parseStatusRange(item.trim().toLowerCase());
    if (range !== undefined && range.first >= 100 && range.last <= 599 && range.first <= range.last)
      return range;
    throw new TaskError(
      `Expected ${header} to be statuses such as 404, 4xx or 200-299 but found ${JSON.stringify(text)}.`,
    );
  });
}

export function includesStatus(ranges: readonly StatusRange[], status: number): boolean {
  return ranges.some(({ first, last }) => status >= first && status <= last);
}

function parseStatusRange(item: string): StatusRange | undefined {
  const {
    hundred,
    first,
    last = first,
  } = /^(?<hundred>\d)xx$|^(?<first>\d{3})(-(?<last>\d{3}))?$/.exec(item)?.groups ?? {};
  if (hundred !== undefined) return { first: Number(hundred) * 100, last: Number(hundred) * 100 + 99 };
  return first === undefined ? undefined : { first: Number(first), last: Number(last) };
}
