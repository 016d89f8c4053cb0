import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { parseTimeToLive } from '../../src/platform/time-to-live.js';

const day = 24 * 60 * 60_000;

describe('a time to live', () => {
  for (const [text, ms] of [
    ['30', 30 * day],
    ['0', 0],
    ['P30D', 30 * day],
    ['P2W', 14 * day],
    ['P1Y2M3D', (366 + 62 + 3) * day],
    ['PT12H30M5S', 12 * 3_600_000 + 30 * 60_000 + 5_000],
    ['P1DT1H', day + 3_600_000],
    ['P0D', 0],
  ] as const) {
    it(`${text} is ${ms} ms`, () => assert.equal(parseTimeToLive(text), ms));
  }

  for (const text of [
    '',
    'P',
    'PT',
    'P1DT',
    '-1',
    'P-1D',
    '1.5',
    'P1.5D',
    'thirty',
    '${ttl}',
    'P1H',
    '1234567',
    ' 30',
  ]) {
    it(`${JSON.stringify(text)} is none`, () => assert.equal(parseTimeToLive(text), undefined));
  }
});
