// Only on PostgreSQL: a server of its own that can be away. SQLite is a file; what it can lack is space (disk-full.sqlite.test.ts).
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { after, before, describe, it } from 'mocha';
import { bpmn } from '../support/bpmn-builder.js';
import { type RestartablePostgres, startPostgres } from '../support/services.js';
import type { ServerProcess } from '../support/server-process.js';
import { send, startServerProcess } from '../support/server-process.js';
import { skip } from '../support/skip.js';
import { startTcpProxy, type TcpProxy } from '../support/tcp-proxy.js';

const crashes = 3;
const clients = 8;
/** Longer than any answer may take while nobody listens on the database's port; a machine under load is allowed for. */
const answerMaxMs = 8_000;

type Answer = Awaited<ReturnType<typeof send>>;

describe('a server whose PostgreSQL goes away', function () {
  this.timeout(120_000);
  let postgres: RestartablePostgres;
  let proxy: TcpProxy;
  let folder: string;
  let server: ServerProcess;

  before(async function () {
    const started = await startPostgres();
    if (!started.available) return skip(this, started.reason);
    postgres = started;
    const url = new URL(postgres.url);
    proxy = await startTcpProxy(Number(url.port));
    url.port = String(proxy.port);
    folder = await mkdtemp(join(tmpdir(), 'throughline-outage-'));
    // A timer, a call and its end: each needs a loop that goes on after an outage.
    const order = bpmn('order')
      .startEvent('s')
      .intermediateCatchEvent('t', { timer: { duration: 'PT0.5S' } })
      .callActivity('c', { processId: 'pick' })
      .endEvent('e');
    await writeFile(join(folder, 'order.bpmn'), order.toXml());
    await writeFile(join(folder, 'pick.bpmn'), bpmn('pick').startEvent('s').endEvent('e').toXml());
    server = await startServerProcess({
      env: { DATABASE_URL: url.href, PROCESSES_DIR: folder, LOG_LEVEL: 'silent' },
    });
  });
  after(async () => {
    await server?.end('SIGKILL');
    await proxy?.close();
    await postgres?.close();
    if (folder !== undefined) await rm(folder, { recursive: true, force: true });
  });

  const start = (key: string): Promise<Answer> => {
    const body = { bpmnProcessId: 'order', businessKey: key };
    return send(server.url, 'POST', '/v1/process-instances', body, { 'Idempotency-Key': key });
  };

  /** An answer while the database is away is a 503 that says when to come again. */
  const assertAway = ({ status, headers, body }: Answer): void => {
    assert.equal(status, 503, JSON.stringify(body));
    assert.equal(body['code'], 'service-unavailable');
    assert.match(headers.get('retry-after') ?? '', /^\d+$/);
  };

  /** Sends the same request until it is done. */
  const startAtLast = async (key: string): Promise<string> => {
    for (const giveUpAt = performance.now() + 30_000; performance.now() < giveUpAt;) {
      const answer = await start(key);
      if (answer.status === 201) return String(answer.body['processInstanceId']);
      if (answer.body['code'] !== 'idempotency-key-in-flight') assertAway(answer);
      await pause(20);
    }
    throw new Error(`Expected ${key} to be done within 30 s.`);
  };

  const count = async (filter: Record<string, unknown>): Promise<number> => {
    const search = { filter, page: { limit: 1 } };
    const { status, body } = await send(server.url, 'POST', '/v1/process-instances/search', search);
    assert.equal(status, 200, JSON.stringify(body));
    return (body['page'] as { totalItems: number }).totalItems;
  };

  const untilAllCompleted = async (): Promise<void> => {
    const giveUpAt = performance.now() + 60_000;
    while ((await count({ bpmnProcessId: 'order', state: 'active' })) > 0) {
      assert.ok(performance.now() < giveUpAt, 'Expected all instances to come to their end.');
      await pause(50);
    }
  };

  it('row 9: PostgreSQL stopped (immediate) and restarted, several times: the process lives, 503 with Retry-After, the same key gives one instance', async () => {
    const ids = new Map<string, string>();
    let isOver = false;
    let refused = 0;
    let slowestMs = 0;
    const load = async (client: number): Promise<void> => {
      for (let n = 0; !isOver; n++) {
        const key = `c${client}-${n}`;
        for (let isDone = false; !isDone;) {
          const sentAt = performance.now();
          const answer = await start(key);
          slowestMs = Math.max(slowestMs, performance.now() - sentAt);
          isDone = answer.status === 201;
          if (isDone) ids.set(key, String(answer.body['processInstanceId']));
          else {
            assertAway(answer);
            refused += 1;
            await pause(20);
          }
        }
        await pause(10);
      }
    };
    const working = Promise.all(Array.from({ length: clients }, (_, client) => load(client)));
    for (let crash = 0; crash < crashes; crash++) {
      await pause(1_500);
      await postgres.crash();
      const ready = await send(server.url, 'GET', '/readyz');
      assert.equal(ready.status, 503, JSON.stringify(ready.body));
      assert.equal((await send(server.url, 'GET', '/healthz')).status, 200);
      assertAway(await send(server.url, 'POST', '/v1/process-instances/search', {}));
      await pause(700);
      const answeredBefore = ids.size;
      await postgres.restart();
      const giveUpAt = performance.now() + 20_000;
      while (ids.size === answeredBefore) {
        assert.ok(performance.now() < giveUpAt, 'Expected work to go on.');
        await pause(20);
      }
    }
    isOver = true;
    await working;
    assert.ok(refused > crashes && ids.size > clients * crashes, `${refused} refused, ${ids.size} done`);
    assert.ok(slowestMs < answerMaxMs, `the slowest answer took ${slowestMs} ms`);
    assert.equal(await count({ bpmnProcessId: 'order' }), ids.size);
    for (const [key, id] of ids) assert.equal(await startAtLast(key), id);
    await untilAllCompleted();
    assert.equal(await count({ bpmnProcessId: 'order', state: 'completed' }), ids.size);
    assert.equal(await count({ bpmnProcessId: 'pick', state: 'completed' }), ids.size);
  });

  it('row 9: socket cut during COMMIT, and at any other piece: done once or not at all, the same key gives one instance', async () => {
    let unknown = 0;
    const cutAt = async (
      direction: 'question' | 'answer',
      nth: number,
      matches?: (bytes: Buffer) => boolean,
    ) => {
      const key = `cut-${direction}-${nth}-${matches === undefined ? 'any' : 'commit'}`;
      let isCut = false;
      void proxy.cut(direction, nth, matches).then(() => (isCut = true));
      const answer = await start(key);
      if (answer.status !== 201) assertAway(answer);
      if (/whether this was done/.test(String(answer.body['detail']))) unknown += 1;
      const id = await startAtLast(key);
      if (answer.status === 201) assert.equal(answer.body['processInstanceId'], id);
      // What is asked next is not to be cut any more.
      while (!isCut) assert.equal(await startAtLast(key), id);
      assert.equal(await count({ businessKey: key }), 1, key);
    };
    for (const direction of ['question', 'answer'] as const) {
      for (let nth = 1; nth <= 6; nth++) await cutAt(direction, nth);
    }
    const isCommitted = (bytes: Buffer): boolean => bytes.includes('COMMIT\0');
    for (let nth = 1; nth <= 4; nth++) await cutAt('answer', nth, isCommitted);
    assert.ok(unknown > 0, 'Expected a cut during a commit.');
    await untilAllCompleted();
  });

  it('is still the same process, and stops as usual', async () => {
    assert.equal(await server.end('SIGTERM'), 0, server.output());
  });
});
