import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { RequestContext } from '../../src/runtime/runtime.js';
import { oneJob, oneUserTask } from './models.js';
import { context, ok, refusal, useRuntime } from './use-runtime.js';

const day = 86_400_000;

describe('a request with an idempotency key', () => {
  const test = useRuntime();
  const keyed = (
    more: Partial<NonNullable<RequestContext['idempotency']>> = {},
    who: Partial<RequestContext> = {},
  ) => ({
    ...context,
    ...who,
    idempotency: { operation: 'start', key: 'key', fingerprint: 'print', ...more },
  });
  const start = (request: RequestContext, variables = {}) =>
    test.runtime.startProcessInstance(request, { bpmnProcessId: 'work', variables });

  it('has its first outcome again when it is repeated, and does nothing more', async () => {
    await test.deploy(oneJob());
    const first = await start(keyed());
    const before = await test.tables();
    const again = await start(keyed());
    assert.deepEqual(again, { ...first, replayed: true });
    assert.ok(!('replayed' in first));
    assert.deepEqual(await test.tables(), before);
  });

  it('has its refusal again, also when it would succeed by now', async () => {
    refusal(await start(keyed()), 'not-found');
    await test.deploy(oneJob());
    const again = await start(keyed());
    refusal(again, 'not-found');
    assert.equal(again.replayed, true);
    ok(await start(keyed({ key: 'other' })));
  });

  it('is refused when it asks something else, and changes nothing', async () => {
    await test.deploy(oneJob());
    ok(await start(keyed()));
    const before = await test.tables();
    refusal(await start(keyed({ fingerprint: 'other' })), 'idempotency-key-reused');
    assert.deepEqual(await test.tables(), before);
    assert.equal((await start(keyed())).replayed, true);
  });

  it('is new again a day later', async () => {
    await test.deploy(oneJob());
    const first = ok(await start(keyed()));
    test.clock.advance(day - 1);
    assert.equal((await start(keyed())).replayed, true);
    test.clock.advance(1);
    const second = await start(keyed({ fingerprint: 'other' }));
    assert.equal(second.replayed, undefined);
    assert.notEqual(ok(second).processInstanceId, first.processInstanceId);
    assert.equal((await start(keyed({ fingerprint: 'other' }))).replayed, true);
  });

  it('is removed from the database some time after its day', async () => {
    await test.deploy(oneJob());
    for (let index = 0; index < 450; index++) {
      const request = keyed({ key: `k${index}` });
      void test.runtime.cancelProcessInstance(request, 'x');
    }
    await test.until(async () => (await test.tables()).idempotency.length === 450, 'all to be kept');
    test.clock.advance(day);
    await test.until(async () => {
      test.clock.advance(1000);
      return (await test.tables()).idempotency.length === 0;
    }, 'all to be removed');
  });

  it('belongs to its tenant, principal and operation', async () => {
    await test.deploy(oneJob());
    const other = { ...context, tenantId: 'other' };
    const resources = [{ name: 'work.bpmn', content: oneJob().toXml() }];
    ok(await test.runtime.deploy(other, { resources }));
    const requests = [
      keyed(),
      keyed({}, { tenantId: 'other' }),
      keyed({}, { actor: 'anna' }),
      keyed({ operation: 'x' }),
    ];
    const outcomes = [];
    for (const request of requests) outcomes.push(await start(request));
    assert.equal(new Set(outcomes.map((outcome) => ok(outcome).processInstanceId)).size, 4);
    for (const [index, request] of requests.entries()) {
      assert.deepEqual(await start(request), { ...outcomes[index], replayed: true });
    }
  });

  it('sent ten times at once is done once; the others are told that it is under way, or its outcome', async () => {
    await test.deploy(oneJob());
    for (let round = 0; round < 10; round++) {
      const request = keyed({ key: `round-${round}` });
      const outcomes = await Promise.all(Array.from({ length: 10 }, () => start(request)));
      for (const outcome of outcomes) if (!outcome.ok) refusal(outcome, 'idempotency-key-in-flight');
      const done = outcomes.filter((outcome) => outcome.ok);
      assert.equal(done.filter(({ replayed }) => !replayed).length, 1);
      assert.equal(new Set(done.map((outcome) => ok(outcome).processInstanceId)).size, 1);
      assert.equal((await test.instancesOf('work')).length, round + 1);
      assert.equal((await start(request)).replayed, true);
    }
  });

  it('about one instance sent ten times at once is done once', async () => {
    await test.deploy(oneUserTask());
    await test.start('ask');
    const [task] = await test.userTasks();
    const complete = () =>
      test.runtime.completeUserTask(keyed(), task?.userTaskId ?? '', { variables: { a: 1 } });
    const outcomes = await Promise.all(Array.from({ length: 10 }, complete));
    for (const outcome of outcomes) if (!outcome.ok) refusal(outcome, 'idempotency-key-in-flight');
    assert.equal(outcomes.filter((outcome) => outcome.ok && !outcome.replayed).length, 1);
  });

  it('keeps every kind of outcome as it was', async () => {
    await test.deploy(oneJob());
    const broken = { resources: [{ name: 'x', content: 'nonsense' }] };
    const good = { resources: [{ name: 'x', content: oneJob('ö\u{1F600}'.slice(0, 1) + 'x').toXml() }] };
    const requests = [
      () => test.runtime.deploy(keyed({ key: '1' }), broken),
      () => test.runtime.deploy(keyed({ key: '2' }), good),
      () => test.runtime.publishMessage(keyed({ key: '3' }), { name: 'm', messageId: '\0', timeToLiveMs: 5 }),
      () => test.runtime.broadcastSignal(keyed({ key: '4' }), { name: 's' }),
      () => test.runtime.correlateMessage(keyed({ key: '5' }), { name: 'm' }),
      () => test.runtime.cancelProcessInstance(keyed({ key: '6' }), 'a\0\u{1F600}'),
    ];
    for (const request of requests) {
      const first = await request();
      assert.deepEqual(await request(), { ...first, replayed: true });
    }
  });
});
