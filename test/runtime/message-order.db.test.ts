import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { randomOf } from '../fuzz/random.js';
import { bpmn } from '../support/bpmn-builder.js';
import { context, ok, useRuntime } from './use-runtime.js';

const seed = Number(process.env['TEST_SEED'] ?? 20_260_102);
const hour = 3_600_000;
const conversations = 60;
const words = ['a', 'b', 'c'] as const;

/** Started by a message, it hears three others, one after the other. */
const conversation = bpmn('conversation')
  .startEvent('start', { message: 'begin' })
  .intermediateCatchEvent('first', { message: { name: 'a', correlationKey: '=topic' } })
  .intermediateCatchEvent('second', { message: { name: 'b', correlationKey: '=topic' } })
  .intermediateCatchEvent('third', { message: { name: 'c', correlationKey: '=topic' } })
  .endEvent('end');

describe('messages that come one to three times each, in any order', () => {
  const test = useRuntime();

  /** Everything of a conversation: each message one to three times, shuffled, some before anybody waits. */
  const deliveries = (random: ReturnType<typeof randomOf>): readonly string[] => {
    const left = ['begin', ...words].flatMap((name) =>
      Array.from({ length: 1 + random.pick(3) }, () => name),
    );
    const shuffled: string[] = [];
    while (left.length > 0) shuffled.push(...left.splice(random.pick(left.length), 1));
    return shuffled;
  };

  const publish = async (topic: string, name: string) => {
    const message = {
      name,
      correlationKey: topic,
      messageId: `${topic}-${name}`,
      timeToLiveMs: hour,
      variables: name === 'begin' ? { topic } : { [name]: `${topic} ${name}` },
    };
    return ok(await test.runtime.publishMessage(context, message));
  };

  const assertAsInOrder = async (): Promise<void> => {
    await test.rest();
    const instances = await test.instancesOf('conversation');
    assert.equal(instances.length, conversations);
    for (const { processInstanceId, businessKey = '', status } of instances) {
      assert.equal(status, 'completed', businessKey);
      const steps = ['start', 'first', 'second', 'third', 'end'].map((element) => `${element}:completed`);
      assert.deepEqual(await test.path(processInstanceId), steps);
      const heard = Object.fromEntries(words.map((word) => [word, `${businessKey} ${word}`]));
      assert.deepEqual(await test.variables(processInstanceId), { topic: businessKey, ...heard });
    }
    const messages = (await test.tables()).message;
    assert.equal(messages.length, 4 * conversations);
    assert.ok(messages.every(({ state }) => state === 'consumed'));
  };

  it(`row 12: every message one to three times, shuffled, before and after its subscription: the same end as in order, a repetition returns the original answer (seed ${seed})`, async function () {
    this.timeout(60_000);
    await test.deploy(conversation);
    for (let index = 0; index < conversations; index++) {
      const topic = `t${index}`;
      const answers = new Map<string, Awaited<ReturnType<typeof publish>>>();
      for (const name of deliveries(randomOf(seed + index))) {
        const { duplicate = false, ...answer } = await publish(topic, name);
        const first = answers.get(name);
        assert.equal(duplicate, first !== undefined, `${topic} ${name}`);
        if (first === undefined) answers.set(name, answer);
        else assert.deepEqual(answer, first);
      }
    }
    await assertAsInOrder();
  });

  it(`do so when they all come at once (seed ${seed})`, async function () {
    this.timeout(60_000);
    await test.deploy(conversation);
    const all = Array.from({ length: conversations }, (_, index) => `t${index}`).flatMap((topic, index) =>
      deliveries(randomOf(seed - index)).map((name) => publish(topic, name)),
    );
    await Promise.all(all);
    await assertAsInOrder();
  });
});
