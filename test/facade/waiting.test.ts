import assert from 'node:assert/strict';
import { ElementInstances } from '../../src/engine/element-instances.js';
import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import { afterEach, describe, it } from 'mocha';
import request from 'supertest';
import { WaitingRoom } from '../../src/facade/waiting-room.js';
import { done } from '../../src/runtime/outcome.js';
import type { ProcessInstanceRow } from '../../src/runtime/ports.js';
import type { StartedInstance } from '../../src/runtime/runtime.js';
import { createGate } from '../support/gate.js';
import { startStubServer, type StubServer } from '../support/stub-server.js';

const started: StartedInstance = {
  processInstanceId: 'i',
  processDefinitionId: 'd',
  bpmnProcessId: 'p',
  version: 1,
  state: 'active',
};

function instanceRow(status: ProcessInstanceRow['state']['status'], errorCode?: string): ProcessInstanceRow {
  return {
    processInstanceId: 'i',
    tenantId: 'default',
    processDefinitionId: 'd',
    bpmnProcessId: 'p',
    version: 1,
    hasIncident: false,
    startedAt: 0,
    revision: 1,
    state: {
      schema: 1,
      processInstanceId: 'i',
      status,
      errorCode,
      lastKey: 1,
      at: 0,
      elementInstances: ElementInstances.empty,
    },
  };
}

/** A wait that lasts until the signal aborts, and tells when it has begun and that it was aborted. */
function openWait() {
  const begun = createGate();
  const aborted = createGate();
  return {
    begun: begun.opened,
    aborted: aborted.opened,
    async until(signal: AbortSignal | undefined): Promise<void> {
      assert.ok(signal !== undefined && !signal.aborted);
      begun.open();
      await once(signal, 'abort');
      aborted.open();
    },
  };
}

/** A caller that does not go. */
function stays(): void {}

describe('requests that wait', () => {
  let server: StubServer;
  afterEach(() => server.close());

  const start = (body: object) =>
    request(server.url)
      .post('/v1/process-instances')
      .send({ bpmnProcessId: 'p', ...body });

  it('do not wait for the end unless they ask for it', async () => {
    server = await startStubServer({ runtime: { startProcessInstance: async () => done(started) } });
    const { status, headers, body } = await start({});
    assert.equal(status, 201);
    assert.equal(headers['location'], '/v1/process-instances/i');
    assert.deepEqual(body, started);
  });

  it('answer 201 with state and variables when the instance has ended', async () => {
    const waits: number[] = [];
    server = await startStubServer({
      runtime: {
        startProcessInstance: async () => done(started),
        awaitEnd: async (_tenantId, _id, timeoutMs) => {
          waits.push(timeoutMs);
          return true;
        },
        variables: async () => done({ total: 5 }),
        queries: { processInstance: async () => instanceRow('terminated', 'E1') },
      },
    });
    const { status, headers, body } = await start({ awaitCompletion: true, requestTimeoutMs: 5_000 });
    assert.equal(status, 201);
    assert.equal(headers['location'], '/v1/process-instances/i');
    assert.deepEqual(body, { ...started, state: 'terminated', variables: { total: 5 }, errorCode: 'E1' });
    assert.deepEqual(waits, [5_000]);
  });

  it('answer 202 when it still runs at the time-out', async () => {
    server = await startStubServer({
      runtime: {
        startProcessInstance: async () => done(started),
        awaitEnd: async () => false,
        queries: { processInstance: async () => instanceRow('active') },
      },
    });
    const { status, body } = await start({ awaitCompletion: true });
    assert.deepEqual([status, body], [202, started]);
  });

  it('stop to wait when the caller goes', async () => {
    const wait = openWait();
    server = await startStubServer({
      runtime: {
        activateJobs: async (_context, _input, signal) => {
          await wait.until(signal);
          return done([]);
        },
      },
    });
    const poll = httpRequest(`${server.url}/v1/jobs/activate`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
    });
    poll.on('error', () => undefined);
    poll.end('{"type": "t", "worker": "w", "maxJobs": 1, "timeoutMs": 1000, "requestTimeoutMs": 60000}');
    await wait.begun;
    poll.destroy();
    await wait.aborted;
  });

  it('answer at once when the server stops', async () => {
    const wait = openWait();
    server = await startStubServer({
      runtime: {
        startProcessInstance: async () => done(started),
        awaitEnd: async (_tenantId, _id, _timeoutMs, signal) => {
          await wait.until(signal);
          return false;
        },
        queries: { processInstance: async () => instanceRow('active') },
      },
    });
    const answer = start({ awaitCompletion: true, requestTimeoutMs: 60_000 }).then((response) => response);
    await wait.begun;
    const stopped = server.stop();
    const { status, headers } = await answer;
    await stopped;
    assert.deepEqual([status, headers['connection']], [202, 'close']);
  });

  it('are refused when too many wait', async () => {
    server = await startStubServer();
    const room = new WaitingRoom(new AbortController().signal, 1);
    const wait = openWait();
    let leave = (): void => undefined;
    const first = room.during(
      (listener) => {
        leave = listener;
      },
      (signal) => wait.until(signal),
    );
    await wait.begun;
    await assert.rejects(
      room.during(stays, async () => assert.fail('It was let in.')),
      /at most 1 requests/,
    );
    leave();
    await first;
    assert.equal(await room.during(stays, async () => 'in'), 'in');
  });
});
