import assert from 'node:assert/strict';
import { Cron } from 'croner';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { nextCronTick, parseCron } from '../../../src/engine/time/cron.js';
import { offsetAt } from '../../../src/engine/time/time-zone.js';

function ticks(text: string, from: string, count: number): readonly string[] {
  const cron = parseCron(text);
  assert.ok(cron, text);
  const found: string[] = [];
  for (let at: number | undefined = Date.parse(from); found.length < count;) {
    at = nextCronTick(cron, at);
    if (at === undefined) break;
    found.push(new Date(at).toISOString().replace('.000Z', 'Z'));
  }
  return found;
}

describe('cron expression', () => {
  for (const [text, from, expected] of [
    ['0 0 9 * * MON-FRI', '2026-01-02T09:00:00Z', ['2026-01-05T09:00:00Z', '2026-01-06T09:00:00Z']],
    ['*/20 * * * * *', '2026-01-01T00:00:30Z', ['2026-01-01T00:00:40Z', '2026-01-01T00:01:00Z']],
    ['30 6 * * *', '2026-01-01T00:00:00Z', ['2026-01-01T06:30:00Z', '2026-01-02T06:30:00Z']],
    ['0 0 0 L * ?', '2026-01-31T00:00:00Z', ['2026-02-28T00:00:00Z', '2026-03-31T00:00:00Z']],
    ['0 0 0 L-2 * *', '2026-01-31T00:00:00Z', ['2026-02-26T00:00:00Z']],
    ['0 0 0 LW * *', '2026-01-01T00:00:00Z', ['2026-01-30T00:00:00Z', '2026-02-27T00:00:00Z']],
    ['0 0 0 1W * *', '2026-07-31T12:00:00Z', ['2026-08-03T00:00:00Z', '2026-09-01T00:00:00Z']],
    ['0 0 0 ? * 5L', '2026-01-01T00:00:00Z', ['2026-01-30T00:00:00Z', '2026-02-27T00:00:00Z']],
    ['0 0 0 ? * MON#2', '2026-01-01T00:00:00Z', ['2026-01-12T00:00:00Z', '2026-02-09T00:00:00Z']],
    ['0 0 0 29 FEB *', '2026-01-01T00:00:00Z', ['2028-02-29T00:00:00Z', '2032-02-29T00:00:00Z']],
    ['0 0 0 29 2 MON', '2072-03-01T00:00:00Z', ['2112-02-29T00:00:00Z']],
    ['0 0 0 ? * SAT-SUN', '2026-01-01T00:00:00Z', ['2026-01-03T00:00:00Z', '2026-01-04T00:00:00Z']],
    ['@hourly', '2026-01-01T00:30:00Z', ['2026-01-01T01:00:00Z', '2026-01-01T02:00:00Z']],
    ['@weekly', '2026-01-01T00:00:00Z', ['2026-01-04T00:00:00Z', '2026-01-11T00:00:00Z']],
    ['CRON_TZ=Asia/Kathmandu @daily', '2026-01-01T00:00:00Z', ['2026-01-01T18:15:00Z']],
  ] as const) {
    it(`${text} ticks as it says`, () => {
      assert.deepEqual(ticks(text, from, expected.length), expected);
    });
  }

  it('takes a day that fits both day fields, and with five fields one that fits either', () => {
    const from = '2026-01-01T00:00:00Z';
    assert.deepEqual(ticks('0 0 0 13 * FRI', from, 2), ['2026-02-13T00:00:00Z', '2026-03-13T00:00:00Z']);
    assert.deepEqual(ticks('0 0 13 * FRI', from, 3), [
      '2026-01-02T00:00:00Z',
      '2026-01-09T00:00:00Z',
      '2026-01-13T00:00:00Z',
    ]);
  });

  it('comes right behind what the clock skips, and once where it shows a time twice', () => {
    const berlin = 'CRON_TZ=Europe/Berlin 0 30 2 * * *';
    assert.deepEqual(ticks(berlin, '2026-03-28T12:00:00Z', 2), [
      '2026-03-29T01:00:00Z',
      '2026-03-30T00:30:00Z',
    ]);
    assert.deepEqual(ticks(berlin, '2026-10-24T12:00:00Z', 2), [
      '2026-10-25T00:30:00Z',
      '2026-10-26T01:30:00Z',
    ]);
  });

  it('of every hour follows time as it passes', () => {
    const berlin = 'CRON_TZ=Europe/Berlin 0 30 * * * *';
    const from = ['2026-03-29T00:00:00Z', '2026-10-25T00:00:00Z'];
    for (const day of from) {
      const [date] = day.split('T');
      assert.deepEqual(ticks(berlin, day, 3), [
        `${date}T00:30:00Z`,
        `${date}T01:30:00Z`,
        `${date}T02:30:00Z`,
      ]);
    }
  });

  it('never ticks on a day that there is not', () => {
    assert.deepEqual(ticks('0 0 0 30 2 *', '2026-01-01T00:00:00Z', 1), []);
    assert.deepEqual(ticks('0 0 0 31 4,6,9,11 *', '2026-01-01T00:00:00Z', 1), []);
  });

  for (const text of [
    ...['', '*', '* * * *', '* * * * * * *', '60 * * * * *', '* 60 * * * *', '* * 24 * * *', '* * * 0 * *'],
    ...['* * * 32 * *', '* * * * 13 *', '* * * * * 8', '* * * * * MON#6', '* * * L-31 * *', '*/0 * * * * *'],
    ...[
      '5-1 * * * * *',
      'a * * * * *',
      '* * * * ABC *',
      '@never',
      'CRON_TZ=Mars/Base * * * * * *',
      '1,, * * * * *',
    ],
  ]) {
    it(`refuses ${JSON.stringify(text)}`, () => {
      assert.equal(parseCron(text), undefined);
    });
  }

  // Croner takes up to 80 ms to find a tick: the halves of an expression are compared apart, so that few cases tell as much.
  describe('agrees with croner', () => {
    const list = (least: number, most: number) =>
      fc
        .uniqueArray(fc.integer({ min: least, max: most }), { minLength: 1, maxLength: 3 })
        .map((values) => values.sort((a, b) => a - b).join(','));
    const range = (least: number, most: number) =>
      fc
        .tuple(fc.integer({ min: least, max: most }), fc.integer({ min: least, max: most }))
        .map(([a, b]) => `${Math.min(a, b)}-${Math.max(a, b)}`);
    const zone = fc.constantFrom(
      'UTC',
      'Europe/Berlin',
      'America/St_Johns',
      'Australia/Lord_Howe',
      'Asia/Kathmandu',
    );
    const anyDay = fc.integer({ min: Date.UTC(2024, 0), max: Date.UTC(2030, 0) });
    const changeOfClock = fc
      .tuple(
        fc.constantFrom(Date.UTC(2026, 2, 28), Date.UTC(2026, 9, 24), Date.UTC(2026, 3, 4)),
        fc.nat(1_440),
      )
      .map(([day, minutes]) => day + minutes * 60_000);

    /** Holds the next ticks of both against each other. */
    function compare(text: string, timezone: string, from: number): void {
      let at = from;
      const job = new Cron(text, { timezone, paused: true, domAndDow: true });
      const own = parseCron(`CRON_TZ=${timezone} ${text}`);
      assert.ok(own, text);
      const isCompared = (tick: number) => text.split(' ')[2] === '*' || !isPeculiar(timezone, tick);
      const theirs = (after: number) => job.nextRun(new Date(after))?.getTime();
      const ours = (after: number) => nextCronTick(own, after);
      for (let expected = first(theirs, at), count = 0; expected !== undefined && count < 3; count++) {
        const found = first(ours, at);
        const where = `${text} in ${timezone} after ${new Date(at).toISOString()}`;
        assert.equal(shown(found), shown(expected), where);
        at = expected;
        expected = first(theirs, at);
      }

      function first(next: (after: number) => number | undefined, after: number): number | undefined {
        let tick = next(after);
        while (tick !== undefined && !isCompared(tick)) tick = next(tick);
        return tick;
      }
    }

    const shown = (at: number | undefined) => (at === undefined ? 'none' : new Date(at).toISOString());

    /**
     * Whether croner is known to go its own way in the hour behind a change of the clock. What is skipped it makes up for where
     * the expression names one time of the day, at one second or another, and drops where it names several; and where the clock
     * is put back by half an hour, some times tick twice.
     */
    function isPeculiar(timezone: string, at: number): boolean {
      const forwardMs = offsetAt(timezone, at) - offsetAt(timezone, at - 3_600_000);
      return forwardMs > 0 || forwardMs % 3_600_000 !== 0;
    }

    it('about times of the day, also across changes of the clock', () => {
      const times = fc.oneof(
        fc.tuple(list(0, 59), list(0, 59), list(0, 23)),
        fc.tuple(list(0, 59), fc.oneof(fc.constant('*/20'), range(0, 59)), fc.constant('*')),
      );
      fc.assert(
        fc.property(times, zone, fc.oneof(anyDay, changeOfClock), (time, timezone, at) =>
          compare(`${time.join(' ')} * * *`, timezone, at),
        ),
        { numRuns: 100 },
      );
    });

    it('about days', () => {
      const ofMonth = fc.oneof(fc.constant('*'), list(1, 31), fc.constantFrom('L', 'LW', '15W', '*/5'));
      const month = fc.oneof(fc.constant('*'), list(1, 12), range(1, 12), fc.constantFrom('MAR,OCT', '*/3'));
      const ofWeek = fc.oneof(
        fc.constant('*'),
        list(0, 6),
        range(0, 6),
        fc.constantFrom('5L', 'MON#2', 'TUE-THU'),
      );
      const days = fc.oneof(
        { weight: 4, arbitrary: fc.tuple(ofMonth, month, fc.constant('*')) },
        { weight: 4, arbitrary: fc.tuple(fc.constant('*'), month, ofWeek) },
        // Few days fit both, which croner takes longest to find.
        { weight: 1, arbitrary: fc.tuple(ofMonth, month, ofWeek) },
      );
      fc.assert(
        fc.property(days, zone, fc.oneof(anyDay, changeOfClock), (day, timezone, at) =>
          compare(`0 30 2 ${day.join(' ')}`, timezone, at),
        ),
        { numRuns: 50 },
      );
    });
  });
});
