// SQLite has one server by its nature: there is nobody else to tell.
import assert from 'node:assert/strict';
import { mock } from 'node:test';
import { afterEach, beforeEach, describe, it } from 'mocha';
import pg from 'pg';
import { silentLogger } from '../../../src/platform/logger.js';
import type { Hint } from '../../../src/runtime/ports.js';
import { PostgresHintLine } from '../../../src/store/postgres/hint-line.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { startTcpProxy, type TcpProxy } from '../../support/tcp-proxy.js';
import { until } from '../../support/until.js';

const hint: Hint = { kind: 'timerScheduled', dueAt: 1 };

describe('the line on which nodes tell each other hints', () => {
  let database: TestDatabase;
  let proxy: TcpProxy;
  let line: PostgresHintLine;
  let asked: ReturnType<typeof mock.method>;
  /** The time to check has come. */
  let check: (() => void) | undefined;

  beforeEach('listen', async () => {
    database = await createTestDatabase();
    const url = new URL(database.databaseUrl);
    proxy = await startTcpProxy(Number(url.port || 5432));
    url.port = String(proxy.port);
    mock.method(globalThis, 'setInterval', (callback: () => void) => {
      check = callback;
      return setTimeout(() => undefined, 0);
    });
    asked = mock.method(pg.Client.prototype, 'query');
    line = new PostgresHintLine({ url: url.href, logger: silentLogger, heard: () => undefined });
    await until(() => check !== undefined, 'the line to listen');
    asked.mock.resetCalls();
  });
  afterEach('close', async () => {
    mock.restoreAll();
    check = undefined;
    await line.close();
    await proxy.close();
    await database.remove();
  });

  it('asks a database that says nothing whether it is still there', async () => {
    check?.();
    assert.equal(asked.mock.callCount(), 1);
    await asked.mock.calls[0]?.result;
  });

  it('asks nothing while a hint is on its way, and tells none while it asks', () => {
    proxy.swallow(true);
    line.tell(hint);
    check?.();
    line.tell(hint);
    assert.equal(asked.mock.callCount(), 1);
  });
});
