import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import { timerStart } from './models.js';
import { useRuntime } from './use-runtime.js';

const minute = 60_000;
const hour = 60 * minute;

/** The clocks of Berlin go from 2 to 3 on 2026-03-29 at 1 UTC, and from 3 to 2 on 2026-10-25 at 1 UTC. */
const changes = [
  {
    name: 'forward',
    from: '2026-03-28T00:00:00Z',
    daily: ['2026-03-28T08:00:00Z', '2026-03-29T07:00:00Z', '2026-03-30T07:00:00Z'],
    // There is no half past two on that day: it fires when the clocks are changed.
    inTheGap: ['2026-03-28T01:30:00Z', '2026-03-29T01:00:00Z', '2026-03-30T00:30:00Z'],
  },
  {
    name: 'back',
    from: '2026-10-24T00:00:00Z',
    daily: ['2026-10-24T07:00:00Z', '2026-10-25T08:00:00Z', '2026-10-26T08:00:00Z'],
    // There is half past two twice: it fires at the first.
    inTheGap: ['2026-10-24T00:30:00Z', '2026-10-25T00:30:00Z', '2026-10-26T01:30:00Z'],
  },
] as const;

describe('a server over a change to or from daylight saving', () => {
  const test = useRuntime();
  const zone = process.env['TZ'];

  before('have the machine in another zone, with another change', () => {
    process.env['TZ'] = 'America/New_York';
  });
  after('have the machine in its zone', () => {
    if (zone === undefined) delete process.env['TZ'];
    else process.env['TZ'] = zone;
  });

  const timeOf = (at: number): string => new Date(at).toISOString().replace('.000', '');
  /** An instance begins when its timer fires. */
  const startsOf = async (bpmnProcessId: string): Promise<readonly string[]> =>
    (await test.instancesOf(bpmnProcessId)).map(({ startedAt }) => timeOf(startedAt));

  for (const { name, from, daily, inTheGap } of changes) {
    it(`row 11: daylight saving ${name}, with a restart: each cron timer fires at its time there, once a day or each hour`, async () => {
      const begin = Date.parse(from);
      test.clock.set(begin);
      await test.deploy(
        timerStart('daily', 'CRON_TZ=Europe/Berlin 0 0 9 * * ?'),
        timerStart('gap', 'CRON_TZ=Europe/Berlin 0 30 2 * * ?'),
        timerStart('hourly', 'CRON_TZ=Europe/Berlin 0 0 * * * ?'),
        timerStart('cycle', 'R/PT12H'),
      );
      const halfHours = 114;
      for (let passed = 1; passed < halfHours; passed++) {
        await test.pass(30 * minute);
        if (passed === 49) await test.restart();
      }
      const hours = Array.from({ length: 56 }, (_, n) => timeOf(begin + (n + 1) * hour));
      assert.deepEqual(await startsOf('hourly'), hours);
      assert.deepEqual(await startsOf('daily'), daily);
      assert.deepEqual(await startsOf('gap'), inTheGap);
      const cycle = [1, 2, 3, 4].map((n) => timeOf(begin + n * 12 * hour));
      assert.deepEqual(await startsOf('cycle'), cycle);
    });
  }
});
