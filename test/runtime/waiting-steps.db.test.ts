import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { RequestContext, StepChoice } from '../../src/runtime/runtime.js';
import type { WaitingStep } from '../../src/runtime/waiting-step.js';
import { bpmn } from '../support/bpmn-builder.js';
import { context, ok, refusal, useRuntime } from './use-runtime.js';

const voice = (attributes: string, ...choices: readonly string[]) => ({
  extensions: [
    `<throughline:voice ${attributes}>`,
    ...choices.map((choice) => `<throughline:choice ${choice} />`),
    '</throughline:voice>',
  ],
});
const message = (name: string) => ({ message: { name, correlationKey: '=key' } });

/** A choice between two messages, then a task with a menu, then a job. */
const model = bpmn('journey', { name: 'A journey' })
  .startEvent('s')
  .eventBasedGateway('ask', {
    name: 'Which?',
    ...voice(
      'prompt="=&quot;Hello &quot; + name" language="de-DE" repeats="1"',
      'words="left" message="left" variables="={&quot;who&quot;: name, &quot;given&quot;: &quot;model&quot;}"',
      'words="right" message="right"',
    ),
  })
  .intermediateCatchEvent('left', { name: 'Left', ...message('left') })
  .userTask('more', { name: 'More?', ...voice('') })
  .serviceTask('work', { type: 'work' })
  .endEvent('e')
  .at('ask')
  .intermediateCatchEvent('right', message('right'))
  .endEvent('e2')
  .at('ask')
  .intermediateCatchEvent('late', { timer: { duration: 'PT1H' } })
  .endEvent('e3');

