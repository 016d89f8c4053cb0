import type { WebhookDeliveryRow } from '../runtime/ports.js';

/**
 * What waits to be delivered to one webhook. Deliveries of one lane come one after the other, in the order of their events: while one is
 * under way, or waits for its next attempt, those behind it wait.
 */
export class DeliveryWindow {
  readonly #lanes = new Map<string, WebhookDeliveryRow[]>();
  readonly #busy = new Set<string>();
  #size = 0;

  /** How many wait or are under way. */
  get size(): number {
    return this.#size;
  }

  /** Instead of all that is in it. What is under way stays so. */
  replace(rows: readonly WebhookDeliveryRow[]): void {
    this.#lanes.clear();
    this.#size = 0;
    this.add(rows);
  }

  /** Behind what is in it. */
  add(rows: readonly WebhookDeliveryRow[]): void {
    for (const row of rows) {
      const lane = this.#lanes.get(row.lane);
      if (lane === undefined) this.#lanes.set(row.lane, [row]);
      else lane.push(row);
    }
    this.#size += rows.length;
  }

  /** The earliest event that is due and that nothing stands before. Its lane is busy until it is settled or put back. */
  take(now: number): WebhookDeliveryRow | undefined {
    let first: WebhookDeliveryRow | undefined;
    for (const head of this.#heads()) {
      if ((head.nextAttemptAt ?? 0) > now) continue;
      if (first === undefined || isBefore(head, first)) first = head;
    }
    if (first !== undefined) this.#busy.add(first.lane);
    return first;
  }

  /** When the next is due; Infinity where nothing waits for a time. */
  nextDueAt(): number {
    let next = Infinity;
    for (const { nextAttemptAt = 0 } of this.#heads()) next = Math.min(next, nextAttemptAt);
    return next;
  }

  /** It was not tried after all. */
  putBack({ lane }: WebhookDeliveryRow): void {
    this.#busy.delete(lane);
  }

  /** It has ended, or waits for its next attempt. */
  settle(row: WebhookDeliveryRow): void {
    this.#busy.delete(row.lane);
    const lane = this.#lanes.get(row.lane) ?? [];
    const index = lane.findIndex(({ deliveryId }) => deliveryId === row.deliveryId);
    if (index < 0) return;
    if (row.state === 'pending') lane[index] = row;
    else {
      lane.splice(index, 1);
      this.#size -= 1;
    }
    if (lane.length === 0) this.#lanes.delete(row.lane);
  }

  /** Whatever waits for its next attempt is due. */
  retryNow(now: number): void {
    for (const lane of this.#lanes.values()) {
      const [head] = lane;
      if (head !== undefined && (head.nextAttemptAt ?? 0) > now) lane[0] = { ...head, nextAttemptAt: now };
    }
  }

  *#heads(): Generator<WebhookDeliveryRow> {
    for (const [name, [head]] of this.#lanes) {
      if (head !== undefined && !this.#busy.has(name)) yield head;
    }
  }
}

function isBefore(a: WebhookDeliveryRow, b: WebhookDeliveryRow): boolean {
  return a.sequence < b.sequence || (a.sequence === b.sequence && a.place < b.place);
}
