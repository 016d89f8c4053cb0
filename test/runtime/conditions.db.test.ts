import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { bpmn } from '../support/bpmn-builder.js';
import { context, ok, refusal, useRuntime } from './use-runtime.js';

const restock = (id: string, condition: string) =>
  bpmn(id).startEvent('s', { condition }).userTask('order').endEvent('e');

describe('conditions', () => {
  const test = useRuntime();

  it('that start processes are evaluated on request, of the latest versions only', async () => {
    await test.deploy(restock('a', '=stock < 10'), restock('b', '=stock < 5'));
    await test.deploy(restock('a', '=stock < 3'));
    const evaluate = (stock: number, bpmnProcessId?: string) =>
      test.runtime.evaluateConditions(context, {
        variables: { stock },
        businessKey: 'shelf-1',
        ...(bpmnProcessId === undefined ? {} : { bpmnProcessId }),
      });
    assert.deepEqual(ok(await evaluate(4)).startedProcessInstances.length, 1);
    assert.deepEqual(ok(await evaluate(2)).startedProcessInstances.length, 2);
    const { startedProcessInstances } = ok(await evaluate(2, 'b'));
    assert.equal(startedProcessInstances.length, 1);
    const row = await test.instance(startedProcessInstances[0] ?? '');
    assert.deepEqual([row.bpmnProcessId, row.businessKey], ['b', 'shelf-1']);
    assert.deepEqual(await test.variables(row.processInstanceId), { stock: 2 });
    refusal(await evaluate(2, 'nobody'), 'not-found');
  });

  it('that give neither true nor false are told, and keep nobody else from starting', async () => {
    await test.deploy(restock('a', '=stock'), restock('b', '=stock = 1'), restock('c', '=other'));
    const answer = ok(await test.runtime.evaluateConditions(context, { variables: { stock: 1 } }));
    assert.equal(answer.startedProcessInstances.length, 1);
    assert.deepEqual(
      answer.problems.map(({ bpmnProcessId, elementId }) => [bpmnProcessId, elementId]),
      [
        ['a', 's'],
        ['c', 's'],
      ],
    );
    assert.match(
      answer.problems[1]?.message ?? '',
      /^Expected the condition of "s" \(=other\) to give true or false but it gave null; is a variable missing\?$/,
    );
  });

  it('are waited for over a restart', async () => {
    await test.deploy(
      bpmn('wait').startEvent('s').intermediateCatchEvent('c', { condition: '=ready' }).endEvent('e'),
    );
    const { processInstanceId } = await test.start('wait');
    await test.restart();
    ok(await test.runtime.setVariables(context, processInstanceId, { variables: { ready: true } }));
    assert.equal((await test.instance(processInstanceId)).state.status, 'completed');
  });
});
