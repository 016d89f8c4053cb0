import { idOf } from '../runtime/ids.js';
import type { JournalElement, JournalFeed } from '../runtime/ports.js';
import { type EventHead, publicEvent, type PublicEvent } from './public-event.js';

/** Makes whole events: what they tell of elements is read at once for all of them. */
export async function toldEvents(
  feed: JournalFeed,
  heads: readonly EventHead[],
): Promise<readonly PublicEvent[]> {
  const wanted = new Map<string, Pick<JournalElement, 'processInstanceId' | 'elementInstanceKey'>>();
  const ids = heads.map(({ entry: { processInstanceId }, elementInstanceKey }) => {
    if (elementInstanceKey === undefined || elementInstanceKey === 0) return undefined;
    const id = idOf(processInstanceId, elementInstanceKey);
    wanted.set(id, { processInstanceId, elementInstanceKey });
    return id;
  });
  const elements = new Map<string, JournalElement>();
  for (const element of await feed.elements([...wanted.values()])) {
    elements.set(idOf(element.processInstanceId, element.elementInstanceKey), element);
  }
  return heads.map((head, index) => {
    const id = ids[index];
    return id === undefined ? publicEvent(head) : publicEvent(head, { id, element: elements.get(id) });
  });
}
