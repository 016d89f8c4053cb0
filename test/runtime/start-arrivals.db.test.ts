import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { Variables } from '../../src/engine/json.js';
import { arrivalLimits } from '../../src/runtime/start-arrival.js';
import { context, ok, refusal, useRuntime } from './use-runtime.js';

const minute = 60_000;

/** A definition of the start event, as `message:order`, `signal:open`, `cycle:R/PT1H` or `condition:=stock > 1`. */
type Part = string;

const definitionOf = (part: Part): string => {
  const [kind = '', ...rest] = part.split(':');
  const text = rest.join(':').replaceAll('<', '&lt;');
  switch (kind) {
    case 'message':
      return `<bpmn:messageEventDefinition messageRef="M_${text}" />`;
    case 'signal':
      return `<bpmn:signalEventDefinition signalRef="S_${text}" />`;
    case 'cycle':
      return `<bpmn:timerEventDefinition><bpmn:timeCycle>${text}</bpmn:timeCycle></bpmn:timerEventDefinition>`;
    default:
      return `<bpmn:conditionalEventDefinition><bpmn:condition>${text}</bpmn:condition></bpmn:conditionalEventDefinition>`;
  }
};

/** A process with one parallel multiple start event and a user task behind it. */
const gathering = (parts: readonly Part[], { id = 'gathered', start = 's' } = {}): string => {
  const root = (kind: string) => (part: Part) =>
    part.startsWith(`${kind}:`)
      ? [
          `<bpmn:${kind} id="${kind === 'message' ? 'M' : 'S'}_${part.split(':')[1]}" name="${part.split(':')[1]}" />`,
        ]
      : [];
  return `<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" id="d" targetNamespace="http://example.com/test">
  ${parts.flatMap(root('message')).join('')}${parts.flatMap(root('signal')).join('')}
  <bpmn:process id="${id}" isExecutable="true">
    <bpmn:startEvent id="${start}" parallelMultiple="true">${parts.map(definitionOf).join('')}</bpmn:startEvent>
    <bpmn:userTask id="task" />
    <bpmn:endEvent id="end" />
    <bpmn:sequenceFlow id="f1" sourceRef="${start}" targetRef="task" />
    <bpmn:sequenceFlow id="f2" sourceRef="task" targetRef="end" />
  </bpmn:process>
</bpmn:definitions>`;
};

