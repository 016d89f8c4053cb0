import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { bpmn } from '../support/bpmn-builder.js';
import { messageStart, oneMessage } from './models.js';
import { context, ok, refusal, useRuntime } from './use-runtime.js';

const hour = 3_600_000;

describe('messages that start a process', () => {
  const test = useRuntime();
  const publish = async (
    n: number,
    more: { name?: string; correlationKey?: string; timeToLiveMs?: number; messageId?: string } = {},
  ) => {
    const message = { name: 'begin', correlationKey: 'k', timeToLiveMs: hour, ...more };
    const published = ok(await test.runtime.publishMessage(context, { ...message, variables: { n } }));
    await test.rest();
    return published;
  };
  /** The variable and the state of each, in the order of the messages. */
  const instances = async (id = 'started'): Promise<readonly (readonly [number, string])[]> => {
    const found = (await test.instancesOf(id)).map(
      async ({ processInstanceId, status }) =>
        [Number((await test.variables(processInstanceId))['n']), status] as const,
    );
    return (await Promise.all(found)).sort(([a], [b]) => a - b);
  };
  const finish = async (): Promise<void> => {
    const [task] = (await test.userTasks()).filter(({ state }) => state === 'created');
    ok(await test.runtime.completeUserTask(context, task?.userTaskId ?? '', {}));
    await test.rest();
  };

  it('start one instance for each key, and the next when it has ended, the oldest first', async () => {
    await test.deploy(messageStart());
    assert.equal((await publish(1)).outcome, 'started');
    for (const n of [2, 3]) assert.equal((await publish(n)).outcome, 'buffered');
    assert.equal((await publish(4, { correlationKey: 'other' })).outcome, 'started');
    await finish();
    await test.restart();
    assert.deepEqual(await instances(), [
      [1, 'completed'],
      [2, 'active'],
      [4, 'active'],
    ]);
    await finish();
    await finish();
    await finish();
    assert.deepEqual(
      (await instances()).map(([, status]) => status),
      Array.from({ length: 4 }, () => 'completed'),
    );
    const { message_start, waiting_message_start } = await test.tables();
    assert.deepEqual([message_start, waiting_message_start], [[], []]);
    assert.equal((await publish(5)).outcome, 'started');
  });

  it('are discarded or refused without a time to live, and start without a key', async () => {
    await test.deploy(messageStart());
    await publish(1, { timeToLiveMs: 0 });
    assert.equal((await publish(2, { timeToLiveMs: 0 })).outcome, 'discarded');
    const message = { name: 'begin', correlationKey: 'k' };
    refusal(await test.runtime.correlateMessage(context, message), 'no-subscription');
    for (let n = 3; n < 5; n++)
      assert.equal(ok(await test.runtime.publishMessage(context, { name: 'begin' })).outcome, 'started');
    assert.equal((await test.instancesOf('started')).length, 3);
  });

  it('are forgotten when their time to live is over', async () => {
    await test.deploy(messageStart());
    await publish(1);
    await publish(2, { timeToLiveMs: 1000 });
    await test.pass(1000);
    await finish();
    assert.deepEqual(await instances(), [[1, 'completed']]);
    await test.pass(hour);
    await test.until(
      async () => (await test.tables()).waiting_message_start.length === 0,
      'it to be removed',
    );
  });

  it('have their turn after a cancelation, and after a restart before anybody has looked', async () => {
    await test.deploy(messageStart());
    const [first = ''] = (await publish(1)).processInstanceIds;
    await publish(2);
    await test.restart({ started: false });
    // Ids of different servers rise by the millisecond.
    test.clock.advance(1);
    ok(await test.runtime.cancelProcessInstance(context, first));
    assert.equal((await test.tables()).delivery.length, 1);
    const late = { name: 'begin', correlationKey: 'k', timeToLiveMs: hour, variables: { n: 3 } };
    assert.equal(ok(await test.runtime.publishMessage(context, late)).outcome, 'buffered');
    await test.restart();
    await test.rest();
    assert.deepEqual(await instances(), [
      [1, 'canceled'],
      [2, 'active'],
    ]);
    ok(await test.runtime.deleteProcessInstance(context, first));
    await finish();
    assert.deepEqual(await instances(), [
      [2, 'completed'],
      [3, 'active'],
    ]);
  });

  it('count for every version and every start event of the process', async () => {
    await test.deploy(messageStart());
    await publish(1);
    await test.deploy(messageStart('started', 'again'));
    assert.equal((await publish(2, { name: 'again' })).outcome, 'buffered');
    await finish();
    assert.deepEqual(await instances(), [
      [1, 'completed'],
      [2, 'active'],
    ]);
  });

  it('do not block a process that they do not start any more', async () => {
    await test.deploy(messageStart());
    await publish(1);
    await publish(2);
    await test.deploy(messageStart('started', 'again'));
    await finish();
    assert.equal((await publish(3, { name: 'again' })).outcome, 'started');
  });

  it('start each of several processes in its turn', async () => {
    await test.deploy(messageStart('a', 'begin'), messageStart('b', 'only'), messageStart('c', 'begin'));
    await publish(1);
    const [a] = await test.instancesOf('a');
    ok(await test.runtime.cancelProcessInstance(context, a?.processInstanceId ?? ''));
    await test.rest();
    assert.equal((await publish(2)).outcome, 'started');
    assert.deepEqual(await instances('a'), [
      [1, 'canceled'],
      [2, 'active'],
    ]);
    assert.deepEqual(await instances('c'), [[1, 'active']]);
    const [c] = await test.instancesOf('c');
    ok(await test.runtime.cancelProcessInstance(context, c?.processInstanceId ?? ''));
    await test.rest();
    assert.deepEqual(await instances('c'), [
      [1, 'canceled'],
      [2, 'active'],
    ]);
  });

  it('go to a step that begins to wait meanwhile, and then start nothing', async () => {
    await test.deploy(messageStart('started', 'paid'), oneMessage());
    await publish(1, { name: 'paid', correlationKey: 'o-1' });
    await publish(2, { name: 'paid', correlationKey: 'o-1' });
    await test.start('order', { order: 'o-1' });
    assert.deepEqual(
      (await test.instancesOf('order')).map(({ status }) => status),
      ['completed'],
    );
    await finish();
    assert.deepEqual(await instances(), [[1, 'completed']]);
  });

  it('that are many start instances that end at once one after the other, each once', async () => {
    await test.deploy(messageStart());
    const [first = ''] = (await publish(0)).processInstanceIds;
    for (let n = 1; n <= 205; n++)
      ok(
        await test.runtime.publishMessage(context, {
          name: 'begin',
          correlationKey: 'k',
          timeToLiveMs: hour,
          variables: { n },
        }),
      );
    await test.deploy(bpmn('started').startEvent('s', { message: 'begin' }).endEvent('e'));
    ok(await test.runtime.cancelProcessInstance(context, first));
    await test.rest();
    const found = await instances();
    assert.deepEqual(
      found.slice(1),
      Array.from({ length: 205 }, (_, index) => [index + 1, 'completed']),
    );
  });

  it('published at once start one instance, and every one in the end', async () => {
    await test.deploy(messageStart());
    const published = await Promise.all(Array.from({ length: 20 }, (_, n) => publish(n)));
    assert.equal(published.filter(({ outcome }) => outcome === 'started').length, 1);
    for (let n = 0; n < 20; n++) await finish();
    assert.equal((await instances()).filter(([, status]) => status === 'completed').length, 20);
  });

  describe('buffered before the process is deployed', () => {
    /** Two more than one unit looks at. */
    const publishMany = async (more: (n: number) => { correlationKey?: string }): Promise<void> => {
      const messages = Array.from({ length: 102 }, (_, index) => {
        const n = index + 1;
        return { name: 'begin', timeToLiveMs: hour, variables: { n }, ...more(n) };
      });
      for (const one of await Promise.all(messages.map((it) => test.runtime.publishMessage(context, it))))
        assert.equal(ok(one).outcome, 'buffered');
    };

    it('start instances when it is, the oldest first, one for each key, in spite of later ones', async () => {
      for (const n of [1, 2]) assert.equal((await publish(n)).outcome, 'buffered');
      await publish(3, { correlationKey: 'other' });
      await test.restart({ started: false });
      test.clock.advance(1);
      await test.deploy(messageStart());
      const late = { name: 'begin', correlationKey: 'k', timeToLiveMs: hour, variables: { n: 4 } };
      assert.equal(ok(await test.runtime.publishMessage(context, late)).outcome, 'buffered');
      await test.restart();
      await test.rest();
      assert.deepEqual(await instances(), [
        [1, 'active'],
        [3, 'active'],
      ]);
      for (let n = 0; n < 4; n++) await finish();
      assert.deepEqual(
        await instances(),
        [1, 2, 3, 4].map((n) => [n, 'completed'] as const),
      );
    });

    it('start one instance each without a key, also more than one unit starts, and each process of the deployment', async () => {
      await publishMany(() => ({}));
      const ends = (id: string) => bpmn(id).startEvent('s', { message: 'begin' }).endEvent('e');
      await test.deploy(ends('started'), ends('second'));
      await test.rest();
      const all = Array.from({ length: 102 }, (_, index) => [index + 1, 'completed'] as const);
      assert.deepEqual(await instances(), all);
      assert.deepEqual(await instances('second'), all);
      await test.deploy(ends('third'));
      await test.rest();
      assert.deepEqual(await instances('third'), []);
    });

    it('start one for each of more keys than one unit looks at', async () => {
      await publishMany((n) => ({ correlationKey: `k${n}` }));
      await test.deploy(messageStart());
      await test.rest();
      assert.deepEqual(
        await instances(),
        Array.from({ length: 102 }, (_, index) => [index + 1, 'active'] as const),
      );
    });

    it('start a process that a new version, or the removal of one, lets them start', async () => {
      await test.deploy(messageStart('started', 'other'));
      await publish(1);
      const { processDefinitions } = await test.deploy(messageStart());
      await test.rest();
      assert.deepEqual(await instances(), [[1, 'active']]);
      await finish();
      await publish(2, { name: 'other' });
      for (const { processInstanceId } of await test.instancesOf('started'))
        ok(await test.runtime.deleteProcessInstance(context, processInstanceId));
      const [latest] = processDefinitions;
      ok(await test.runtime.deleteProcessDefinition(context, latest?.processDefinitionId ?? ''));
      await test.rest();
      assert.deepEqual(await instances(), [[2, 'active']]);
    });

    it('start nothing when a step has taken them', async () => {
      await publish(1);
      await publish(2);
      await test.deploy(oneMessage('order', 'begin'));
      await test.start('order', { order: 'k' });
      await test.deploy(messageStart());
      await test.rest();
      assert.deepEqual(await instances(), [[2, 'active']]);
    });

    it('start one instance when they are published and the process is deployed at once', async () => {
      for (let round = 0; round < 5; round++) {
        const name = `at once ${round}`;
        const message = { name, correlationKey: 'k', timeToLiveMs: hour };
        const all = [
          ...Array.from({ length: 5 }, () => test.runtime.publishMessage(context, message)),
          test.deploy(messageStart(`p${round}`, name)),
          ...Array.from({ length: 5 }, () => test.runtime.publishMessage(context, message)),
        ];
        await Promise.all(all);
        await test.rest();
        assert.equal((await test.instancesOf(`p${round}`)).length, 1);
      }
    });
  });
});
