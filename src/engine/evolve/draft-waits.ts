import type { Wait } from '../state.js';
import { changing, instance, put } from './state-draft.js';
import type { OwnKeys, StateDraft } from './state-draft.js';

export function openWait(draft: StateDraft, own: OwnKeys, key: number, wait: Wait): void {
  const found = changing(draft, own, key);
  draft.lastKey = Math.max(draft.lastKey, wait.key);
  found.waits = found.waits ? [...found.waits, wait] : [wait];
}

export function closeWait(draft: StateDraft, key: number, waitKey: number): void {
  const { waits = [], ...rest } = instance(draft, key);
  const left = waits.filter((wait) => wait.key !== waitKey);
  // A property that is deleted would make the object slow for good.
  put(draft, key, left.length > 0 ? { ...rest, waits: left } : rest);
}
