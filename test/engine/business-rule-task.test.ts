import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { advance, start } from '../../src/engine/advance.js';
import type { ExecutableDecision } from '../../src/engine/decision.js';
import { DecisionNeeded } from '../../src/engine/decision.js';
import { mappedResult } from '../../src/engine/decision-result.js';
import type { JsonValue } from '../../src/engine/json.js';
import type { DecisionResultMapping } from '../../src/engine/process-model.js';
import { bpmn } from '../support/bpmn-builder.js';
import { knownDecisions } from './decisions.js';
import { processesOf, runOf } from './process-run.js';

const called = (options: object = {}) =>
  bpmn('p')
    .startEvent('s')
    .businessRuleTask('rules', { decisionId: 'successor', resultVariable: 'result', ...options })
    .userTask('u')
    .endEvent('e');

describe('business rule task', () => {
  it('evaluates its decision over the variables that it sees, and goes on with the result', async () => {
    const run = await runOf(called({ inputs: { n: '=base * 2' } }), { variables: { base: 4 } });
    assert.deepEqual(run.variables(), { base: 4, result: 9 });
    assert.deepEqual(
      run.events.find(({ type }) => type === 'decisionEvaluated'),
      {
        type: 'decisionEvaluated',
        key: 2,
        decisionDefinitionId: 'definition-of-successor',
        decisionId: 'successor',
        version: 3,
        evaluated: [{ decisionId: 'successor', matchedRules: [{ ruleId: 'r1', ruleIndex: 1 }] }],
      },
    );
    run.completeTask('u');
    assert.equal(run.state.status, 'completed');
  });

  it('hands its result to output mappings', async () => {
    const run = await runOf(called({ outputs: { 'answer.value': '=result' } }), { variables: { n: 1 } });
    assert.deepEqual(run.variables(), { n: 1, answer: { value: 2 } });
  });

  it('takes the id of its decision from an expression', async () => {
    const run = await runOf(called({ decisionId: '="succ" + "essor"' }), { variables: { n: 1 } });
    assert.deepEqual(run.variables(), { n: 1, result: 2 });
  });

  it('is interrupted by what happens to it: an incident keeps its boundary event armed', async () => {
    const model = bpmn('p')
      .startEvent('s')
      .businessRuleTask('rules', { decisionId: 'nobody', resultVariable: 'r' })
      .endEvent('e')
      .boundaryEvent('late', { attachedTo: 'rules', timer: { duration: 'PT1H' } })
      .endEvent('e2');
    const run = await runOf(model);
    assert.deepEqual(run.incidents(), ['rules: called-decision-not-found']);
    run.fireTimer('late');
    assert.equal(run.state.status, 'completed');
  });

  it('can be a job', async () => {
    const run = await runOf(called({ decisionId: undefined, resultVariable: undefined, type: 'decide' }));
    run.completeJob('rules', { result: 5 });
    assert.deepEqual(run.variables(), { result: 5 });
  });

  it('asks the shell for a decision that it has not looked for, and has changed nothing then', async () => {
    const [process] = await processesOf(called());
    assert.ok(process);
    const command = { type: 'startProcessInstance', processInstanceId: 'pi', variables: {} } as const;
    const envelope = { tenantId: 't', actor: 'a', at: 0, hops: 0, command };
    assert.throws(
      () => start(process, envelope),
      (error) =>
        error instanceof DecisionNeeded &&
        error.reference.decisionId === 'successor' &&
        error.reference.binding.kind === 'latest',
    );
    const started = start(process, { ...envelope, decisions: knownDecisions });
    assert.ok(started.ok);
    const before = JSON.stringify(started.state);
    const cancel = { ...envelope, command: { type: 'cancelProcessInstance' } as const };
    assert.ok(advance(process, started.state, cancel).ok);
    assert.equal(JSON.stringify(started.state), before);
  });
});

const one: ExecutableDecision['table'] = { outputs: ['a'], isList: false };
const list: ExecutableDecision['table'] = { outputs: ['a'], isList: true };
const two: ExecutableDecision['table'] = { outputs: ['a', 'b'], isList: false };
const twoList: ExecutableDecision['table'] = { outputs: ['a', 'b'], isList: true };
const row = { a: 1, b: 2 };

/** By Camunda 7's `mapDecisionResult`: table, result, and what it becomes; undefined where it has no such form. */
const mappings: readonly (readonly [
  DecisionResultMapping,
  ExecutableDecision['table'],
  JsonValue,
  JsonValue | undefined,
])[] = [
  ['singleEntry', one, 5, 5],
  ['singleEntry', one, null, null],
  ['singleEntry', undefined, 5, 5],
  ['singleEntry', list, [5], 5],
  ['singleEntry', list, [5, 6], undefined],
  ['singleEntry', two, row, undefined],
  ['singleResult', two, row, row],
  ['singleResult', one, 5, { a: 5 }],
  ['singleResult', twoList, [row, row], undefined],
  ['singleResult', twoList, null, null],
  ['collectEntries', list, [5, 6], [5, 6]],
  ['collectEntries', one, 5, [5]],
  ['collectEntries', list, null, []],
  ['collectEntries', twoList, [row], undefined],
  ['resultList', twoList, [row, row], [row, row]],
  ['resultList', one, 5, [{ a: 5 }]],
  ['resultList', list, [5, 6], [{ a: 5 }, { a: 6 }]],
  ['resultList', undefined, [5, 6], [{ d: [5, 6] }]],
];

describe('results of decisions', () => {
  for (const [mapping, table, result, expected] of mappings) {
    it(`${mapping} of ${JSON.stringify(result)} with ${table?.outputs.length ?? 'no'} outputs`, () => {
      const decision: ExecutableDecision = {
        decisionId: 'd',
        ...(table && { table }),
        evaluate: () => assert.fail('Expected no evaluation.'),
      };
      if (expected === undefined)
        assert.throws(() => mappedResult(mapping, decision, result), /^Error: Expected one/);
      else assert.deepEqual(mappedResult(mapping, decision, result), expected);
    });
  }
});
