import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { createLogger, redactedKeys, silentLogger } from '../../src/platform/logger.js';

function logged(write: (logger: ReturnType<typeof createLogger>) => void): Record<string, unknown>[] {
  const lines: Record<string, unknown>[] = [];
  const destination = {
    write: (line: string) => void lines.push(JSON.parse(line) as Record<string, unknown>),
  };
  write(createLogger({ level: 'info', base: { node: 'n1' } }, destination));
  return lines;
}

describe('createLogger', () => {
  it('writes JSON lines with level and time in words', () => {
    const [line] = logged((logger) => logger.info({ jobId: 'j1' }, 'job completed'));
    assert.match(String(line?.['time']), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    assert.deepEqual(
      { ...line, time: 0 },
      { level: 'info', time: 0, node: 'n1', jobId: 'j1', msg: 'job completed' },
    );
  });

  it('writes nothing below its level', () => {
    assert.deepEqual(
      logged((logger) => logger.debug('not this')),
      [],
    );
  });

  for (const key of redactedKeys) {
    it(`redacts ${key} in the first three levels of an entry`, () => {
      const secret = { [key]: 'hunter2', other: 'kept' };
      const [line] = logged((logger) => logger.warn({ ...secret, a: secret, req: { headers: secret } }));
      const text = JSON.stringify(line);
      assert(!text.includes('hunter2'), text);
      assert.equal(text.split('[redacted]').length - 1, 3);
      assert.equal(text.split('kept').length - 1, 3);
    });
  }

  it('redacts in child loggers too', () => {
    const [line] = logged((logger) => logger.child({ token: 'hunter2' }).info('x'));
    assert.equal(line?.['token'], '[redacted]');
  });

  it('leaves what the caller logs unchanged', () => {
    const entry = { password: 'hunter2' };
    logged((logger) => logger.info(entry));
    assert.deepEqual(entry, { password: 'hunter2' });
  });

  it('writes errors with their stack and cause', () => {
    const [line] = logged((logger) =>
      logger.error({ err: new Error('outer', { cause: new Error('inner') }) }),
    );
    assert.match(JSON.stringify(line), /outer.*inner/);
  });
});

describe('silentLogger', () => {
  it('takes entries and writes none', () => {
    assert.equal(silentLogger.isLevelEnabled('fatal'), false);
    silentLogger.fatal('nothing');
  });
});
