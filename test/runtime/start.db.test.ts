import assert from 'node:assert/strict';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, it } from 'mocha';
import type { JsonValue } from '../../src/engine/json.js';
import type { StartInput } from '../../src/runtime/runtime.js';
import { bpmn } from '../support/bpmn-builder.js';
import { messageStart, oneCall, oneJob, oneTimer, oneUserTask, signalStart, timerStart } from './models.js';
import { all, context, ok, refusal, useRuntime, loopTimers } from './use-runtime.js';

describe('start', () => {
  const test = useRuntime();
  const startWith = (input: StartInput) => test.runtime.startProcessInstance(context, input);

  it('takes the latest version, a chosen one, or the definition with an id', async () => {
    const ids: string[] = [];
    for (const type of ['a', 'b', 'c']) {
      const { processDefinitions } = await test.deploy(oneJob('work', type));
      ids.push(processDefinitions[0]?.processDefinitionId ?? '');
    }
    const inputs: StartInput[] = [
      { bpmnProcessId: 'work' },
      { bpmnProcessId: 'work', version: 1 },
      { processDefinitionId: ids[1] ?? '' },
    ];
    const started = await Promise.all(inputs.map(startWith));
    assert.deepEqual(
      started.map((outcome) => [ok(outcome).version, ok(outcome).processDefinitionId]),
      [
        [3, ids[2]],
        [1, ids[0]],
        [2, ids[1]],
      ],
    );
  });

  it('puts who asked into the variable that the start event names', async () => {
    await test.deploy(
      bpmn('p')
        .startEvent('s', { attributes: { 'camunda:initiator': 'who' } })
        .userTask('t')
        .endEvent('e'),
    );
    const { processInstanceId } = ok(
      await startWith({ bpmnProcessId: 'p', variables: { who: 'somebody else' } }),
    );
    const row = await test.instance(processInstanceId);
    assert.equal(row.state.elementInstances.get(0)?.variables?.['who'], context.actor);
  });

  it('says what it has started and how far it has come', async () => {
    await test.deploy(oneUserTask(), bpmn('short').startEvent('s').endEvent('e'));
    const { processInstanceId, processDefinitionId, ...rest } = ok(
      await startWith({ bpmnProcessId: 'ask', businessKey: 'b1', variables: { a: 1 } }),
    );
    assert.deepEqual(rest, { bpmnProcessId: 'ask', version: 1, businessKey: 'b1', state: 'active' });
    const row = await test.instance(processInstanceId);
    assert.deepEqual(
      [row.processDefinitionId, row.businessKey, row.startedAt, row.revision],
      [processDefinitionId, 'b1', test.clock.now(), 1],
    );
    assert.equal(ok(await startWith({ bpmnProcessId: 'short' })).state, 'completed');
  });

  it('is refused for what is not deployed, and for a question that asks for both or neither', async () => {
    await test.deploy(oneJob());
    const unknown = '01890a5d-ac96-774b-bcce-b302099a8057';
    for (const input of [
      { bpmnProcessId: 'other' },
      { bpmnProcessId: 'a\0b' },
      { bpmnProcessId: 'work', version: 2 },
      { processDefinitionId: unknown },
      { processDefinitionId: '\0' },
    ]) {
      refusal(await startWith(input), 'not-found');
    }
    for (const input of [
      {},
      { version: 1 },
      { bpmnProcessId: 'work', processDefinitionId: unknown },
      { processDefinitionId: unknown, version: 1 },
    ]) {
      refusal(await startWith(input), 'invalid-argument');
    }
    assert.deepEqual((await test.tables()).process_instance, []);
  });

  it('needs a none start, or the id of a start event', async () => {
    await test.deploy(messageStart('m'), signalStart('s'), timerStart('t', 'R/PT1H'));
    for (const id of ['m', 's', 't']) {
      refusal(await startWith({ bpmnProcessId: id }), 'invalid-state');
      for (const startElementId of ['task', 'nothing', '']) {
        refusal(await startWith({ bpmnProcessId: id, startElementId }), 'invalid-argument');
      }
      const { processInstanceId } = await test.start(id, { x: 1 }, { startElementId: 'start' });
      assert.deepEqual(await test.path(processInstanceId), ['start:completed', 'task:active']);
      assert.deepEqual(await test.variables(processInstanceId), { x: 1 });
    }
  });

  it('makes scalar variables findable, whatever they are called, and follows their changes', async () => {
    await test.deploy(oneJob());
    const find = async (name: string, value: JsonValue) => {
      const request = { ...all, variables: [{ name, value }] };
      const { items } = await test.runtime.queries.searchProcessInstances(context.tenantId, request);
      return items.map(({ processInstanceId }) => processInstanceId);
    };
    const long = 'x'.repeat(300);
    const variables = {
      text: 'a',
      number: 1.5,
      yes: true,
      nothing: null,
      list: [1],
      object: { a: 1 },
      long,
      "o'": '%',
    };
    const { processInstanceId } = await test.start('work', {
      ...variables,
      ...JSON.parse('{"__proto__": 7}'),
    });
    const found = [processInstanceId];
    assert.deepEqual(await find('text', 'a'), found);
    assert.deepEqual(await find('number', 1.5), found);
    assert.deepEqual(await find('yes', true), found);
    assert.deepEqual(await find('nothing', null), found);
    assert.deepEqual(await find("o'", '%'), found);
    assert.deepEqual(await find('__proto__', 7), found);
    for (const [name, value] of [
      ['text', 'b'],
      ['number', '1.5'],
      ['list', 1],
      ['long', long],
    ] as const) {
      assert.deepEqual(await find(name, value), []);
    }
    ok(await test.runtime.setVariables(context, processInstanceId, { variables: { text: ['b'], list: 3 } }));
    assert.deepEqual([await find('text', 'a'), await find('list', 3)], [[], found]);
    await test.work('work', { text: 'c' });
    assert.deepEqual(await find('text', 'c'), found);
  });

  it('twenty times at once makes twenty instances', async () => {
    await test.deploy(oneJob());
    const started = await Promise.all(Array.from({ length: 20 }, () => startWith({ bpmnProcessId: 'work' })));
    assert.equal(new Set(started.map((outcome) => ok(outcome).processInstanceId)).size, 20);
    assert.equal((await test.take('work')).length, 20);
  });

  describe('and wait for the end', () => {
    const awaitEnd = (id: string, timeoutMs: number, signal?: AbortSignal) => {
      const state: { ended?: boolean } = {};
      const answer = test.runtime
        .awaitEnd(context.tenantId, id, timeoutMs, signal)
        .then((ended) => (state.ended = ended));
      return { state, answer };
    };

    it('answers when the instance ends', async () => {
      await test.deploy(oneJob());
      const { processInstanceId } = await test.start('work');
      const { state, answer } = awaitEnd(processInstanceId, 5000);
      await test.work('work');
      assert.equal(await answer, true);
      assert.equal(state.ended, true);
      assert.equal(await awaitEnd(processInstanceId, 0).answer, true);
    });

    it('answers when the loops end the instance', async () => {
      await test.deploy(oneTimer(), oneCall('caller', 'wait'));
      const { processInstanceId } = await test.start('caller');
      const { answer } = awaitEnd(processInstanceId, 7_200_000);
      await test.pass(3_600_000);
      assert.equal(await answer, true);
    });

    it('answers within a second when another node ends the instance', async () => {
      await test.deploy(oneJob());
      const { processInstanceId } = await test.start('work');
      const { answer, state } = awaitEnd(processInstanceId, 5000);
      ok(await test.createRuntime().cancelProcessInstance(context, processInstanceId));
      for (let turn = 0; turn < 10; turn++) await nextTurn();
      assert.equal(state.ended, undefined);
      test.clock.advance(1000);
      assert.equal(await answer, true);
    });

    it('gives up when the time is over', async () => {
      await test.deploy(oneJob());
      const { processInstanceId } = await test.start('work');
      const { answer, state } = awaitEnd(processInstanceId, 5000);
      await test.clock.advanceAsync(4999);
      await nextTurn();
      assert.equal(state.ended, undefined);
      await test.clock.advanceAsync(1);
      assert.equal(await answer, false);
      assert.equal(await awaitEnd(processInstanceId, 0).answer, false);
    });

    it('gives up when the caller goes, and when the server stops', async () => {
      await test.deploy(oneJob());
      const { processInstanceId } = await test.start('work');
      const caller = new AbortController();
      const first = awaitEnd(processInstanceId, 5000, caller.signal);
      const second = awaitEnd(processInstanceId, 5000);
      caller.abort();
      assert.equal(await first.answer, false);
      assert.equal(second.state.ended, undefined);
      await test.runtime.stop();
      assert.equal(await second.answer, false);
      assert.equal(await awaitEnd(processInstanceId, 5000, AbortSignal.abort()).answer, false);
    });

    it('never ends for an instance of somebody else', async () => {
      await test.deploy(bpmn('short').startEvent('s').endEvent('e'));
      const { processInstanceId } = await test.start('short');
      assert.equal(await test.runtime.awaitEnd('other', processInstanceId, 0), false);
    });

    it('leaves nothing in memory behind', async () => {
      await test.deploy(oneJob());
      const { processInstanceId } = await test.start('work');
      await test.asleep();
      const caller = new AbortController();
      const waits = Array.from({ length: 10 }, () => awaitEnd(processInstanceId, 5000, caller.signal));
      caller.abort();
      await Promise.all(waits.map(({ answer }) => answer));
      assert.equal(test.clock.pendingTimers, loopTimers);
    });
  });
});