describe('parallel multiple start events', () => {
  const test = useRuntime();
  const publish = async (name: string, correlationKey?: string, variables: Variables = {}) => {
    const key = correlationKey === undefined ? {} : { correlationKey };
    const published = ok(await test.runtime.publishMessage(context, { name, variables, ...key }));
    await test.rest();
    return published;
  };
  const signal = async (name: string, variables: Variables = {}) => {
    const sent = ok(await test.runtime.broadcastSignal(context, { name, variables }));
    await test.rest();
    return sent.startedProcessInstances;
  };
  /** Business key and variables of each instance, the active ones by default. */
  const instances = async (status = 'active') => {
    const rows = (await test.instancesOf('gathered')).filter((row) => row.status === status);
    const seen = rows.map(async ({ processInstanceId, businessKey }) => ({
      key: businessKey ?? '',
      ...(await test.variables(processInstanceId)),
    }));
    return (await Promise.all(seen)).sort((a, b) => a.key.localeCompare(b.key));
  };
  const finish = async (): Promise<void> => {
    const [task] = (await test.userTasks()).filter(({ state }) => state === 'created');
    ok(await test.runtime.completeUserTask(context, task?.userTaskId ?? '', {}));
    await test.rest();
  };
  const arrivals = async () => (await test.tables()).start_arrival.length;

  for (const [first, second] of [
    ['order', 'payment'],
    ['payment', 'order'],
  ] as const) {
    it(`start when all messages with one key are there, ${first} before ${second}`, async () => {
      await test.deploy(gathering(['message:order', 'message:payment']));
      const before = await publish(first, 'k', { [first]: 1, last: first });
      assert.deepEqual([before.outcome, before.processInstanceIds], ['buffered', []]);
      assert.equal((await publish(first, 'other')).outcome, 'buffered');
      assert.deepEqual(await instances(), []);
      await test.restart();
      // Ids of different servers rise by the millisecond.
      test.clock.advance(1);
      const { outcome, processInstanceIds } = await publish(second, 'k', { [second]: 2, last: second });
      assert.deepEqual([outcome, processInstanceIds.length], ['started', 1]);
      assert.deepEqual(await instances(), [{ key: 'k', [first]: 1, [second]: 2, last: second }]);
      assert.equal(await arrivals(), 1);
    });
  }

  it('start without a key of what came without one', async () => {
    await test.deploy(gathering(['message:order', 'message:payment']));
    await publish('order');
    await publish('payment', 'k');
    assert.deepEqual(await instances(), []);
    await publish('payment');
    assert.deepEqual(await instances(), [{ key: '' }]);
  });

  it('queue messages of one name by their key, and start the next when the instance has ended', async () => {
    await test.deploy(gathering(['message:order', 'message:payment']));
    for (const n of [1, 2]) await publish('order', 'k', { order: n });
    for (const n of [1, 2]) await publish('payment', 'k', { payment: n });
    assert.deepEqual(await instances(), [{ key: 'k', order: 1, payment: 1 }]);
    await test.restart();
    await finish();
    assert.deepEqual(await instances(), [{ key: 'k', order: 2, payment: 2 }]);
    await finish();
    assert.deepEqual([await instances(), await arrivals()], [[], 0]);
  });

  it('start every key that waits for a signal, and count one that nobody waits for once', async () => {
    await test.deploy(gathering(['message:order', 'signal:open']));
    for (const key of ['a', 'b']) await publish('order', key);
    await signal('open', { n: 1 });
    assert.deepEqual(await instances(), [
      { key: 'a', n: 1 },
      { key: 'b', n: 1 },
    ]);
    assert.equal(await arrivals(), 0);
    await signal('open', { n: 2 });
    await signal('open', { n: 3 });
    assert.equal((await publish('order', 'c')).outcome, 'started');
    assert.equal((await publish('order', 'd')).outcome, 'buffered');
    assert.deepEqual((await instances()).slice(2), [{ key: 'c', n: 2 }]);
  });

  it('keep a signal for a key whose instance is active', async () => {
    await test.deploy(gathering(['message:order', 'signal:open']));
    await publish('order', 'a', { n: 1 });
    await signal('open');
    await publish('order', 'a', { n: 2 });
    await signal('open', { second: true });
    assert.equal((await publish('order', 'b')).outcome, 'buffered');
    await test.restart();
    await finish();
    assert.deepEqual(await instances(), [{ key: 'a', n: 2, second: true }]);
    // The other way round: the signal is there first.
    await signal('open', { third: true });
    assert.deepEqual((await instances())[1], { key: 'b', third: true });
    await signal('open', { fourth: true });
    assert.equal((await publish('order', 'a', { n: 3 })).outcome, 'buffered');
    assert.equal((await publish('order', 'c')).outcome, 'buffered');
    await finish();
    assert.deepEqual((await instances())[0], { key: 'a', n: 3, fourth: true });
  });

  it('start at once when the last of the signals comes, which its answer tells', async () => {
    await test.deploy(gathering(['signal:open', 'signal:ready']));
    assert.deepEqual(await signal('open', { a: 1 }), []);
    assert.equal((await signal('ready', { b: 2 })).length, 1);
    assert.deepEqual(await instances(), [{ key: '', a: 1, b: 2 }]);
  });

  it('count a timer that has fired, and one that fires again, once', async () => {
    await test.deploy(gathering(['message:order', 'cycle:R/PT1M']));
    assert.equal((await publish('order', 'a')).outcome, 'buffered');
    await test.pass(minute);
    assert.equal((await instances()).length, 1);
    await test.pass(minute);
    await test.pass(minute);
    assert.equal(await arrivals(), 1);
    assert.equal((await publish('order', 'b')).outcome, 'started');
    assert.equal((await publish('order', 'c')).outcome, 'buffered');
  });

  it('count a condition that was true, with the variables that made it so', async () => {
    await test.deploy(gathering(['condition:=stock < 5', 'signal:open', 'condition:=price < 2']));
    const evaluate = async (variables: Variables) =>
      ok(await test.runtime.evaluateConditions(context, { variables })).startedProcessInstances.length;
    assert.equal(await evaluate({ stock: 4, price: 9 }), 0);
    assert.equal(await evaluate({ stock: 1, price: 9 }), 0);
    await signal('open');
    assert.equal(await evaluate({ stock: 9, price: 1 }), 1);
    assert.deepEqual(await instances(), [{ key: '', stock: 9, price: 1 }]);
  });

  it('are correlated now or not at all', async () => {
    await test.deploy(gathering(['message:order', 'message:payment']));
    const correlate = (name: string) =>
      test.runtime.correlateMessage(context, { name, correlationKey: 'k', variables: { [name]: 1 } });
    refusal(await correlate('order'), 'no-subscription');
    assert.equal(await arrivals(), 0);
    await publish('payment', 'k');
    ok(await correlate('order'));
    assert.deepEqual(await instances(), [{ key: 'k', order: 1 }]);
    await publish('payment', 'k');
    refusal(await correlate('order'), 'no-subscription');
  });

  it('answer a message that was seen before as before', async () => {
    await test.deploy(gathering(['message:order', 'message:payment']));
    const message = { name: 'order', correlationKey: 'k', messageId: 'm', timeToLiveMs: minute };
    const first = ok(await test.runtime.publishMessage(context, message));
    assert.deepEqual(ok(await test.runtime.publishMessage(context, message)), { ...first, duplicate: true });
    assert.equal(await arrivals(), 1);
  });

  it('refuse more messages of a key than wait there', async () => {
    await test.deploy(gathering(['message:order', 'message:payment']));
    for (let n = 0; n < arrivalLimits.perKey; n++)
      ok(await test.runtime.publishMessage(context, { name: 'order', correlationKey: 'k' }));
    const more = await test.runtime.publishMessage(context, { name: 'order', correlationKey: 'k' });
    assert.match(refusal(more, 'limit-exceeded'), /at most 100 messages "order".*found 100/);
    assert.equal((await publish('payment', 'k')).outcome, 'started');
    assert.equal((await publish('order', 'k')).outcome, 'buffered');
  });

  it('keep what the next version waits for, and drop the rest', async () => {
    await test.deploy(gathering(['message:order', 'message:payment', 'signal:open']));
    await publish('order', 'a');
    await publish('payment', 'b');
    await publish('order', 'c');
    await publish('payment', 'c');
    await test.deploy(gathering(['message:order', 'signal:open']));
    assert.equal(await arrivals(), 2);
    await signal('open');
    assert.deepEqual(await instances(), [{ key: 'a' }, { key: 'c' }]);
    await publish('order', 'd');
    await test.deploy(gathering(['message:order', 'signal:open'], { start: 'other' }));
    assert.equal(await arrivals(), 0);
  });

  it('start what waited for nothing but what the next version lacks', async () => {
    await test.deploy(gathering(['message:order', 'message:payment', 'signal:open']));
    for (const name of ['order', 'payment']) await publish(name, 'a');
    await publish('order', 'b');
    await test.deploy(gathering(['message:order', 'message:payment']));
    await test.rest();
    assert.deepEqual(await instances(), [{ key: 'a' }]);
    assert.equal(await arrivals(), 1);
  });

  it('forget everything with the last version, and not before', async () => {
    const first = await test.deploy(gathering(['message:order', 'message:payment']));
    const second = await test.deploy(gathering(['message:order', 'message:payment', 'signal:open']));
    await publish('order', 'a');
    await signal('open');
    for (const [{ processDefinitions }, left] of [
      [second, 1],
      [first, 0],
    ] as const) {
      const id = processDefinitions[0]?.processDefinitionId ?? '';
      ok(await test.runtime.deleteProcessDefinition(context, id));
      assert.equal(await arrivals(), left);
    }
  });

  it('wait together for a message that began to wait at a plain start event of the version before', async () => {
    const plain = gathering(['message:order']).replace(' parallelMultiple="true"', '');
    await test.deploy(plain);
    await publish('order', 'k', { n: 1 });
    const later = { name: 'order', correlationKey: 'k', timeToLiveMs: minute, variables: { n: 2 } };
    assert.equal(ok(await test.runtime.publishMessage(context, later)).outcome, 'buffered');
    await test.deploy(gathering(['message:order', 'message:payment']));
    await finish();
    assert.deepEqual([await instances(), await arrivals()], [[], 1]);
    await publish('payment', 'k');
    assert.deepEqual(await instances(), [{ key: 'k', n: 2 }]);
  });
});
