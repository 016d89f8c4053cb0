import { InvalidCursor } from '../../runtime/ports.js';
import { decodeCursor, encodeCursor } from './cursor.js';

const order = 'sequence';

/** The number that a page of a sequence starts after; below every number when it is the first page. */
export function sequenceCursor(after: string | undefined): number {
  if (after === undefined) return -1;
  const [value] = decodeCursor(order, 1, after);
  if (typeof value !== 'number')
    throw new InvalidCursor('Expected a number in the cursor but found another value.');
  return value;
}

/** The cursor of a page's last item; none when the page is empty. */
export function endCursor(last: number | undefined): { readonly endCursor?: string } {
  return last === undefined ? {} : { endCursor: encodeCursor(order, [last]) };
}
