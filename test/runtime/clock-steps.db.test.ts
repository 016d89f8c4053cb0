import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'mocha';
import { FakeClock } from '../support/fake-clock.js';
import { oneJob, oneTimer } from './models.js';
import { context, loopTimers, ok, useRuntime } from './use-runtime.js';

const second = 1_000;
const hour = 3_600 * second;
const day = 24 * hour;
const steps = { 'back an hour': -hour, 'forward two days': 2 * day, 'forward 400 days': 400 * day };

/** `test.clock` is the database's; the node has its own. Both go on at the same pace, and one of them is set. */
describe('a clock that is set', () => {
  const test = useRuntime({ started: false });
  let nodeClock: FakeClock;

  beforeEach('start a node with a clock of its own', async () => {
    nodeClock = new FakeClock(test.clock.now());
    await test.replaceRuntime({ clock: nodeClock });
    await asleep();
  });

  const asleep = () => test.until(() => nodeClock.pendingTimers === loopTimers, 'the loops to sleep');
  const start = async (bpmnProcessId: string): Promise<string> =>
    ok(await test.runtime.startProcessInstance(context, { bpmnProcessId })).processInstanceId;
  const status = async (id: string) => (await test.instance(id)).state.status;
  const pass = (ms: number): void => {
    test.clock.advance(ms);
    nodeClock.advance(ms);
  };
  /** Lets the node look, as it does once a second, and answers when it sleeps again with nothing due. */
  const look = async (): Promise<void> => {
    pass(second);
    await test.until(async () => {
      nodeClock.advance(0);
      return test.isAtRest();
    }, 'nothing to be due');
    await asleep();
  };

  for (const [way, step] of Object.entries(steps)) {
    it(`row 11: clock of a node ${way}, a timer of 30 days: no timer early, what is due fires within a second of the database's time`, async () => {
      await test.deploy(oneTimer('short', 'PT10S'), oneTimer('long', 'P30D'));
      const [short, long] = [await start('short'), await start('long')];
      await look();
      nodeClock.set(nodeClock.now() + step);
      const late = await start('short');
      await look();
      assert.deepEqual(
        [await status(short), await status(long), await status(late)],
        Array(3).fill('active'),
      );
      pass(8 * second);
      await look();
      assert.equal(await status(short), 'completed');
      await look();
      assert.equal(await status(late), 'completed');
      pass(30 * day - 14 * second);
      await look();
      assert.equal(await status(long), 'active');
      await look();
      assert.equal(await status(long), 'completed');
    });

    it(`row 11: clock of a node ${way}: a lease lasts as long as the database says`, async () => {
      await test.deploy(oneJob());
      await start('work');
      const input = { type: 'work', worker: 'w', maxJobs: 1, timeoutMs: 60 * second };
      const [job] = ok(await test.runtime.activateJobs(context, input));
      nodeClock.set(nodeClock.now() + step);
      pass(59 * second);
      assert.deepEqual(ok(await test.runtime.activateJobs(context, input)), []);
      pass(second);
      const [again] = ok(await test.runtime.activateJobs(context, input));
      assert.deepEqual([again?.jobId, again?.fence], [job?.jobId, 2]);
    });

    it(`${way}, on the node: a long poll and a wait for an end take their time and no more`, async () => {
      await test.deploy(oneTimer('long', 'P30D'));
      const id = await start('long');
      let left = 2;
      const settle = (): void => void (left -= 1);
      const input = { type: 'work', worker: 'w', maxJobs: 1, timeoutMs: 1, requestTimeoutMs: 20 * second };
      const timers = nodeClock.pendingTimers;
      const polled = test.runtime.activateJobs(context, input).finally(settle);
      const waited = test.runtime.awaitEnd(context.tenantId, id, 20 * second).finally(settle);
      await test.until(() => nodeClock.pendingTimers >= timers + 3, 'both to wait');
      nodeClock.set(nodeClock.now() + step);
      for (let seconds = 0; seconds < 19; seconds++) {
        nodeClock.advance(second);
        await new Promise((resolve) => setImmediate(resolve));
      }
      assert.equal(left, 2);
      await test.until(() => {
        nodeClock.advance(100);
        return left === 0;
      }, 'both to end');
      assert.deepEqual([ok(await polled), await waited], [[], false]);
    });
  }

  for (const apartMs of [-900, 900]) {
    it(`${apartMs} ms away from the database's does not make a timer late that is set while the loop sleeps`, async () => {
      await test.deploy(oneTimer('soon', 'PT0.3S'));
      nodeClock.set(nodeClock.now() + apartMs);
      await look();
      const id = await start('soon');
      pass(299);
      await test.rest();
      assert.equal(await status(id), 'active');
      pass(1);
      await test.until(async () => (await status(id)) === 'completed', 'the timer to fire at its time');
    });
  }

  it('row 11: clock of the database back an hour: its timers wait for its time, and fire once', async () => {
    await test.deploy(oneTimer('short', 'PT10S'));
    const before = await start('short');
    test.clock.set(test.clock.now() - hour);
    const after = await start('short');
    pass(10 * second);
    await look();
    assert.deepEqual([await status(before), await status(after)], ['active', 'completed']);
    pass(hour - second);
    await look();
    assert.equal(await status(before), 'completed');
  });

  it('row 11: clock of the database forward 400 days: all that is overdue fires once', async () => {
    await test.deploy(oneTimer('short', 'PT10S'), oneTimer('long', 'P30D'));
    const ids = [await start('short'), await start('long')];
    test.clock.set(test.clock.now() + 400 * day);
    await look();
    for (const id of ids) {
      assert.equal(await status(id), 'completed');
      const path = await test.path(id);
      assert.equal(path.filter((step) => step.startsWith('end')).length, 1, path.join());
    }
  });
});
