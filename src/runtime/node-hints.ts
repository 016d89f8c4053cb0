import type { Clock } from '../platform/clock.js';
import { LOOK_AGAIN_MS } from './loops/loop.js';
import type { Hint, HintLine, Store } from './ports.js';
import type { Wakeups } from './wakeups.js';

/** What is further away than that the other nodes find in time by looking; twice as much, since their clocks may differ. */
const SOON_MS = 2 * LOOK_AGAIN_MS;

/**
 * The wake-ups of this node, passed on to the other nodes on its database: those alone that another node may have somebody waiting for
 * and that it would find too late by looking. Deliveries and batches are left out: the node that wrote them does them.
 */
export class NodeHints implements Wakeups {
  #line: HintLine | undefined;

  constructor(
    private readonly store: Pick<Store, 'openHints'>,
    private readonly clock: Clock,
    private readonly own: Wakeups,
  ) {}

  /** From now on it tells and hears. */
  open(): void {
    this.#line ??= this.store.openHints((hint) => this.#hear(hint));
  }

  async close(): Promise<void> {
    const line = this.#line;
    this.#line = undefined;
    await line?.close();
  }

  jobsOffered(tenantId: string, type: string, count: number): void {
    this.own.jobsOffered(tenantId, type, count);
    this.#line?.tell({ kind: 'jobsOffered', tenantId, type, count });
  }

  jobsOfferedAt(tenantId: string, type: string, at: number): void {
    this.own.jobsOfferedAt(tenantId, type, at);
    if (this.#isSoon(at)) this.#line?.tell({ kind: 'jobsOfferedAt', tenantId, type, at });
  }

  timerScheduled(dueAt: number): void {
    this.own.timerScheduled(dueAt);
    if (this.#isSoon(dueAt)) this.#line?.tell({ kind: 'timerScheduled', dueAt });
  }

  deliveriesWritten(): void {
    this.own.deliveriesWritten();
  }

  batchCreated(): void {
    this.own.batchCreated();
  }

  /** Who listens to events on another node looks often enough, and mostly nobody does. */
  journalWritten(): void {
    this.own.journalWritten();
  }

  /** Other nodes look often enough. */
  webhooksChanged(): void {
    this.own.webhooksChanged();
  }

  instanceEnded(processInstanceId: string): void {
    this.own.instanceEnded(processInstanceId);
    this.#line?.tell({ kind: 'instanceEnded', processInstanceId });
  }

  #isSoon(at: number): boolean {
    return at - this.clock.now() < SOON_MS;
  }

  #hear(hint: Hint): void {
    switch (hint.kind) {
      case 'jobsOffered':
        return this.own.jobsOffered(hint.tenantId, hint.type, hint.count);
      case 'jobsOfferedAt':
        return this.own.jobsOfferedAt(hint.tenantId, hint.type, hint.at);
      case 'timerScheduled':
        return this.own.timerScheduled(hint.dueAt);
      case 'instanceEnded':
        return this.own.instanceEnded(hint.processInstanceId);
      default:
        hint satisfies never;
    }
  }
}
