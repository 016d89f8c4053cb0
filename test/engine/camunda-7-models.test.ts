import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { runOf } from './process-run.js';

/** A model as Camunda 7's modeler writes it: no zeebe namespace. */
const model = (content: string, prefix = 'camunda') => `<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"
  xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
  xmlns:${prefix}="http://${prefix}.org/schema/1.0/bpmn" id="d" targetNamespace="http://bpmn.io/schema/bpmn">
  <bpmn:message id="message" name="paid" />
  <bpmn:process id="p" isExecutable="true">
    <bpmn:startEvent id="s" />
    ${content}
  </bpmn:process>
</bpmn:definitions>`;

const flow = (source: string, target: string, condition = '') =>
  `<bpmn:sequenceFlow id="${source}_${target}" sourceRef="${source}" targetRef="${target}">${
    condition &&
    `<bpmn:conditionExpression xsi:type="bpmn:tFormalExpression">${condition}</bpmn:conditionExpression>`
  }</bpmn:sequenceFlow>`;

const io = (content: string) =>
  `<bpmn:extensionElements><camunda:inputOutput>${content}</camunda:inputOutput></bpmn:extensionElements>`;

describe('models of Camunda 7', () => {
  it('choose a way by ${…}; what is neither true nor false is an incident, mended by the variable', async () => {
    const choice = model(`
      <bpmn:exclusiveGateway id="g" default="g_small" />
      <bpmn:userTask id="big" /><bpmn:userTask id="small" />
      ${flow('s', 'g')}${flow('g', 'big', '${order.total &gt; 100 and order.isOpen}')}${flow('g', 'small')}`);
    const order = (total: number) => ({ order: { total, isOpen: true } });
    assert.deepEqual((await runOf(choice, { variables: order(101) })).active(), ['big']);
    assert.deepEqual((await runOf(choice, { variables: order(99) })).active(), ['small']);
    const run = await runOf(choice);
    assert.deepEqual(run.incidents(), ['g: expression-failed']);
    assert.match(
      run.incidentRow('g').message,
      /to give true or false but it gave null; is a variable missing\?/,
    );
    run.setVariables(order(500));
    run.resolveIncident('g');
    assert.deepEqual(run.active(), ['big']);
  });

  it('assign by ${…}, in lists with commas too', async () => {
    const run = await runOf(
      model(`<bpmn:userTask id="u" camunda:assignee="\${who}" camunda:candidateGroups="sales, \${group}"
          camunda:dueDate="\${due}" camunda:priority="\${level * 10}" />${flow('s', 'u')}`),
      { variables: { who: 'kim', group: 'vip', due: 'P1D', level: 7 } },
    );
    const [task] = run.tasks('u');
    assert.deepEqual(
      [task?.assignee, task?.candidateGroups, task?.priority, task?.dueAt],
      ['kim', ['sales', 'vip'], 70, run.now + 86_400_000],
    );
  });

  it('map text, expressions, lists and maps in; the result goes out beside what is mapped', async () => {
    const run = await runOf(
      model(`<bpmn:userTask id="u">${io(`
          <camunda:inputParameter name="text">to \${name}</camunda:inputParameter>
          <camunda:inputParameter name="list"><camunda:list>
            <camunda:value>1</camunda:value><camunda:value>\${n + 1}</camunda:value>
          </camunda:list></camunda:inputParameter>
          <camunda:inputParameter name="map"><camunda:map>
            <camunda:entry key="a">x</camunda:entry>
            <camunda:entry key="b"><camunda:list><camunda:value>\${n}</camunda:value></camunda:list></camunda:entry>
          </camunda:map></camunda:inputParameter>
          <camunda:inputParameter name="fixed"><camunda:list><camunda:value>a</camunda:value></camunda:list></camunda:inputParameter>
          <camunda:outputParameter name="sum">\${given + n}</camunda:outputParameter>`)}
        </bpmn:userTask><bpmn:userTask id="after" />${flow('s', 'u')}${flow('u', 'after')}`),
      { variables: { name: 'Ada', n: 2 } },
    );
    assert.deepEqual(run.localOf('u'), {
      text: 'to Ada',
      list: ['1', 3],
      map: { a: 'x', b: [2] },
      fixed: ['a'],
    });
    run.completeTask('u', { given: 40, note: 'kept', text: 'local, so lost' });
    assert.deepEqual(run.variables(), { name: 'Ada', n: 2, given: 40, note: 'kept', sum: 42 });
  });

  it('pass to a called process only what in and out name', async () => {
    const call = (passed: string) =>
      model(`<bpmn:callActivity id="c" calledElement="child-\${kind}"><bpmn:extensionElements>${passed}
        </bpmn:extensionElements></bpmn:callActivity><bpmn:userTask id="after" />${flow('s', 'c')}${flow('c', 'after')}`);
    const variables = { kind: 'a', n: 1 };
    const run = await runOf(
      call(`<camunda:in sourceExpression="\${n + 1}" target="m" /><camunda:in businessKey="B-\${n}" />
        <camunda:out sourceExpression="\${result.x}" target="y" />`),
      { variables },
    );
    const [started] = run.sent('startCalledInstance');
    assert.deepEqual(
      [started?.bpmnProcessId, started?.businessKey, started?.variables],
      ['child-a', 'B-1', { m: 2 }],
    );
    run.endCall('c', { kind: 'completed', variables: { result: { x: 5 }, junk: 1 } });
    assert.deepEqual(run.variables(), { ...variables, y: 5 });

    const nothing = await runOf(call(''), { variables });
    assert.deepEqual(nothing.sent('startCalledInstance')[0]?.variables, {});
    nothing.endCall('c', { kind: 'completed', variables: { junk: 1 } });
    assert.deepEqual(nothing.variables(), variables);
  });

  it('give the code and the message of an error to the variables that its catcher names', async () => {
    const caught = model(`
      <bpmn:subProcess id="sub"><bpmn:startEvent id="is" /><bpmn:endEvent id="ie">
        <bpmn:errorEventDefinition errorRef="error" /></bpmn:endEvent>${flow('is', 'ie')}</bpmn:subProcess>
      <bpmn:boundaryEvent id="b" attachedToRef="sub">
        <bpmn:errorEventDefinition camunda:errorCodeVariable="code" camunda:errorMessageVariable="said" />
      </bpmn:boundaryEvent><bpmn:userTask id="after" />${flow('s', 'sub')}${flow('b', 'after')}`).replace(
      '<bpmn:message ',
      '<bpmn:error id="error" errorCode="NO_${what}" camunda:errorMessage="no ${what} left" /><bpmn:message ',
    );
    const run = await runOf(caught, { variables: { what: 'STOCK' } });
    assert.deepEqual(run.variables(), { what: 'STOCK', code: 'NO_STOCK', said: 'no STOCK left' });
    assert.deepEqual(run.active(), ['after']);
  });

  for (const prefix of ['camunda', 'operaton']) {
    it(`wait for messages with the business key where ${prefix} is spoken`, async () => {
      const waiting = model(
        `<bpmn:receiveTask id="r" messageRef="message" /><bpmn:userTask id="u" ${prefix}:assignee="\${execution.processBusinessKey}" />
        ${flow('s', 'r')}${flow('r', 'u')}`,
        prefix,
      );
      const run = await runOf(waiting, { businessKey: 'order-7' });
      run.message('paid', {}, 'order-7');
      assert.equal(run.tasks('u')[0]?.assignee, 'order-7');
      const without = await runOf(waiting);
      assert.deepEqual(without.incidents(), ['r: expression-failed']);
      assert.match(without.incidentRow('r').message, /the correlation key of "r" \(the business key/);
    });
  }
});
