import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'mocha';
import { createClient } from '../../src/client/index.js';
import { streamEvents } from '../../src/contract/events.js';
import type { ProblemBody } from '../../src/contract/problem.js';
import { heartbeatMs } from '../../src/facade/write-events.js';
import type { Authenticate } from '../../src/facade/security/authenticate.js';
import { bpmn } from '../support/bpmn-builder.js';
import { refused } from '../support/contract-client.js';
import { openEvents, type ReadStream } from '../support/read-events.js';
import { deployed, started, useServer } from './use-server.js';

const order = bpmn('order').startEvent('start').userTask('approve').endEvent('end');
const other = bpmn('other').startEvent('start').userTask('look').endEvent('end');

/** `Bearer channel order` is a channel that reaches the process `order`. */
const authenticate: Authenticate = async (req) => {
  const [, role, process = ''] = (req.headers.authorization ?? '').split(' ');
  const grants = { bpmnProcessIds: [process] };
  if (role === 'channel') return { id: 'app', tenantId: 'default', roles: ['channel'], grants };
  if (role === 'worker') return { id: 'worker', tenantId: 'default', roles: ['worker'], grants: {} };
  return {
    id: 'admin',
    tenantId: role === 'stranger' ? 'stranger' : 'default',
    roles: ['admin'],
    grants: {},
  };
};

