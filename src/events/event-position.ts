/**
 * A place in the order of all events: behind the event with that index of the journal entry with that sequence. Who has all of the
 * entry stands at its `end`.
 */
export interface EventPosition {
  readonly sequence: number;
  readonly index: number | 'end';
  /** When the entry was written: what is kept no longer is known by it. */
  readonly at: number;
}

const form = /^(?<sequence>\d{1,15})-(?<index>\d{1,9}|end)-(?<at>[0-9a-z]{1,10})$/;

/** The position as an event's id, which clients give back as they got it. */
export function positionText({ sequence, index, at }: EventPosition): string {
  return `${sequence}-${index}-${at.toString(36)}`;
}

/** The position that the text stands for; undefined for a text that is none. */
export function parsePosition(text: string): EventPosition | undefined {
  const groups = form.exec(text)?.groups;
  if (groups === undefined) return undefined;
  const { sequence = '', index = '', at = '' } = groups;
  const position = {
    sequence: Number(sequence),
    index: index === 'end' ? ('end' as const) : Number(index),
    at: Number.parseInt(at, 36),
  };
  // One form alone is ours, so that each position has one text.
  return positionText(position) === text ? position : undefined;
}

/** Whether somebody at the position has not had that event. */
export function isAhead(
  event: { readonly sequence: number; readonly index: number },
  { sequence, index }: Pick<EventPosition, 'sequence' | 'index'>,
): boolean {
  if (event.sequence !== sequence) return event.sequence > sequence;
  return index !== 'end' && event.index > index;
}

/** The one of the two that is further on. */
export function laterOf(a: EventPosition, b: EventPosition): EventPosition {
  if (a.sequence !== b.sequence) return a.sequence > b.sequence ? a : b;
  if (a.index === 'end' || b.index === 'end') return a.index === 'end' ? a : b;
  return a.index > b.index ? a : b;
}
