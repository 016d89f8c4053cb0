// On SQLite alone: it is about how a server is put together, and what it tells; PostgreSQL adds the connections of its pool.
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'mocha';
import { loadConfig } from '../../src/platform/config.js';
import { silentLogger } from '../../src/platform/logger.js';
import { serve, type Served } from '../../src/serve.js';
import { bpmn } from '../support/bpmn-builder.js';

describe('the metrics of a server', () => {
  let folder = '';
  let served: Served | undefined;
  before(async function start() {
    this.timeout(180_000);
    folder = await mkdtemp(join(tmpdir(), 'throughline-metrics-'));
    await mkdir(join(folder, 'processes'));
    const model = bpmn('waits').startEvent('s').userTask('u').endEvent('e');
    await writeFile(join(folder, 'processes/waits.bpmn'), model.toXml());
    const config = loadConfig({
      PORT: '0',
      DATABASE_URL: `sqlite:${join(folder, 'a.db')}`,
      PROCESSES_DIR: join(folder, 'processes'),
      OUTBOX_DIR: join(folder, 'outbox'),
    });
    served = await serve(config, silentLogger);
  });
  after(async function stop() {
    this.timeout(180_000);
    await served?.stop();
    await rm(folder, { recursive: true });
  });

  const ask = async (path: string, init: RequestInit = {}): Promise<string> =>
    (await fetch(`${served?.url ?? assert.fail('no server')}${path}`, init)).text();
  const valueOf = (text: string, series: string): number => {
    const line = text.split('\n').find((one) => one.startsWith(`${series} `));
    return Number(line?.slice(series.length) ?? assert.fail(`Expected ${series} in:\n${text}`));
  };

  it('tell of requests, commands, commits, what is open, and the process', async () => {
    const body = JSON.stringify({ bpmnProcessId: 'waits' });
    const headers = { 'content-type': 'application/json' };
    for (const _one of [1, 2]) await ask('/v1/process-instances', { method: 'POST', body, headers });
    for (let path = 0; path < 50; path += 1) await ask(`/nowhere/${path}`);
    await ask('/v1/process-instances/none', { method: 'DELETE' });
    const text = await ask('/metrics');
    assert.equal(
      valueOf(text, 'throughline_http_requests_total{operation="startProcessInstance",status="201"}'),
      2,
    );
    assert.equal(valueOf(text, 'throughline_http_requests_total{operation="none",status="404"}'), 50);
    assert.equal(
      valueOf(text, 'throughline_http_request_duration_seconds_count{operation="startProcessInstance"}'),
      2,
    );
    assert.equal(valueOf(text, 'throughline_commands_total{command="startProcessInstance"}'), 2);
    assert.equal(valueOf(text, 'throughline_units_total{outcome="not-found"}'), 1);
    assert.ok(valueOf(text, 'throughline_units_total{outcome="ok"}') >= 3);
    assert.ok(
      valueOf(text, 'throughline_commit_units_sum') >= valueOf(text, 'throughline_commit_units_count'),
    );
    assert.equal(valueOf(text, 'throughline_process_instances{bpmn_process_id="waits"}'), 2);
    assert.equal(valueOf(text, 'throughline_counts_cut{kind="process_instances"}'), 0);
    assert.equal(valueOf(text, 'throughline_store_units'), 0);
    assert.ok(valueOf(text, 'throughline_event_loop_delay_seconds{quantile="1"}') >= 0);
    assert.ok(valueOf(text, 'throughline_process_resident_memory_bytes') > 1e6);
    assert.doesNotMatch(text, /nowhere/);
  });
});
