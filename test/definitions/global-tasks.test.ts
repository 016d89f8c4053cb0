import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { bpmn, bpmnFile } from '../support/bpmn-builder.js';
import { deploy, refused, taken } from '../support/read-model.js';

const caller = (called: string) =>
  bpmn('p').startEvent('s').callActivity('c', { processId: called }).endEvent('e');
const file = (...globalTasks: readonly string[]) => bpmnFile([caller('g')], globalTasks);
const userTask = (extensions = '') =>
  `<bpmn:globalUserTask id="g" name="Check">${extensions}</bpmn:globalUserTask>`;

describe('global tasks (BPMN 2.0.2 §10.3.6)', () => {
  it('are processes of the one task, under their own id, in every type', async () => {
    for (const [tag, type, content] of [
      ['globalTask', 'task', ''],
      ['globalManualTask', 'manualTask', ''],
      ['globalUserTask', 'userTask', ''],
      ['globalScriptTask', 'scriptTask', '<bpmn:script>1 + 1</bpmn:script>'],
      ['globalBusinessRuleTask', 'businessRuleTask', ''],
    ] as const) {
      const attributes = {
        globalScriptTask: 'scriptLanguage="feel"',
        globalBusinessRuleTask:
          'xmlns:camunda="http://camunda.org/schema/1.0/bpmn" camunda:decisionRef="rate" camunda:resultVariable="r"',
      };
      const more = Object.hasOwn(attributes, tag) ? attributes[tag as keyof typeof attributes] : '';
      const result = await taken(file(`<bpmn:${tag} id="g" name="Check" ${more}>${content}</bpmn:${tag}>`));
      assert.ok(result.ok);
      const { process } =
        result.processes.find((read) => read.process.bpmnProcessId === 'g') ?? assert.fail(tag);
      assert.deepEqual(
        [...process.elements.values()].map((element) => element.type),
        ['startEvent', type, 'endEvent'],
      );
      assert.deepEqual([process.name, process.elements.get('g')?.name], ['Check', 'Check']);
      assert.deepEqual(
        process.elements.get('g')?.incoming.map(({ source }) => source.type),
        ['startEvent'],
      );
    }
  });

  it('keep the extensions of their type', async () => {
    const extension = '<zeebe:assignmentDefinition candidateGroups="clerks" />';
    const result = await taken(
      file(userTask(`<bpmn:extensionElements>${extension}</bpmn:extensionElements>`)),
    );
    assert.ok(result.ok);
    const task = result.processes.flatMap(({ process }) => process.elements.get('g') ?? [])[0];
    assert.ok(task?.type === 'userTask');
    assert.deepEqual(task.task.candidateGroups, { kind: 'literal', value: ['clerks'] });
  });

  it('deploy by themselves, and not beside processes of which none is executable', async () => {
    assert.ok((await deploy(bpmnFile([], [userTask()]))).ok);
    const drawing = bpmn('p', { isExecutable: false }).startEvent('s');
    await refused(bpmnFile([drawing], [userTask()]), { code: 'no-executable-process', at: 'definitions' });
  });

  it('are refused where the task is', async () => {
    const script = (language: string) => `<bpmn:globalScriptTask id="g" scriptLanguage="${language}" />`;
    await refused(file(script('groovy')), { code: 'unsupported-script', at: 'g', message: /groovy/ });
    await refused(file('<bpmn:globalScriptTask id="g" />'), { code: 'missing-implementation', at: 'g' });
    await refused(file('<bpmn:globalUserTask />'), { code: 'missing-id', at: 'definitions' });
  });
});
