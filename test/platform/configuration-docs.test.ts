import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'mocha';
import { configVariables, secretPrefix } from '../../src/platform/config-variables.js';
import { loadConfig } from '../../src/platform/config.js';

describe('docs/configuration.md', () => {
  const text = readFileSync(new URL('../../docs/configuration.md', import.meta.url), 'utf8');
  const rows = [...text.matchAll(/^\| `([A-Z_<>]+)` \| ([^|]+) \|/gm)].map(([, name, value]) => ({
    name: String(name),
    value: String(value).trim().replaceAll('`', ''),
  }));

  it('tells of each variable that the server reads, and of no other', () => {
    const names = rows.map(({ name }) => name);
    assert.deepEqual([...names].sort(), [...configVariables, `${secretPrefix}<NAME>`].sort());
  });

  it('tells the defaults', () => {
    const config = loadConfig({});
    const told = Object.fromEntries(rows.map(({ name, value }) => [name, value]));
    assert.equal(told['PORT'], String(config.port));
    assert.equal(told['HOST'], config.host);
    assert.equal(told['DATABASE_URL'], config.databaseUrl);
    assert.equal(told['LOG_LEVEL'], config.logLevel);
    assert.equal(told['PROCESSES_DIR'], config.processesDir);
    assert.equal(told['NODE_ENV'], config.nodeEnv);
    assert.equal(told['BODY_LIMIT_BYTES'], String(config.bodyLimitBytes));
    assert.equal(told['SHUTDOWN_GRACE_MS'], String(config.shutdownGraceMs));
    assert.equal(told['JOBS_IN_SERVER'], String(config.jobsInServer));
    assert.equal(told['JOB_CONCURRENCY'], String(config.jobConcurrency));
    assert.equal(told['JOB_LEASE_MS'], String(config.jobLeaseMs));
    assert.equal(told['QUEUE_PREFIX'], 'throughline');
    assert.equal(told['SCRIPT_TIMEOUT_MS'], String(config.scriptTimeoutMs));
    assert.equal(told['SCRIPT_MEMORY_MB'], String(config.scriptMemoryBytes / 1024 / 1024));
  });
});