describe('waiting steps', () => {
  const test = useRuntime();
  const begin = async (variables = { key: 'k', name: 'Ada' }): Promise<string> => {
    await test.deploy(model);
    return (await test.start('journey', variables, { businessKey: 'b' })).processInstanceId;
  };
  const stepsOf = (id: string) => test.runtime.waitingSteps(context.tenantId, id);
  const onlyStep = async (id: string): Promise<WaitingStep> => {
    const [step, ...others] = await stepsOf(id);
    assert.ok(step !== undefined && others.length === 0);
    return step;
  };
  const choose = (input: StepChoice, by: RequestContext = context) => test.runtime.chooseAtStep(by, input);

  it('are told with their menu, evaluated with the variables of the instance', async () => {
    const id = await begin();
    const { elementInstanceId, ...step } = await onlyStep(id);
    assert.match(elementInstanceId, new RegExp(`^${id}-\\d+$`));
    assert.deepEqual(step, {
      elementId: 'ask',
      name: 'Which?',
      processInstanceId: id,
      bpmnProcessId: 'journey',
      processName: 'A journey',
      businessKey: 'b',
      prompt: 'Hello Ada',
      language: 'de-DE',
      repeats: 1,
      choices: [
        { digit: '1', words: ['left'], label: 'Left' },
        { digit: '2', words: ['right'] },
      ],
    });
  });

  it('are none of an instance that is unknown, of another tenant, has ended, or waits for something else', async () => {
    const id = await begin();
    assert.deepEqual(await stepsOf('00000000-0000-0000-0000-000000000000'), []);
    assert.deepEqual(await test.runtime.waitingSteps('other', id), []);
    ok(await test.runtime.triggerTimer(context, id, (await timer(id)).timerId));
    await test.rest();
    assert.deepEqual(await stepsOf(id), []);
  });

  it('are moved on by a choice, with its variables over those that come with it', async () => {
    const id = await begin();
    const { elementInstanceId } = await onlyStep(id);
    const variables = { given: 'caller', more: 1 };
    const chosen = ok(await choose({ elementInstanceId, digit: '1', variables }));
    assert.deepEqual(chosen, {
      processInstanceId: id,
      language: 'de-DE',
      next: await onlyStep(id),
      busy: false,
    });
    assert.equal(chosen.next?.elementId, 'more');
    const { who, given, more } = await test.variables(id);
    assert.deepEqual([who, given, more], ['Ada', 'model', 1]);
  });

  it('are completed where they are user tasks, and tell that work is under way', async () => {
    const id = await begin();
    ok(await choose({ elementInstanceId: (await onlyStep(id)).elementInstanceId, digit: '1' }));
    const chosen = ok(
      await choose({ elementInstanceId: (await onlyStep(id)).elementInstanceId, digit: '1' }),
    );
    assert.deepEqual(chosen, { processInstanceId: id, busy: true });
    assert.deepEqual(
      (await test.userTasks()).map(({ state }) => state),
      ['completed'],
    );
    await test.work('work');
    assert.equal((await test.instance(id)).state.status, 'completed');
  });

  it('are the ones that are moved, though another waits for the same message', async () => {
    const older = await begin();
    const newer = (await test.start('journey', { key: 'k', name: 'Bea' })).processInstanceId;
    ok(await choose({ elementInstanceId: (await onlyStep(newer)).elementInstanceId, digit: '2' }));
    assert.equal((await test.instance(newer)).state.status, 'completed');
    assert.equal((await onlyStep(older)).elementId, 'ask');
  });

  it('that have gone, never were, or offer no such choice are refused', async () => {
    const id = await begin();
    const { elementInstanceId } = await onlyStep(id);
    refusal(await choose({ elementInstanceId, digit: '3' }), 'invalid-argument');
    refusal(await choose({ elementInstanceId: `${id}-99999`, digit: '1' }), 'not-found');
    refusal(await choose({ elementInstanceId: 'x', digit: '1' }), 'not-found');
    const other = { ...context, tenantId: 'other' };
    refusal(await choose({ elementInstanceId, digit: '1' }, other), 'not-found');
    ok(await choose({ elementInstanceId, digit: '2' }));
    refusal(await choose({ elementInstanceId, digit: '1' }), 'invalid-state');
  });

  it('are moved on once by one key, also by several requests at once', async () => {
    const id = await begin();
    const { elementInstanceId } = await onlyStep(id);
    const idempotency = { operation: 'voice', key: `call:${elementInstanceId}`, fingerprint: 'f' };
    const outcomes = await Promise.all(
      ['1', '2', '1', '2', '1'].map((digit) =>
        choose({ elementInstanceId, digit }, { ...context, idempotency }),
      ),
    );
    for (const outcome of outcomes) {
      assert.ok(outcome.ok || outcome.problem.code === 'idempotency-key-in-flight', JSON.stringify(outcome));
    }
    const first = outcomes.find(({ ok: isDone, replayed }) => isDone && replayed !== true);
    const again = await choose({ elementInstanceId, digit: '2' }, { ...context, idempotency });
    assert.deepEqual(again, { ...first, replayed: true });
    const moves = (await test.path(id)).filter((step) => /^(left|right):/.test(step));
    assert.equal(moves.length, 1);
  });

  describe('and replies', () => {
    const otherwise = { name: 'note', correlationKey: 'n', timeToLiveMs: 1_000, variables: { text: 'hi' } };

    it('are taken as the choice that they are', async () => {
      const id = await begin();
      const { elementInstanceId } = await onlyStep(id);
      const reply = { choice: { elementInstanceId, digit: '2' }, otherwise };
      const received = ok(await test.runtime.receiveReply(context, reply));
      assert.deepEqual(received, { outcome: 'chosen', processInstanceIds: [id] });
    });

    it('are published when they are none, or the step has gone', async () => {
      const id = await begin();
      const { elementInstanceId } = await onlyStep(id);
      const plain = ok(await test.runtime.receiveReply(context, { otherwise }));
      assert.deepEqual(plain, { outcome: 'buffered', processInstanceIds: [] });
      ok(await choose({ elementInstanceId, digit: '2' }));
      const late = { choice: { elementInstanceId, digit: '1' }, otherwise };
      const received = ok(await test.runtime.receiveReply(context, late));
      assert.deepEqual(received, { outcome: 'buffered', processInstanceIds: [] });
    });
  });

  async function timer(id: string) {
    const [only] = await test.runtime.queries.timersOf(context.tenantId, id);
    assert.ok(only);
    return only;
  }
});
