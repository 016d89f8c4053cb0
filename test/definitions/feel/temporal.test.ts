import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { compileFeelValue } from '../../../src/definitions/feel/index.js';
import { dateOf, dateOfEpochDay, epochDay, weekday } from '../../../src/definitions/feel/temporal/date.js';
import { DaysTimeDuration } from '../../../src/definitions/feel/temporal/duration.js';
import { contextOf, itEvaluates } from './expression-table.js';

const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31));

describe('FEEL properties of temporal values (DMN 1.4, 10.3.2.5)', () => {
  itEvaluates([
    ['@"2024-02-29".year', 2024],
    ['@"2024-02-29".month', 2],
    ['@"2024-02-29".day', 29],
    ['@"2024-02-29".weekday', 4],
    ['@"2024-03-03".weekday', 7],
    ['@"1969-12-31".weekday', 3],
    ['@"2024-02-29".hour', null],
    ['@"10:11:12".hour', 10],
    ['@"10:11:12".minute', 11],
    ['@"10:11:12".second', 12],
    ['@"10:11:12.25".second', 12.25],
    ['@"10:11:12".time offset', null],
    ['@"10:11:12Z".time offset', 'PT0S'],
    ['@"10:11:12-05:00".time offset', '-PT5H'],
    ['@"10:11:12".timezone', null],
    ['@"10:11:12@Europe/Berlin".timezone', 'Europe/Berlin'],
    ['@"2024-07-01T10:11:12@Europe/Berlin".time offset', 'PT2H'],
    ['@"2024-01-01T10:11:12@Europe/Berlin".time offset', 'PT1H'],
    ['@"2024-07-01T10:11:12Z".year', 2024],
    ['@"2024-07-01T10:11:12Z".weekday', 1],
    ['@"2024-07-01T10:11:12Z".minute', 11],
    ['@"P1Y2M".years', 1],
    ['@"P1Y2M".months', 2],
    ['@"P14M".months', 2],
    ['(-@"P14M").months', -2],
    ['@"P1Y2M".days', null],
    ['@"P1DT2H3M4.5S".days', 1],
    ['@"P1DT2H3M4.5S".hours', 2],
    ['@"P1DT2H3M4.5S".minutes', 3],
    ['@"P1DT2H3M4.5S".seconds', 4.5],
    ['(-@"PT36H").days', -1],
    ['(-@"PT36H").hours', -12],
    ['@"PT36H".years', null],
    ['[@"2024-01-01", @"2025-01-01"].year', [2024, 2025]],
  ]);
});

describe('FEEL date and time functions (DMN 1.4, 10.3.4.6 and 10.3.4.8)', () => {
  itEvaluates([
    ['day of year(@"2019-09-17")', 260],
    ['day of year(@"2024-12-31")', 366],
    ['day of week(@"2019-09-17")', 'Tuesday'],
    ['day of week(@"2024-01-07T23:00:00Z")', 'Sunday'],
    ['month of year(@"2019-09-17")', 'September'],
    ['week of year(@"2019-09-17")', 38],
    ['week of year(@"2003-12-29")', 1],
    ['week of year(@"2004-01-04")', 1],
    ['week of year(@"2005-01-01")', 53],
    ['week of year(@"2005-01-03")', 1],
    ['week of year(@"2005-01-09")', 1],
    ['day of week("2019-09-17")', null],
    ['last day of month(@"2024-02-01")', '2024-02-29'],
    ['last day of month(@"2023-02-01T10:00:00")', '2023-02-28'],
    ['now()', '2024-01-15T10:30:00Z'],
    ['today()', '2024-01-15'],
    ['now() - @"PT30M"', '2024-01-15T10:00:00Z'],
    ['today() + @"P1M"', '2024-02-15'],
    ['date(now()) = today()', true],
    ['is(date("2012-12-25"), time("23:00:50"))', false],
    ['is(date("2012-12-25"), date("2012-12-25"))', true],
    ['is(time("23:00:50z"), time("23:00:50"))', false],
    ['is(time("23:00:50z"), time("23:00:50+00:00"))', true],
    ['is(time("23:00:50z"), time("00:00:50+01:00"))', false],
    ['is(1, 1)', true],
    ['is(1, "1")', false],
    ['is(null, null)', true],
    ['is([1], [1])', true],
  ]);
});

describe('FEEL temporal values', () => {
  it(`count days as the platform's calendar does, seed ${seed}`, () => {
    fc.assert(
      fc.property(fc.integer({ min: -3_000_000, max: 3_000_000 }), (day) => {
        const date = dateOfEpochDay(day);
        assert.ok(date !== null);
        const platform = new Date(day * 86_400_000);
        assert.deepEqual(
          [date.year, date.month, date.day, weekday(date) % 7],
          [
            platform.getUTCFullYear(),
            platform.getUTCMonth() + 1,
            platform.getUTCDate(),
            platform.getUTCDay(),
          ],
        );
        assert.equal(epochDay(date), day);
      }),
      { seed, numRuns: 300 },
    );
  });

  it('stay exact at the ends of the calendar', () => {
    const last = dateOf(999_999_999, 12, 31);
    assert.ok(last !== null);
    assert.equal(dateOfEpochDay(epochDay(last))?.toString(), '999999999-12-31');
    assert.equal(dateOfEpochDay(epochDay(last) + 1), null);
  });

  it('are handed out as they are where JSON is not wanted', () => {
    const compiled = compileFeelValue('@"PT1.000000001S" + @"PT1S"');
    assert.ok(compiled.ok);
    const value = compiled.evaluate(contextOf());
    assert.ok(value instanceof DaysTimeDuration);
    assert.equal(value.nanos, 2_000_000_001n);
  });

  it('know offsets of long ago and time zones by any spelling of their case', () => {
    const compiled = compileFeelValue('@"1880-01-01T00:00:00@europe/berlin".time offset');
    assert.ok(compiled.ok);
    assert.equal(String(compiled.evaluate(contextOf())), 'PT53M28S');
  });
});
