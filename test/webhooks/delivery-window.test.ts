import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { DeliveryWindow } from '../../src/webhooks/delivery-window.js';
import { webhookDeliveryRow } from '../store/rows.js';

const seed = Number(process.env['SEED'] ?? 20261121);

describe('what waits for a webhook', () => {
  it(`goes in order within each lane, whatever fails and comes back in between (seed ${seed})`, () => {
    const steps = fc.array(fc.record({ lane: fc.nat(3), isTaken: fc.boolean(), reloads: fc.boolean() }), {
      maxLength: 60,
    });
    fc.assert(
      fc.property(steps, (given) => {
        const window = new DeliveryWindow();
        const rows = given.map(({ lane }, index) =>
          webhookDeliveryRow({
            deliveryId: `d${index}`,
            lane: `l${lane}`,
            sequence: index,
            nextAttemptAt: 0,
          }),
        );
        let left = [...rows];
        window.add(rows);
        const done: number[] = [];
        for (let turn = 0; left.length > 0; turn += 1) {
          const row = window.take(0) ?? assert.fail('Expected something to be due.');
          assert.equal(
            row.deliveryId,
            left.find(({ lane }) => lane === row.lane)?.deliveryId,
            'the first of its lane',
          );
          const step = given[turn % given.length];
          // What is under way stays so, whatever is read from the database meanwhile.
          if (step?.reloads === true) window.replace(left);
          if (step?.isTaken === false && turn < 3 * given.length) {
            window.settle({ ...row, nextAttemptAt: 0 });
            continue;
          }
          window.settle({ ...row, state: 'delivered' });
          left = left.filter(({ deliveryId }) => deliveryId !== row.deliveryId);
          done.push(row.sequence);
        }
        assert.equal(window.size, 0);
        assert.equal(window.take(0), undefined);
        assert.equal(done.length, rows.length);
      }),
      { seed },
    );
  });

  it('is one of a lane at a time, the earliest event first, when its time has come', () => {
    const window = new DeliveryWindow();
    const row = (deliveryId: string, lane: string, sequence: number, nextAttemptAt = 0) =>
      webhookDeliveryRow({ deliveryId, lane, sequence, nextAttemptAt });
    window.add([row('late', 'c', 0, 50), row('b1', 'b', 1), row('a1', 'a', 2), row('b2', 'b', 3)]);
    assert.equal(window.take(10)?.deliveryId, 'b1');
    assert.equal(window.take(10)?.deliveryId, 'a1');
    assert.equal(window.take(10), undefined);
    assert.equal(window.nextDueAt(), 50);
    window.retryNow(20);
    assert.equal(window.take(20)?.deliveryId, 'late');
    window.settle({ ...row('b1', 'b', 1), state: 'delivered' });
    assert.equal(window.take(20)?.deliveryId, 'b2');
  });
});
