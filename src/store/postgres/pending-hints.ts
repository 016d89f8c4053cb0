import type { Hint } from '../../runtime/ports.js';

/** More than that is not kept: whoever waits finds it by looking. */
const hintsMax = 2_000;

/** Hints that have not been sent. What says the same is one hint. */
export class PendingHints {
  readonly #hints = new Map<string, Hint>();

  get isEmpty(): boolean {
    return this.#hints.size === 0;
  }

  add(hint: Hint): void {
    const key = keyOf(hint);
    const before = this.#hints.get(key);
    if (before !== undefined) this.#hints.set(key, together(before, hint));
    else if (this.#hints.size < hintsMax) this.#hints.set(key, hint);
  }

  takeAll(): readonly Hint[] {
    const all = [...this.#hints.values()];
    this.#hints.clear();
    return all;
  }
}

function keyOf(hint: Hint): string {
  switch (hint.kind) {
    case 'jobsOffered':
    case 'jobsOfferedAt':
      return JSON.stringify([hint.kind, hint.tenantId, hint.type]);
    case 'timerScheduled':
      return hint.kind;
    case 'instanceEnded':
      return hint.processInstanceId;
    default:
      return hint satisfies never;
  }
}

/** Two of one key: the sum of what is offered, or the sooner of two times. */
function together(before: Hint, hint: Hint): Hint {
  if (hint.kind === 'jobsOffered' && before.kind === hint.kind)
    return { ...hint, count: hint.count + before.count };
  if (hint.kind === 'jobsOfferedAt' && before.kind === hint.kind)
    return { ...hint, at: Math.min(hint.at, before.at) };
  if (hint.kind === 'timerScheduled' && before.kind === hint.kind)
    return { ...hint, dueAt: Math.min(hint.dueAt, before.dueAt) };
  return hint;
}
