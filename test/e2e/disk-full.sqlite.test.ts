// Only on SQLite: there the server itself writes to the disk. What PostgreSQL says of a full disk is known by its code.
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, it } from 'mocha';
import { bpmn } from '../support/bpmn-builder.js';
import { scarceDisk } from '../support/scarce-disk.js';
import { send, startServerProcess } from '../support/server-process.js';
import { skip } from '../support/skip.js';

const letter = 'x'.repeat(30_000);

describe('a server whose disk is full', () => {
  it('row 10: disk full, then free: 503, reads work, what was acknowledged is there, it resumes unaided', async function () {
    this.timeout(120_000);
    const folder = await mkdtemp(join(tmpdir(), 'throughline-full-'));
    const [data, files] = [join(folder, 'data'), join(folder, 'files')];
    for (const path of [data, files]) await mkdir(path);
    const disk = scarceDisk(data) ?? skip(this, 'neither unshare nor prlimit can be used');
    // A timer, a call, a job and the ends of both: each needs a loop that goes on afterwards.
    const order = bpmn('order')
      .startEvent('s')
      .intermediateCatchEvent('t', { timer: { duration: 'PT2S' } })
      .callActivity('c', { processId: 'pick' })
      .endEvent('e');
    const pick = bpmn('pick').startEvent('s').serviceTask('j', { type: 'note' }).endEvent('e');
    await writeFile(join(files, 'order.bpmn'), order.toXml());
    await writeFile(join(files, 'pick.bpmn'), pick.toXml());
    await writeFile(join(files, 'note.mjs'), 'export default () => ({ noted: true });\n');
    const server = await startServerProcess({
      env: {
        DATABASE_URL: `sqlite:${join(data, 'throughline.db')}`,
        ...{ PROCESSES_DIR: files, HANDLERS_DIR: files, LOG_LEVEL: 'silent' },
      },
      under: disk.under,
    });
    try {
      const start = (key: string) => {
        const body = { bpmnProcessId: 'order', businessKey: key, variables: { letter } };
        return send(server.url, 'POST', '/v1/process-instances', body, { 'Idempotency-Key': key });
      };
      const count = async (filter: Record<string, unknown>) => {
        const search = { filter, page: { limit: 1 } };
        const { status, body } = await send(server.url, 'POST', '/v1/process-instances/search', search);
        assert.equal(status, 200);
        return (body['page'] as { totalItems: number }).totalItems;
      };
      const acknowledged = new Map<string, string>();
      const refused: string[] = [];
      await disk.fill(server.pid);
      // Small ones find their place longer than this: the disk is full when twenty are refused one after the other.
      for (let n = 0, inARow = 0; inARow < 20; n++) {
        assert.ok(n < 5_000, 'Expected the disk to be full some time.');
        const { status, headers, body } = await start(`k${n}`);
        if (status === 201) {
          acknowledged.set(`k${n}`, String(body['processInstanceId']));
          inARow = 0;
          continue;
        }
        assert.equal(status, 503, JSON.stringify(body));
        assert.equal(body['code'], 'service-unavailable');
        assert.match(String(body['detail']), /Nothing was done/);
        assert.match(headers.get('retry-after') ?? '', /^\d+$/);
        refused.push(`k${n}`);
        inARow += 1;
      }
      assert.ok(acknowledged.size > 0);
      for (const [key, id] of acknowledged) {
        const { status, body } = await send(server.url, 'GET', `/v1/process-instances/${id}`);
        assert.deepEqual([status, body['businessKey']], [200, key]);
      }
      // Timers come due, and cannot fire.
      await pause(2_500);
      assert.equal(await count({ bpmnProcessId: 'order' }), acknowledged.size);
      assert.ok((await count({ bpmnProcessId: 'order', state: 'active' })) > 0);

      await disk.free(server.pid);
      for (const key of refused) {
        const { status, body } = await start(key);
        assert.equal(status, 201, JSON.stringify(body));
        acknowledged.set(key, String(body['processInstanceId']));
      }
      for (const [key, id] of acknowledged)
        assert.equal((await start(key)).body['processInstanceId'], id, key);
      const giveUpAt = performance.now() + 30_000;
      while ((await count({ bpmnProcessId: 'order', state: 'active' })) > 0) {
        assert.ok(performance.now() < giveUpAt, 'Expected all instances to come to their end.');
        await pause(50);
      }
      assert.equal(await count({ bpmnProcessId: 'order', state: 'completed' }), acknowledged.size);
      assert.equal(await count({ bpmnProcessId: 'pick', state: 'completed' }), acknowledged.size);
      assert.equal(await server.end('SIGTERM'), 0, server.output());
    } finally {
      await server.end('SIGKILL');
      await rm(folder, { recursive: true, force: true });
    }
  });
});