describe('GET /v1/events', function () {
  this.timeout(60_000);
  const open: ReadStream[] = [];
  afterEach('close the streams', async () => {
    for (const stream of open.splice(0)) await stream.close();
  });
  const server = useServer({ authenticate });
  const follow = async (query = '', headers: Readonly<Record<string, string>> = {}): Promise<ReadStream> => {
    const stream = await openEvents(server().url, query, headers);
    open.push(stream);
    return stream;
  };
  const typesOf = (events: readonly { readonly type: string }[]) =>
    events.map(({ type }) => type.replace('io.throughline.', ''));

  it('tells what happens from now on, of the kinds that are asked for', async () => {
    await deployed(server(), order, other);
    const first = await started(server(), 'order', { businessKey: 'A-1' });
    const all = await follow('?type=io.throughline.process-instance.*&type=user-task.created');
    const ofInstance = await follow(`?processInstanceId=${first}`);
    const ofKey = await follow('?businessKey=A-2&bpmnProcessId=order&type=process-instance.started');
    const second = await started(server(), 'order', { businessKey: 'A-2' });
    assert.equal((await server().request('POST', `/v1/process-instances/${first}/cancel`)).status, 204);
    const found = await all.read(3);
    assert.deepEqual(typesOf(found), [
      'process-instance.started',
      'user-task.created',
      'process-instance.canceled',
    ]);
    assert.deepEqual(typesOf(await ofInstance.read(2)), ['element.canceled', 'process-instance.canceled']);
    assert.deepEqual(
      (await ofKey.read(1)).map(({ subject, businesskey }) => [subject, businesskey]),
      [[second, 'A-2']],
    );
  });

  it('goes on behind the last event, also after a restart of the server', async () => {
    await deployed(server(), order);
    const stream = await follow('?type=process-instance.*');
    const first = await started(server(), 'order');
    assert.deepEqual(
      (await stream.read(1)).map(({ subject }) => subject),
      [first],
    );
    const { lastEventId } = stream;
    const ended = stream.ends();
    await server().restart();
    assert.equal(await ended, true, 'Expected the stream to end with the server.');
    const missed = await started(server(), 'order');
    const again = await follow('?type=process-instance.*', { 'last-event-id': lastEventId ?? '' });
    const byQuery = await follow(`?type=process-instance.*&lastEventId=${lastEventId}`);
    const last = await started(server(), 'order');
    for (const one of [again, byQuery]) {
      assert.deepEqual(
        (await one.read(2)).map(({ subject }) => subject),
        [missed, last],
      );
    }
  });

  it('keeps silent connections alive, and their place up to date', async () => {
    await deployed(server(), order);
    const stream = await follow('?processInstanceId=nobody');
    const witness = await follow('?type=user-task.created');
    const before = stream.lastEventId;
    await started(server(), 'order');
    await witness.read(1);
    server().clock.advance(heartbeatMs);
    await stream.readPlace();
    assert.notEqual(stream.lastEventId, before);
    const again = await follow('', { 'last-event-id': stream.lastEventId ?? '' });
    const next = await started(server(), 'order');
    const [event] = await again.read(1);
    assert.equal(event?.processinstanceid, next);
  });

  it('shows what the caller reaches: its tenant, and the processes of its grants', async () => {
    await deployed(server(), order, other);
    const granted = await follow('', { authorization: 'Bearer channel other' });
    const all = await follow('?type=process-instance.started');
    const stranger = await follow('', { authorization: 'Bearer stranger' });
    await started(server(), 'order');
    await started(server(), 'other');
    await all.read(2);
    const [event] = await granted.read(1);
    assert.deepEqual(
      [event?.type, event?.bpmnprocessid],
      ['io.throughline.process-instance.started', 'other'],
    );
    const ended = stranger.ends();
    await server().restart();
    assert.equal(await ended, true, 'Expected the stranger to be told nothing.');
    const { body } = await server().request('GET', '/v1/events', undefined, {
      authorization: 'Bearer worker',
    });
    assert.equal((body as { readonly code: string }).code, 'forbidden');
  });

  it('refuses positions that it has not given out, and types that there are not', async () => {
    const pathsOf = ({ errors = [] }: ProblemBody) => errors.map(({ path }) => path);
    for (const lastEventId of ['7', '999999999-end-0', '1-0-A', '1-00-0', 'x'.repeat(255)]) {
      const headers = { 'last-event-id': lastEventId };
      const byHeader = await refused(server(), streamEvents, 'validation-failed', { headers });
      assert.deepEqual(pathsOf(byHeader), ['header.last-event-id']);
      const byQuery = await refused(server(), streamEvents, 'validation-failed', { query: { lastEventId } });
      assert.deepEqual(pathsOf(byQuery), ['query.lastEventId']);
    }
    const queries: readonly Readonly<Record<string, string>>[] = [
      { type: 'process-instance' },
      { type: 'nothing.*' },
      { businessKey: '' },
      { x: '1' },
    ];
    for (const query of queries) {
      await refused(server(), streamEvents, 'validation-failed', { query });
    }
  });

  it('is followed by the client over a lost connection, without a gap', async () => {
    await deployed(server(), order);
    let connections = 0;
    let timers = 0;
    const client = createClient({
      baseUrl: server().url,
      // What it would wait for before it comes again is over at once, and no connection is silent.
      clock: {
        now: () => 0,
        setTimer(atMs, fn) {
          timers += 1;
          const immediate = atMs < 10_000 ? setImmediate(fn) : undefined;
          return {
            cancel() {
              timers -= 1;
              clearImmediate(immediate);
            },
          };
        },
      },
      fetch: async (input, init) => {
        connections += 1;
        const response = await fetch(input, init);
        return new Response(response.body?.pipeThrough(cutAfterAnEvent()), response);
      },
      random: () => 0,
    });
    const controller = new AbortController();
    const found: string[] = [];
    const following = (async () => {
      const events = client.events({ type: 'process-instance.started' }, { signal: controller.signal });
      for await (const { subject } of events) {
        if (!found.includes(subject)) found.push(subject);
        if (found.length === 5) return;
      }
    })();
    // It begins with what comes after it is there.
    while (connections === 0) await server().store.ping();
    const first = await follow();
    assert.ok(first.lastEventId);
    const instances: string[] = [];
    for (let number = 0; number < 5; number++) instances.push(await started(server(), 'order'));
    await following;
    controller.abort();
    assert.deepEqual(found, instances);
    assert.equal(connections, instances.length);
    assert.equal(timers, 0, 'Expected nothing to be left when the caller has gone.');
  });
});

/** A connection that is lost when one event has come, however the events are cut into pieces. */
function cutAfterAnEvent(): TransformStream<Uint8Array, Uint8Array> {
  const decoder = new TextDecoder();
  const encoder = new TextEncoder();
  let come = '';
  return new TransformStream({
    transform(chunk, controller) {
      const before = come.length;
      come += decoder.decode(chunk, { stream: true });
      const event = /^data:[^]*?\n\n/m.exec(come);
      const end = event === null ? come.length : event.index + event[0].length;
      controller.enqueue(encoder.encode(come.slice(before, end)));
      if (event !== null) controller.error(new Error('cut off'));
    },
  });
}
