import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { bpmn } from '../support/bpmn-builder.js';
import { messageStart, oneMessage } from './models.js';
import { context, ok, refusal, useRuntime } from './use-runtime.js';

describe('messages', () => {
  const test = useRuntime();
  const publish = async (
    more: {
      correlationKey?: string;
      messageId?: string;
      timeToLiveMs?: number;
      variables?: Record<string, string>;
    } = {},
    name = 'paid',
  ) => ok(await test.runtime.publishMessage(context, { name, ...more }));

  it('reach the step that waits, with their variables, and end its subscription', async () => {
    await test.deploy(oneMessage());
    const { processInstanceId } = await test.start('order', { order: 'o1' });
    const published = await publish({ correlationKey: 'o1', variables: { amount: 'ten' } });
    assert.equal(published.outcome, 'correlated');
    assert.deepEqual(published.processInstanceIds, [processInstanceId]);
    assert.equal((await test.instance(processInstanceId)).state.status, 'completed');
    assert.deepEqual(await test.variables(processInstanceId), { order: 'o1', amount: 'ten' });
    assert.deepEqual((await test.tables()).message_subscription, []);
  });

  it('are discarded where nobody waits and they have no time to live', async () => {
    await test.deploy(oneMessage());
    await test.start('order', { order: 'o1' });
    const published = await publish({ correlationKey: 'o2' });
    assert.deepEqual([published.outcome, published.processInstanceIds], ['discarded', []]);
    assert.deepEqual((await test.tables()).message, []);
  });

  it('are kept for their time to live, and taken by who begins to wait, in the same transaction', async () => {
    await test.deploy(oneMessage());
    const published = await publish({
      correlationKey: 'o1',
      timeToLiveMs: 1000,
      variables: { amount: 'ten' },
    });
    assert.equal(published.outcome, 'buffered');
    test.clock.advance(999);
    const started = await test.start('order', { order: 'o1' });
    assert.equal(started.state, 'completed');
    assert.deepEqual(await test.variables(started.processInstanceId), { order: 'o1', amount: 'ten' });
    assert.equal((await test.start('order', { order: 'o1' })).state, 'active');
  });

  it('are gone when their time to live is over, and removed some time later', async () => {
    await test.deploy(oneMessage());
    await publish({ correlationKey: 'o1', timeToLiveMs: 1000 });
    test.clock.advance(1000);
    assert.equal((await test.start('order', { order: 'o1' })).state, 'active');
    await test.asleep();
    test.clock.advance(60_000);
    await test.until(
      async () => (await test.tables()).message.length === 0,
      'the expired message to be removed',
    );
  });

  it('are taken oldest first by a boundary event that does not interrupt', async () => {
    await test.deploy(
      bpmn('order')
        .startEvent('start')
        .userTask('task')
        .endEvent('end')
        .boundaryEvent('note', {
          attachedTo: 'task',
          interrupting: false,
          message: { name: 'paid', correlationKey: '=order' },
          outputs: { notes: '=append(notes, note)' },
        })
        .endEvent('noted'),
    );
    for (const note of ['a', 'b', 'c']) {
      await publish({ correlationKey: 'o1', timeToLiveMs: 60_000, variables: { note } });
      test.clock.advance(1);
    }
    const { processInstanceId } = await test.start('order', { order: 'o1', notes: [] });
    assert.deepEqual((await test.variables(processInstanceId))['notes'], ['a', 'b', 'c']);
    assert.equal((await publish({ correlationKey: 'o1', variables: { note: 'd' } })).outcome, 'correlated');
    assert.deepEqual((await test.variables(processInstanceId))['notes'], ['a', 'b', 'c', 'd']);
    assert.equal((await test.instance(processInstanceId)).state.status, 'active');
  });

  it('feed a loop one after the other, the oldest first', async () => {
    await test.deploy(
      bpmn('order')
        .startEvent('start')
        .exclusiveGateway('again')
        .intermediateCatchEvent('catch', {
          message: { name: 'paid', correlationKey: '=order' },
          outputs: { notes: '=append(notes, note)' },
        })
        .connectTo('again'),
    );
    for (const note of ['a', 'b', 'c'])
      await publish({ correlationKey: 'o1', timeToLiveMs: 60_000, variables: { note } });
    const { processInstanceId } = await test.start('order', { order: 'o1', notes: [] });
    assert.deepEqual((await test.variables(processInstanceId))['notes'], ['a', 'b', 'c']);
  });

  it('go to the step that has waited longest, once, where two wait', async () => {
    await test.deploy(oneMessage());
    const first = await test.start('order', { order: 'o1' });
    test.clock.advance(1);
    const second = await test.start('order', { order: 'o1' });
    const published = [await publish({ correlationKey: 'o1' }), await publish({ correlationKey: 'o1' })];
    assert.deepEqual(
      published.flatMap(({ processInstanceIds }) => processInstanceIds),
      [first.processInstanceId, second.processInstanceId],
    );
    assert.equal((await publish({ correlationKey: 'o1' })).outcome, 'discarded');
  });

  it('start what they start, with the correlation key as business key', async () => {
    await test.deploy(messageStart('a'), messageStart('b'));
    const published = await publish({ correlationKey: 'c1', variables: { x: 'y' } }, 'begin');
    assert.equal(published.outcome, 'started');
    assert.equal(published.processInstanceIds.length, 2);
    for (const id of published.processInstanceIds) {
      const row = await test.instance(id);
      assert.equal(row.businessKey, 'c1');
      assert.deepEqual(await test.variables(id), { x: 'y' });
    }
  });

  it('go to a step that waits before they start anything', async () => {
    await test.deploy(messageStart('started', 'paid'), oneMessage());
    const { processInstanceId } = await test.start('order', { order: 'o1' });
    assert.deepEqual((await publish({ correlationKey: 'o1' })).processInstanceIds, [processInstanceId]);
    assert.deepEqual(await test.instancesOf('started'), []);
    assert.equal((await publish({ correlationKey: 'o1' })).outcome, 'started');
  });

  it('start something without a correlation key, too', async () => {
    await test.deploy(messageStart());
    const { outcome, processInstanceIds } = await publish({}, 'begin');
    assert.equal(outcome, 'started');
    assert.equal((await test.instance(processInstanceIds[0] ?? '')).businessKey, undefined);
  });

  describe('with a message id', () => {
    it('answer the first result again within the time to live, and change nothing', async () => {
      await test.deploy(messageStart());
      const message = { correlationKey: 'c1', messageId: 'm1', timeToLiveMs: 1000 };
      const first = await publish(message, 'begin');
      test.clock.advance(999);
      const again = await publish(message, 'begin');
      assert.deepEqual(again, { ...first, duplicate: true });
      assert.equal(first.duplicate, undefined);
      assert.equal((await test.instancesOf('started')).length, 1);
    });

    it('are new again after the time to live', async () => {
      await test.deploy(messageStart());
      const message = { messageId: 'm1', timeToLiveMs: 1000 };
      await publish(message, 'begin');
      test.clock.advance(1000);
      const again = await publish(message, 'begin');
      assert.deepEqual([again.outcome, again.duplicate], ['started', undefined]);
      assert.equal((await test.instancesOf('started')).length, 2);
    });

    it('still answer "buffered" when somebody has taken them since', async () => {
      await test.deploy(oneMessage());
      const message = { correlationKey: 'o1', messageId: 'm1', timeToLiveMs: 60_000 };
      await publish(message);
      assert.equal((await test.start('order', { order: 'o1' })).state, 'completed');
      const again = await publish(message);
      assert.deepEqual([again.outcome, again.duplicate], ['buffered', true]);
      assert.equal((await test.start('order', { order: 'o1' })).state, 'active');
    });

    it('are known by name: the same id under another name is another message', async () => {
      await test.deploy(messageStart('a', 'one'), messageStart('b', 'two'));
      const message = { messageId: 'm1', timeToLiveMs: 60_000 };
      assert.equal((await publish(message, 'one')).outcome, 'started');
      assert.equal((await publish(message, 'two')).outcome, 'started');
    });

    it('start one instance when they are published twenty times at once', async () => {
      await test.deploy(messageStart());
      const message = { correlationKey: 'c1', messageId: 'm1', timeToLiveMs: 60_000 };
      const results = await Promise.all(Array.from({ length: 20 }, () => publish(message, 'begin')));
      assert.equal(results.filter(({ duplicate }) => !duplicate).length, 1);
      assert.equal(new Set(results.map(({ processInstanceIds }) => processInstanceIds.join())).size, 1);
      assert.equal((await test.instancesOf('started')).length, 1);
    });
  });

  describe('to be correlated', () => {
    it('answer who took them', async () => {
      await test.deploy(oneMessage());
      const { processInstanceId } = await test.start('order', { order: 'o1' });
      const outcome = await test.runtime.correlateMessage(context, { name: 'paid', correlationKey: 'o1' });
      assert.deepEqual(ok(outcome), { processInstanceId });
    });

    it('are refused where nobody waits, and leave nothing behind', async () => {
      await test.deploy(oneMessage());
      const before = await test.tables();
      for (const key of [{ correlationKey: 'o1' }, {}]) {
        refusal(await test.runtime.correlateMessage(context, { name: 'paid', ...key }), 'no-subscription');
      }
      assert.deepEqual(await test.tables(), before);
    });
  });

  it('that processes throw reach other instances, or start them', async () => {
    await test.deploy(
      bpmn('sender')
        .startEvent('start')
        .intermediateThrowEvent('throw', {
          message: 'paid',
          publish: { correlationKey: '=order', timeToLive: '=60000' },
          inputs: { amount: '=7' },
        })
        .endEvent('end', { message: 'begin', publish: { correlationKey: '=order' } }),
      oneMessage(),
      messageStart(),
    );
    const waiting = await test.start('order', { order: 'o1' });
    await test.start('sender', { order: 'o1' });
    assert.deepEqual(await test.variables(waiting.processInstanceId), { order: 'o1', amount: 7 });
    assert.deepEqual(
      (await test.instancesOf('started')).map(({ businessKey }) => businessKey),
      ['o1'],
    );
    await test.start('sender', { order: 'o2' });
    assert.equal((await test.start('order', { order: 'o2' })).state, 'completed');
  });

  it('and subscriptions that come at the same time find each other, each message once', async () => {
    await test.deploy(oneMessage());
    const rounds = 60;
    const published: string[] = [];
    const work: Promise<unknown>[] = [];
    for (let round = 0; round < rounds; round++) {
      const order = `o${round}`;
      const message = { correlationKey: order, timeToLiveMs: 3_600_000, variables: { round: String(round) } };
      const start = () =>
        test.runtime.startProcessInstance(context, { bpmnProcessId: 'order', variables: { order } });
      const send = () => publish(message).then(({ outcome }) => published.push(outcome));
      // Two instances and two messages for the same order, in every order of sending.
      const both = round % 2 === 0 ? [start, send, start, send] : [send, start, send, start];
      work.push(...both.map((each) => each()));
    }
    await Promise.all(work);
    const instances = await test.instancesOf('order');
    assert.equal(instances.length, 2 * rounds);
    assert.deepEqual(
      instances.filter(({ status }) => status !== 'completed'),
      [],
    );
    const { message } = await test.tables();
    assert.deepEqual(
      message.filter(({ state }) => state === 'buffered'),
      [],
    );
  });

  it('published by many at once for one subscription are consumed once, the others kept', async () => {
    await test.deploy(oneMessage());
    await test.start('order', { order: 'o1' });
    const results = await Promise.all(
      Array.from({ length: 20 }, () => publish({ correlationKey: 'o1', timeToLiveMs: 1000 })),
    );
    assert.deepEqual(
      [
        results.filter(({ outcome }) => outcome === 'correlated').length,
        results.filter(({ outcome }) => outcome === 'buffered').length,
      ],
      [1, 19],
    );
  });

  it('that are kept in great numbers for one step are taken unit by unit, each once, in order', async () => {
    await test.deploy(
      bpmn('many')
        .startEvent('start')
        .userTask('task')
        .endEvent('end')
        .boundaryEvent('told', {
          attachedTo: 'task',
          interrupting: false,
          message: { name: 'paid', correlationKey: '="o1"' },
        })
        .endEvent('told-end'),
    );
    const publish = (nth: number) =>
      test.runtime.publishMessage(context, {
        name: 'paid',
        correlationKey: 'o1',
        timeToLiveMs: 60_000,
        variables: { nth },
      });
    for (let nth = 1; nth <= 250; nth++) ok(await publish(nth));
    const bpmnProcessId = 'many';
    await test.replaceRuntime({ started: false });
    const { processInstanceId } = ok(await test.runtime.startProcessInstance(context, { bpmnProcessId }));
    const told = async () =>
      (await test.path(processInstanceId)).filter((step) => step.startsWith('told-end'));
    assert.equal((await told()).length, 100);
    test.runtime.start();
    await test.rest();
    assert.equal((await told()).length, 250);
    assert.equal((await test.variables(processInstanceId))['nth'], 250);
  });
});
