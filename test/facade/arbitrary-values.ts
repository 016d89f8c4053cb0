import fc from 'fast-check';

/** Texts that have broken other servers. */
const nastyTexts = [
  '',
  ' ',
  '\0',
  'a\0b',
  '\ud800',
  '💡',
  "'; DROP TABLE job; --",
  '%',
  '_',
  '\\',
  '*?[]',
  '__proto__',
  'constructor',
  '../../etc/passwd',
  '=1/0',
  '${7*7}',
  '<a/>',
  'x'.repeat(255),
  'x'.repeat(256),
  '2026-01-01T00:00:00Z',
  '0000-00-00T00:00:00Z',
  '9'.repeat(40),
  'NaN',
  'true',
  'null',
  'e30',
  Buffer.from('["processInstanceId asc","x"]').toString('base64url'),
];

/** Numbers at the edges of what columns and doubles hold. */
export const nastyNumbers = [
  0,
  -1,
  1,
  1.5,
  2 ** 31,
  -(2 ** 31),
  2 ** 53,
  1e308,
  -1e308,
  5e-324,
  1_000,
  1_001,
];

const scalar = fc.oneof(
  fc.constantFrom<unknown>(...nastyTexts),
  fc.constantFrom<unknown>(...nastyNumbers),
  fc.constantFrom<unknown>(true, false, null),
  fc.string(),
  fc.integer(),
);

/** Any text, often a nasty one. */
export const anyText = fc.oneof(fc.constantFrom(...nastyTexts), fc.string());

/** Mostly what is expected, sometimes not. */
export function rarely<Usual, Rare>(
  usual: fc.Arbitrary<Usual>,
  rare: fc.Arbitrary<Rare>,
): fc.Arbitrary<Usual | Rare> {
  return fc.oneof({ weight: 12, arbitrary: usual }, { weight: 1, arbitrary: rare });
}

/** Any JSON, often a nasty scalar. */
export const anyJson = fc.oneof({ weight: 2, arbitrary: scalar }, { weight: 1, arbitrary: fc.jsonValue() });
