import type { ProcessEvent } from '../event.js';
import { ROOT_KEY } from '../state.js';
import type { CompensationRecord, ElementInstance } from '../state.js';
import { closeWait } from './draft-waits.js';
import { changing, put } from './state-draft.js';
import type { Changing, OwnKeys, StateDraft } from './state-draft.js';

export function migrate(
  draft: StateDraft,
  own: OwnKeys,
  {
    bpmnProcessId,
    elements,
    kept,
    closed,
    occurred = [],
  }: Extract<ProcessEvent, { type: 'processInstanceMigrated' }>,
): void {
  changing(draft, own, ROOT_KEY).elementId = bpmnProcessId;
  for (const { key, elementId, arrived, waiting, remembered } of elements) {
    const instance = changing(draft, own, key);
    instance.elementId = elementId;
    if (arrived) instance.arrived = arrived;
    if (waiting) instance.adHoc = { ...instance.adHoc, waiting };
    if (remembered) rename(instance, remembered);
  }
  for (const [key, instance] of draft.elementInstances.entries()) {
    const { occurred: parts, ...rest } = instance;
    if (!parts) continue;
    const left = parts.flatMap((part) => {
      const event = occurred.find((it) => it.key === key && it.from === part.eventId);
      return event ? [{ ...part, eventId: event.to }] : [];
    });
    put(draft, key, left.length > 0 ? { ...rest, occurred: left } : rest);
    own.add(key);
  }
  for (const { key, waitKey } of closed) closeWait(draft, key, waitKey);
  for (const { key, waitKey, eventId } of kept) {
    const instance = changing(draft, own, key);
    instance.waits = (instance.waits ?? []).map((wait) =>
      wait.key === waitKey && 'eventId' in wait ? { ...wait, eventId } : wait,
    );
  }
}

/** Renames what is remembered, at every depth. */
function rename(instance: Changing<ElementInstance>, ids: Readonly<Record<string, string>>): void {
  const pending: Changing<CompensationRecord>[] = [];
  const renamed = (records: readonly CompensationRecord[]) =>
    records.map((record) => {
      const copy = { ...record, elementId: ids[record.elementId] ?? record.elementId };
      pending.push(copy);
      return copy;
    });
  if (instance.compensations) instance.compensations = renamed(instance.compensations);
  if (instance.compensating) instance.compensating = renamed(instance.compensating);
  for (let record = pending.pop(); record; record = pending.pop()) {
    if (record.inner) record.inner = renamed(record.inner);
  }
}
