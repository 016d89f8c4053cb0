import { type CloudEventText, cloudEventWriter } from '../events/cloud-event.js';
import { type EventPosition, positionText } from '../events/event-position.js';
import type { EventSubscription } from '../events/event-subscription.js';
import type { PublicEvent } from '../events/public-event.js';
import type { Clock, TimerHandle } from '../platform/clock.js';
import type { StreamOutput } from './respond/stream-output.js';

/** How often something is sent when nothing happens: proxies close what is silent for a minute. */
export const heartbeatMs = 15_000;

/** How long a reader may take nothing of what waits for it. */
export const stalledMs = 30_000;

/** Events are written together until they have come to so many characters. */
export const pieceChars = 16_384;

/** How long a client waits before it connects again. */
const retryMs = 2_000;

/**
 * Writes a subscription as server-sent events (WHATWG HTML §9.2) until it is closed, or its reader takes nothing for too long.
 * Whoever is cut off has the id of the last event that was written whole, and goes on behind it.
 */
export async function writeEvents(
  subscription: Pick<EventSubscription, 'next' | 'position'>,
  out: StreamOutput,
  { clock, source }: { readonly clock: Clock; readonly source: string },
): Promise<'ended' | 'dropped'> {
  out.write(`retry: ${retryMs}\n${place(subscription.position)}`);
  const textOf = cloudEventWriter(source);
  // Only while nothing that was taken is still to be written: the position is behind all of that.
  let isIdle = false;
  let timer: TimerHandle;
  const beat = (): void => {
    if (isIdle && !out.isBehind) out.write(`: \n${place(subscription.position)}`);
    timer = clock.setTimer(clock.now() + heartbeatMs, beat);
  };
  timer = clock.setTimer(clock.now() + heartbeatMs, beat);
  try {
    for (;;) {
      isIdle = true;
      const events = await subscription.next();
      isIdle = false;
      if (events === undefined) return 'ended';
      for (const piece of piecesOf(events, textOf)) {
        out.write(piece);
        if (out.isBehind && !(await out.caughtUp(stalledMs))) return 'dropped';
      }
    }
  } finally {
    timer.cancel();
  }
}

/** Many whole events at a time: each piece costs a chunk and a write. */
function* piecesOf(
  events: readonly PublicEvent[],
  textOf: (event: PublicEvent) => CloudEventText,
): Generator<string, void> {
  let piece = '';
  for (const event of events) {
    const { id, json } = textOf(event);
    piece += `id: ${id}\ndata: ${json}\n\n`;
    if (piece.length < pieceChars) continue;
    yield piece;
    piece = '';
  }
  if (piece !== '') yield piece;
}

/** Moves the reader's last event id on and tells it no event. */
function place(position: EventPosition): string {
  return `id: ${positionText(position)}\n\n`;
}
