import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { createLogger } from '../../src/platform/logger.js';
import { createRedaction, noRedaction, withoutCredentials } from '../../src/platform/redaction.js';

describe('createRedaction', () => {
  const redact = createRedaction(['password', 'IBAN']);

  it('takes values away by name, at any depth and in any case, and changes nothing', () => {
    const value = {
      password: 1,
      list: [{ Iban: { deep: 'DE1' }, kept: true }],
      nothing: null,
      text: 'password',
    };
    const before = structuredClone(value);
    assert.deepEqual(redact(value), {
      ...value,
      password: '[redacted]',
      list: [{ Iban: '[redacted]', kept: true }],
    });
    assert.deepEqual(value, before);
  });

  it('tells nothing of what is too deep to be looked into', () => {
    let deep: unknown = { password: 'hunter2' };
    for (let depth = 0; depth < 1_000; depth += 1) deep = { deep };
    assert.doesNotMatch(JSON.stringify(redact(deep)), /hunter2/);
  });

  it('is nothing where no name is configured', () => {
    assert.equal(createRedaction([]), noRedaction);
  });
});

describe('texts without credentials', () => {
  const cases = {
    'connect to postgres://app:hunter2@db:5432/x failed':
      'connect to postgres://app:[redacted]@db:5432/x failed',
    'redis://:hunter2@redis/0': 'redis://:[redacted]@redis/0',
    'sent Authorization: Bearer abc.def-ghi_jkl==': 'sent Authorization: Bearer [redacted]',
    'tl_0123456789abcdef0123_AbC-9_x': 'tl_0123456789abcdef0123_[redacted]',
    'https://example.org/a@b and ann@example.org': 'https://example.org/a@b and ann@example.org',
  };
  for (const [text, expected] of Object.entries(cases))
    it(`reads ${JSON.stringify(expected)}`, () => assert.equal(withoutCredentials(text), expected));

  it('are written by the logger, also from errors, without variables that are redacted', () => {
    const lines: string[] = [];
    const redactedVariables = ['iban', 'a "name"'];
    const logger = createLogger(
      { level: 'info', redactedVariables },
      { write: (line) => void lines.push(line) },
    );
    logger.info({ variables: { Iban: 'DE1' } }, 'GET redis://:hunter2@redis');
    logger.child({ iban: 'DE1' }).warn({ err: new Error('postgres://app:hunter2@db is away') });
    logger.info({ variables: { 'a "name"': 'DE1' } });
    const written = lines.join('');
    assert.doesNotMatch(written, /hunter2|DE1/);
    assert.match(written, /is away/);
  });
});
