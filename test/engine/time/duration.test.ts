import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { addDuration, isPositive, parseDuration } from '../../../src/engine/time/duration.js';
import { cpuTimeMs } from '../../support/cpu-time.js';

describe('ISO 8601 duration', () => {
  for (const [text, months, days, ms] of [
    ['P1Y2M3DT4H5M6.789S', 14, 3, 14_706_789],
    ['P2W', 0, 14, 0],
    ['PT0.5S', 0, 0, 500],
    ['PT0,25S', 0, 0, 250],
    ['-P1DT1S', 0, -1, -1000],
    ['PT36H', 0, 0, 129_600_000],
    ['PT0S', 0, 0, 0],
    ['-PT0S', 0, 0, 0],
    ['P999999999D', 0, 999_999_999, 0],
    ['PT0.0009S', 0, 0, 0],
  ] as const) {
    it(`reads ${text}`, () => {
      assert.deepEqual(parseDuration(text), { months, days, ms });
    });
  }

  for (const text of [
    ...[
      '',
      'P',
      'PT',
      '-P',
      'P1',
      'P1H',
      'PT1D',
      'P1DT',
      'P1.5D',
      'P1WT1H',
      'p1d',
      'P-1D',
      '+P1D',
      ' P1D',
      'P1D ',
    ],
    ...[
      'P1S',
      'PT1S1M',
      'P1D1M',
      'PT1.S',
      'PT.5S',
      'P1234567890D',
      `PT${'1'.repeat(100)}S`,
      'R3/PT1H',
      '1',
      'PT1H\n',
    ],
  ]) {
    it(`refuses ${JSON.stringify(text).slice(0, 40)}`, () => {
      assert.equal(parseDuration(text), undefined);
    });
  }

  it('takes no time over hostile text', async () => {
    const hostile = [
      `P${'1'.repeat(1e6)}D`,
      `PT${'0'.repeat(60)}`,
      'P'.repeat(1e6),
      `PT0.${'9'.repeat(1e6)}S`,
    ];
    const spentMs = await cpuTimeMs(() => {
      for (const text of hostile) assert.equal(parseDuration(text), undefined);
    });
    assert.ok(spentMs < 500, `It took ${spentMs} ms.`);
  });

  const after = (from: string, duration: string) => {
    const parsed = parseDuration(duration);
    assert.ok(parsed);
    return new Date(addDuration(Date.parse(from), parsed)).toISOString();
  };

  for (const [from, duration, expected] of [
    ['2026-01-31T10:00:00Z', 'P1M', '2026-02-28T10:00:00.000Z'],
    ['2028-01-31T10:00:00Z', 'P1M', '2028-02-29T10:00:00.000Z'],
    ['2028-02-29T00:00:00Z', 'P1Y', '2029-02-28T00:00:00.000Z'],
    ['2026-12-31T23:59:59Z', 'PT1S', '2027-01-01T00:00:00.000Z'],
    ['2026-03-31T00:00:00Z', '-P1M', '2026-02-28T00:00:00.000Z'],
    ['2026-01-31T00:00:00Z', 'P1M1D', '2026-03-01T00:00:00.000Z'],
    ['2026-11-30T00:00:00Z', 'P3M', '2027-02-28T00:00:00.000Z'],
    ['0050-01-31T00:00:00Z', 'P1M', '0050-02-28T00:00:00.000Z'],
  ] as const) {
    it(`${from} plus ${duration} is ${expected} (XML Schema part 2, appendix E)`, () => {
      assert.equal(after(from, duration), expected);
    });
  }

  it('tells whether time moves forward by it', () => {
    const isForward = (text: string) => {
      const duration = parseDuration(text);
      return duration && isPositive(duration);
    };
    assert.deepEqual(['PT0.001S', 'P1M', 'PT0S', '-P1D'].map(isForward), [true, true, false, false]);
  });
});
