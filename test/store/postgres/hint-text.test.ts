import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { Hint } from '../../../src/runtime/ports.js';
import { hintsOf, payloadsOf } from '../../../src/store/postgres/hint-text.js';
import { PendingHints } from '../../../src/store/postgres/pending-hints.js';

const ended = (id: number): Hint => ({ kind: 'instanceEnded', processInstanceId: `instance-${id}` });
const offered = (type: string, count: number): Hint => ({ kind: 'jobsOffered', tenantId: 't', type, count });

describe('hints between nodes', () => {
  it('are read as they were written, in payloads that PostgreSQL takes', () => {
    const hints: readonly Hint[] = [
      ...Array.from({ length: 1_000 }, (_, id) => ended(id)),
      offered('größe', 3),
      { kind: 'jobsOfferedAt', tenantId: 't', type: 'x', at: 1 },
      { kind: 'timerScheduled', dueAt: 2 },
    ];
    const payloads = payloadsOf(hints);
    assert.ok(payloads.length > 1);
    for (const payload of payloads) assert.ok(Buffer.byteLength(payload) < 8_000);
    assert.deepEqual(payloads.flatMap(hintsOf), hints);
  });

  it('are left out when they are too large, and when there are none', () => {
    assert.deepEqual(payloadsOf([offered('x'.repeat(8_000), 1), ended(1)]).flatMap(hintsOf), [ended(1)]);
    assert.deepEqual(payloadsOf([]), []);
  });

  it('that somebody else says are passed over', () => {
    const strange = ['', 'x', '1', 'null', '{}', '[null, 1, {"kind":"later"}, {"kind":"timerScheduled"}]'];
    for (const payload of strange) assert.deepEqual(hintsOf(payload), []);
    assert.deepEqual(hintsOf(`[{"kind":"later"},${JSON.stringify(ended(1))}]`), [ended(1)]);
  });

  it('that say the same are one, and are bounded', () => {
    const pending = new PendingHints();
    for (const count of [1, 2]) pending.add(offered('a', count));
    pending.add(offered('b', 1));
    for (const dueAt of [7, 5, 6]) pending.add({ kind: 'timerScheduled', dueAt });
    for (const at of [7, 5]) pending.add({ kind: 'jobsOfferedAt', tenantId: 't', type: 'a', at });
    assert.deepEqual(pending.takeAll(), [
      offered('a', 3),
      offered('b', 1),
      { kind: 'timerScheduled', dueAt: 5 },
      { kind: 'jobsOfferedAt', tenantId: 't', type: 'a', at: 5 },
    ]);
    assert.ok(pending.isEmpty);
    for (let id = 0; id < 5_000; id++) pending.add(ended(id));
    assert.equal(pending.takeAll().length, 2_000);
  });
});
