import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { nextTick, parseRepeatingInterval, rhythmOf } from '../../../src/engine/time/repeating-interval.js';
import { cpuTimeMs } from '../../support/cpu-time.js';

const at = (text: string) => Date.parse(text);
const shown = (tick: number | undefined) => (tick === undefined ? undefined : new Date(tick).toISOString());

describe('ISO 8601 repeating interval', () => {
  it('reads a count, an interval, and a start or an end', () => {
    const { repetitions, start, end, interval } = parseRepeatingInterval('R3/PT1H') ?? {};
    assert.deepEqual([repetitions, start, end, interval], [3, undefined, undefined, 'PT1H']);
    assert.equal(parseRepeatingInterval('R/PT1H')?.repetitions, undefined);
    assert.equal(parseRepeatingInterval('R-1/PT1H')?.repetitions, undefined);
    assert.equal(parseRepeatingInterval('R0/PT1H')?.repetitions, 0);
    assert.equal(parseRepeatingInterval('R/2026-01-01T00:00:00Z/P1D')?.start, at('2026-01-01T00:00:00Z'));
    assert.equal(parseRepeatingInterval('R/P1D/2027-01-01')?.end, at('2027-01-01T00:00:00Z'));
  });

  for (const text of [
    ...[
      '',
      'R',
      'R3',
      'R3/',
      'PT1H',
      '3/PT1H',
      'R/PT0S',
      'R/-PT1H',
      'R-2/PT1H',
      'R1234567890/PT1H',
      'R3/PT1H/PT1H',
    ],
    ...[
      'R/2026-01-01/2027-01-01',
      'R/PT1H/',
      'R//PT1H',
      'R/PT1H/soon',
      'R/PT1H/2027-01-01/2028-01-01',
      'r3/PT1H',
      '0 0 * * *',
    ],
    ...['R/'.repeat(100_000), 'R3/PT0.0001S'],
  ]) {
    it(`refuses ${JSON.stringify(text).slice(0, 40)}`, () => {
      assert.equal(parseRepeatingInterval(text), undefined);
    });
  }

  it('keeps its rhythm: no drift when a tick is served late', () => {
    assert.equal(
      shown(nextTick(at('2026-01-01T10:00:00Z'), 'PT1H', at('2026-01-01T10:00:07Z'))),
      '2026-01-01T11:00:00.000Z',
    );
  });

  it('makes up missed ticks by one', () => {
    const due = at('2026-01-01T10:00:00Z');
    assert.equal(shown(nextTick(due, 'PT1H', at('2026-01-03T10:30:00Z'))), '2026-01-03T11:00:00.000Z');
    assert.equal(shown(nextTick(due, 'PT1H', at('2026-01-01T11:00:00Z'))), '2026-01-01T12:00:00.000Z');
    assert.equal(shown(nextTick(due, 'P1M', at('2026-06-15T00:00:00Z'))), '2026-07-01T10:00:00.000Z');
  });

  it('counts months from its first tick, whichever tick comes last', () => {
    const cycle = parseRepeatingInterval('R/P1M');
    assert.ok(cycle);
    const first = at('2026-01-31T08:00:00Z');
    const rhythm = rhythmOf(cycle, first);
    assert.equal(rhythm, '2026-01-31T08:00:00.000Z/P1M');
    const ticks = [first];
    for (let index = 0; index < 4; index++) ticks.push(nextTick(ticks.at(-1) ?? 0, rhythm, 0) ?? 0);
    assert.deepEqual(
      ticks.map((tick) => shown(tick)?.slice(0, 10)),
      ['2026-01-31', '2026-02-28', '2026-03-31', '2026-04-30', '2026-05-31'],
    );
  });

  it('finds the next tick of a calendar interval as counting one by one does', () => {
    for (const interval of ['P1M', 'P1Y', 'P2M3DT4H', 'P1M27D', 'P13M', 'P7Y']) {
      const first = at('1999-12-31T23:59:59Z');
      let tick = first;
      for (let after = first; after < at('2031-01-01T00:00:00Z'); after += 17 * 86_400_000 + 12_345) {
        while (tick <= after)
          tick = nextTick(tick, `${new Date(first).toISOString()}/${interval}`, tick) ?? NaN;
        assert.equal(nextTick(first, interval, after), tick, `${interval} after ${shown(after)}`);
      }
    }
  });

  it('ends at its end', () => {
    const cycle = parseRepeatingInterval('R/PT1H/2026-01-01T12:00:00Z');
    assert.ok(cycle);
    const rhythm = rhythmOf(cycle, at('2026-01-01T10:00:00Z'));
    assert.equal(shown(nextTick(at('2026-01-01T11:00:00Z'), rhythm, 0)), '2026-01-01T12:00:00.000Z');
    assert.equal(nextTick(at('2026-01-01T12:00:00Z'), rhythm, 0), undefined);
    assert.equal(nextTick(at('2026-01-01T10:00:00Z'), rhythm, at('2026-01-01T12:00:00Z')), undefined);
    const calendar = parseRepeatingInterval('R/P1M/2026-03-15');
    assert.ok(calendar);
    const monthly = rhythmOf(calendar, at('2026-01-31T00:00:00Z'));
    assert.equal(shown(nextTick(at('2026-01-31T00:00:00Z'), monthly, 0)), '2026-02-28T00:00:00.000Z');
    assert.equal(nextTick(at('2026-02-28T00:00:00Z'), monthly, 0), undefined);
  });

  it('ends where the calendar does', () => {
    assert.equal(nextTick(8.64e15 - 1, 'PT1H', 0), undefined);
    assert.equal(nextTick(at('2026-01-01T00:00:00Z'), 'P999999Y', 0), undefined);
    assert.equal(nextTick(at('2026-01-01T00:00:00Z'), 'P999999999Y', 0), undefined);
  });

  it('takes no time over ticks that were missed since the beginning of the calendar', async () => {
    const now = at('2026-01-01T00:00:00Z');
    const spentMs = await cpuTimeMs(() => {
      for (const interval of ['PT0.001S', 'P1M', 'P1MT0.001S', 'P1Y']) {
        const next = nextTick(at('-271820-01-31T00:00:00Z'), interval, now);
        assert.ok(next !== undefined && next > now);
      }
    });
    assert.ok(spentMs < 200, `It took ${spentMs} ms.`);
  });
});
