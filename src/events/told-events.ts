import { idOf } from '../runtime/ids.js';
import type { JournalElement, JournalFeed } from '../runtime/ports.js';
import { type EventHead, publicEvent, type PublicEvent } from './public-event.js';

/** Makes whole events: what they tell of elements is read at once for all of them. */
export async function toldEvents(
  feed: JournalFeed,
  heads: readonly EventHead[],
): Promise<readonly PublicEvent[]> {
  const wanted = new Map<string, Pick<JournalElement, 'processInstanceId' | 'elementInstanceKey'>>();
  for (const { entry, elementInstanceKey } of heads) {
    const { processInstanceId } = entry;
    if (elementInstanceKey === undefined || elementInstanceKey === 0) continue;
    wanted.set(idOf(processInstanceId, elementInstanceKey), { processInstanceId, elementInstanceKey });
  }
  const found = await feed.elements([...wanted.values()]);
  const elements = new Map(
    found.map((element) => [idOf(element.processInstanceId, element.elementInstanceKey), element]),
  );
  return heads.map((head) =>
    publicEvent(head, elements.get(idOf(head.entry.processInstanceId, head.elementInstanceKey ?? 0))),
  );
}
