import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'mocha';
import { deploy } from '../support/read-model.js';

/** A model of Camunda 7 with that content in its process, from a start event `s` on. */
const model = (content: string, attributes = '') => `<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"
  xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
  xmlns:camunda="http://camunda.org/schema/1.0/bpmn" id="d" targetNamespace="http://bpmn.io/schema/bpmn">
  <bpmn:message id="m" name="paid" />
  <bpmn:process id="p" isExecutable="true"${attributes}>
    <bpmn:startEvent id="s" />
    <bpmn:sequenceFlow id="f" sourceRef="s" targetRef="x" />
    ${content}
  </bpmn:process>
</bpmn:definitions>`;

const element = (tag: string, attributes: string, extensions = '', inside = '') =>
  `<bpmn:${tag} id="x" ${attributes}>${
    extensions && `<bpmn:extensionElements>${extensions}</bpmn:extensionElements>`
  }${inside}</bpmn:${tag}>`;

const condition = (text: string, language = '') => `
  <bpmn:exclusiveGateway id="x" default="no" /><bpmn:task id="a" /><bpmn:task id="b" />
  <bpmn:sequenceFlow id="yes" sourceRef="x" targetRef="a"><bpmn:conditionExpression xsi:type="bpmn:tFormalExpression"${language}>${text}</bpmn:conditionExpression></bpmn:sequenceFlow>
  <bpmn:sequenceFlow id="no" sourceRef="x" targetRef="b" />`;

const script = (format: string, text: string) =>
  element('scriptTask', `scriptFormat="${format}"`, '', `<bpmn:script>${text}</bpmn:script>`);

/** What is said in the document's first column, and a model that has it. */
const examples: Readonly<Record<string, string>> = {
  '`camunda:class`': model(element('serviceTask', 'camunda:class="org.example.Pay"')),
  '`camunda:delegateExpression`': model(element('serviceTask', 'camunda:delegateExpression="${pay}"')),
  '`camunda:expression`': model(element('serviceTask', 'camunda:expression="${pay.now()}"')),
  '`camunda:type="mail"` and the like': model(
    element('serviceTask', 'camunda:type="mail" camunda:topic="t"'),
  ),
  '`camunda:connector`': model(
    element('sendTask', 'camunda:type="external" camunda:topic="t"', '<camunda:connector />'),
  ),
  '`camunda:executionListener`': model(
    element('task', '', '<camunda:executionListener class="org.example.Audit" event="start" />'),
  ),
  '`camunda:taskListener`': model(
    element('userTask', '', '<camunda:taskListener expression="${audit.log(task)}" event="create" />'),
  ),
  '`camunda:field`': model(
    element('serviceTask', 'camunda:type="external" camunda:topic="t"', '<camunda:field name="to" />'),
  ),
  'a method, function or bean in `${…}`': model(condition('${order.getTotal() &gt; 100}')),
  '`execution`, `task` and the like in `${…}`': model(condition("${execution.id == 'x'}")),
  'an expression in another language': model(condition('x &gt; 1', ' language="groovy"')),
  'a script task in Groovy, Python, Ruby': model(script('groovy', 'x + 1')),
  'a script as a parameter': model(
    element(
      'task',
      '',
      '<camunda:inputOutput><camunda:inputParameter name="y"><camunda:script scriptFormat="groovy">1</camunda:script></camunda:inputParameter></camunda:inputOutput>',
    ),
  ),
  '`camunda:resource` of a script': model(
    element(
      'scriptTask',
      'scriptFormat="javascript" camunda:resource="deployment://x.js"',
      '',
      '<bpmn:script>1</bpmn:script>',
    ),
  ),
  '`camunda:errorEventDefinition`': model(
    element(
      'serviceTask',
      'camunda:type="external" camunda:topic="t"',
      '<camunda:errorEventDefinition id="ee" errorRef="e" expression="${true}" />',
    ),
  ),
  '`camunda:variableMappingClass`': model(
    element('callActivity', 'calledElement="c" camunda:variableMappingClass="org.example.Mapping"'),
  ),
  '`camunda:caseRef`': model(element('callActivity', 'calledElement="c" camunda:caseRef="case"')),
  'a message without correlation key': model(element('receiveTask', 'messageRef="m"')),
  '`camunda:asyncBefore`, `asyncAfter`, `exclusive`': model(element('task', 'camunda:asyncBefore="true"')),
  '`camunda:jobPriority`': model(element('task', 'camunda:jobPriority="5"')),
  '`camunda:formData`': model(element('userTask', '', '<camunda:formData />')),
  '`camunda:candidateStarterUsers`, `…Groups`': model(
    element('task', ''),
    ' camunda:candidateStarterGroups="sales"',
  ),
};

/** The document's table of diagnostics, as the reader's answers make it: the first that it says of each model. */
async function expectedTable(): Promise<string> {
  const rows = await Promise.all(
    Object.entries(examples).map(async ([what, xml]) => {
      const [found] = (await deploy(xml)).diagnostics;
      assert.ok(found !== undefined, `Expected something to be said of ${what}.`);
      return `| ${what} | ${found.severity} | \`${found.code}\` | ${found.message.replaceAll('|', '\\|')} |`;
    }),
  );
  return ['| in the model | severity | code | what is said |', '|---|---|---|---|', ...rows].join('\n');
}

const document = readFileSync(new URL('../../docs/migrating-from-camunda-7.md', import.meta.url), 'utf8');

describe('docs/migrating-from-camunda-7.md', () => {
  it('tells the diagnostics as they are', async () => {
    const [, table] = /<!-- diagnostics -->\n([^]*?)\n<!-- end -->/.exec(document) ?? [];
    assert.equal(table, await expectedTable());
  });

  it('shows a model that deploys', async () => {
    const [, shown] = /```xml\n(<bpmn:serviceTask[^]*?)```/.exec(document) ?? [];
    assert.ok(shown !== undefined);
    const xml = model(shown.replace(/id="charge"/, 'id="x"'));
    assert.deepEqual((await deploy(xml)).diagnostics, []);
  });
});
