import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { bpmn } from '../support/bpmn-builder.js';
import { decision, dmn, literal, table } from '../support/dmn-builder.js';
import { context, ok, refusal, useRuntime } from './use-runtime.js';

const discount = (rate: number, versionTag?: string) =>
  dmn([
    decision(
      'discount',
      table({
        inputs: [{ expression: 'amount', typeRef: 'number' }],
        outputs: [{ name: 'rate' }],
        rules: [
          ['< 100', '0'],
          ['>= 100', String(rate)],
        ],
      }),
      versionTag === undefined ? {} : { versionTag },
    ),
  ]);

const calling = (options: object = {}) =>
  bpmn('order')
    .startEvent('s')
    .userTask('before')
    .businessRuleTask('rules', { decisionId: 'discount', resultVariable: 'rate', ...options })
    .endEvent('e');

describe('decisions in processes', () => {
  const test = useRuntime();
  const completeTask = async (variables = {}) => {
    const [task] = (await test.userTasks()).filter(({ state }) => state === 'created');
    ok(await test.runtime.completeUserTask(context, task?.userTaskId ?? '', { variables }));
    await test.rest();
  };
  const ended = async (processInstanceId: string) => (await test.instance(processInstanceId)).state.status;
  const started = async (variables = {}) => (await test.start('order', variables)).processInstanceId;

  it('are evaluated in the transaction of their task, and told in the history', async () => {
    const deployment = await test.deploy(calling(), discount(5));
    const id = await started({ amount: 150 });
    await completeTask();
    assert.equal(await ended(id), 'completed');
    assert.deepEqual(await test.variables(id), { amount: 150, rate: 5 });
    const { items } = await test.runtime.queries.history(context.tenantId, id, { limit: 100 });
    const event = items.flatMap(({ events }) => events).find(({ type }) => type === 'decisionEvaluated');
    assert.deepEqual(event, {
      type: 'decisionEvaluated',
      key: 4,
      decisionDefinitionId: deployment.decisionDefinitions[0]?.decisionDefinitionId,
      decisionId: 'discount',
      version: 1,
      evaluated: [{ decisionId: 'discount', matchedRules: [{ ruleId: 't_2', ruleIndex: 2 }] }],
    });
  });

  it('are the latest when they are called, also after a restart', async () => {
    await test.deploy(calling(), discount(5));
    const id = await started({ amount: 150 });
    await test.restart();
    await test.deploy(discount(7));
    await completeTask();
    assert.deepEqual(await test.variables(id), { amount: 150, rate: 7 });
  });

  it('are those of the deployment of their process where it says so', async () => {
    await test.deploy(calling({ bindingType: 'deployment' }), discount(5));
    const id = await started({ amount: 150 });
    await test.pass(1);
    await test.deploy(discount(7));
    await completeTask();
    assert.deepEqual(await test.variables(id), { amount: 150, rate: 5 });
    // The decision is unchanged and keeps its version, of another deployment than that of the process.
    await test.pass(1);
    await test.deploy(calling({ bindingType: 'deployment', name: 'changed' }), discount(7));
    const next = await started({ amount: 150 });
    await completeTask();
    assert.deepEqual(await test.variables(next), { amount: 150, rate: 7 });
  });

  it('are those of a version tag where it says so', async () => {
    await test.deploy(calling({ bindingType: 'versionTag', versionTag: 'summer' }), discount(5, 'summer'));
    await test.deploy(discount(7, 'winter'));
    const id = await started({ amount: 150 });
    await completeTask();
    assert.deepEqual(await test.variables(id), { amount: 150, rate: 5 });
  });

  it('that are not deployed are an incident, which deploying and resolving mends', async () => {
    await test.deploy(calling());
    const id = await started({ amount: 150 });
    await completeTask();
    const [incident] = await test.openIncidents();
    assert.equal(incident?.code, 'called-decision-not-found');
    assert.match(incident.message, /Expected decision "discount" to be deployed but it is not/);
    await test.restart();
    ok(await test.runtime.resolveIncident(context, incident.incidentId));
    assert.equal((await test.openIncidents()).length, 1);
    await test.deploy(discount(5));
    ok(await test.runtime.resolveIncident(context, (await test.openIncidents())[0]?.incidentId ?? ''));
    assert.equal(await ended(id), 'completed');
    assert.deepEqual(await test.variables(id), { amount: 150, rate: 5 });
  });

  it('that have no result are an incident, which other variables mend', async () => {
    await test.deploy(calling(), discount(5));
    const id = await started({ amount: 'much' });
    await completeTask();
    const [incident] = await test.openIncidents();
    assert.equal(incident?.code, 'decision-failed');
    assert.match(incident.message, /input "amount" .* of type number but found "much"/);
    ok(await test.runtime.setVariables(context, id, { variables: { amount: 50 } }));
    ok(await test.runtime.resolveIncident(context, incident.incidentId));
    assert.deepEqual([await ended(id), await test.variables(id)], ['completed', { amount: 50, rate: 0 }]);
  });

  it('are called for each instance of a multi-instance activity, and in one command many times', async () => {
    const loop = [
      '<bpmn:multiInstanceLoopCharacteristics isSequential="true"><bpmn:extensionElements>',
      '<zeebe:loopCharacteristics inputCollection="=amounts" inputElement="amount" outputCollection="rates" outputElement="=rate" />',
      '</bpmn:extensionElements></bpmn:multiInstanceLoopCharacteristics>',
    ];
    await test.deploy(calling({ content: loop }), discount(5));
    const id = await started({ amounts: [50, 100, 150] });
    await completeTask();
    assert.deepEqual((await test.variables(id)).rates, [0, 5, 5]);
  });

  it('of more than a hundred different names in one command are an incident that goes on', async () => {
    const many = Array.from({ length: 101 }, (_, index) => decision(`d${index}`, literal(String(index))));
    const loop = [
      '<bpmn:multiInstanceLoopCharacteristics><bpmn:extensionElements>',
      '<zeebe:loopCharacteristics inputCollection="=for i in 0..100 return i" inputElement="i" outputCollection="all" outputElement="=rate" />',
      '</bpmn:extensionElements></bpmn:multiInstanceLoopCharacteristics>',
    ];
    await test.deploy(calling({ decisionId: '="d" + string(i)', content: loop }), dmn(many));
    const id = await started();
    await completeTask();
    const open = await test.openIncidents();
    assert.equal(open.length, 1);
    ok(await test.runtime.resolveIncident(context, open[0]?.incidentId ?? ''));
    assert.equal(await ended(id), 'completed');
  });

  it('can be deleted, although a process calls them', async () => {
    const { decisionDefinitions } = await test.deploy(calling(), discount(5));
    const id = decisionDefinitions[0]?.decisionDefinitionId ?? '';
    ok(await test.runtime.deleteDecisionDefinition(context, id));
    refusal(await test.runtime.deleteDecisionDefinition(context, id), 'not-found');
    await started({ amount: 150 });
    await completeTask();
    assert.equal((await test.openIncidents())[0]?.code, 'called-decision-not-found');
  });
});
