import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { JsonValue } from '../../src/engine/json.js';
import { bpmn } from '../support/bpmn-builder.js';
import { deploy, deployed, deployedElement, refused, taken } from '../support/read-model.js';

const started = () => bpmn('p').startEvent('s');

describe('zeebe dialect', () => {
  it('keeps text in ${} as text, as Camunda 8 does', async () => {
    const { inputs } = await deployedElement(started().task('a', { inputs: { x: '${y}' } }), 'a', 'task');
    assert.deepEqual(inputs[0]?.source, { kind: 'literal', value: '${y}' });
  });

  it('keeps headers with names that JavaScript gives a meaning', async () => {
    const extensions = ['<zeebe:taskHeaders><zeebe:header key="__proto__" value="1" /></zeebe:taskHeaders>'];
    const { job } = await deployedElement(
      started().serviceTask('a', { type: 'x', extensions }),
      'a',
      'serviceTask',
    );
    assert.deepEqual(Object.entries(job.headers), [['__proto__', '1']]);
  });

  it('refuses headers without key', async () => {
    const extensions = ['<zeebe:taskHeaders><zeebe:header value="1" /></zeebe:taskHeaders>'];
    await refused(started().serviceTask('a', { type: 'x', extensions }), { code: 'invalid-value', at: 'a' });
  });

  for (const listeners of ['executionListeners', 'taskListeners', 'linkedResources']) {
    it(`refuses ${listeners}`, async () => {
      await refused(started().userTask('a', { extensions: [`<zeebe:${listeners} />`] }), {
        code: 'unsupported-extension',
        at: 'a',
      });
    });
  }

  it('refuses elements of the namespace that are not known, and warns about attributes', async () => {
    await refused(started().task('a', { extensions: ['<zeebe:teleport />'] }), {
      code: 'unsupported-extension',
      at: 'a',
      message: /found zeebe:teleport/,
    });
    const extensions = ['<zeebe:taskDefinition type="x" retry="5" />'];
    await taken(
      started().serviceTask('a', { extensions, attributes: { 'zeebe:colour': 'red' } }),
      { code: 'unknown-extension-attribute', at: 'a', message: /found retry/ },
      { code: 'unknown-extension-attribute', at: 'a', message: /zeebe:colour/ },
    );
  });

  it('refuses extensions where they say nothing', async () => {
    const extensions = ['<zeebe:taskDefinition type="x" />'];
    await refused(started().userTask('a', { extensions }), { code: 'misplaced-extension', at: 'a' });
    await refused(started().exclusiveGateway('g', { inputs: { a: '=1' } }), {
      code: 'misplaced-extension',
      at: 'g',
    });
  });

  it('says nothing about templates, and once that forms and properties have no effect', async () => {
    const extensions = ['<zeebe:properties><zeebe:property name="a" value="b" /></zeebe:properties>'];
    const attributes = { 'zeebe:modelerTemplate': 'x', 'zeebe:modelerTemplateVersion': 1 };
    const model = started().task('a', { extensions, attributes }).task('b', { extensions });
    await taken(model, { code: 'extension-without-effect', at: 'a', message: /zeebe:properties/ });
  });
});

describe('throughline dialect', () => {
  it('keeps extensions that are not defined yet', async () => {
    const extensions = ['<t:chat xmlns:t="http://throughline.io/schema/1.0" prompt="Hello" />'];
    await taken(started().userTask('a', { extensions }), { code: 'extension-without-effect', at: 'a' });
  });
});

describe('bpmn-engine dialect', () => {
  const implementing = (implementation: string) =>
    started().serviceTask('a', { attributes: { implementation } });

  it('makes a service of the environment a job of its name', async () => {
    const { job } = await deployedElement(
      implementing('${environment.services.sendMail}'),
      'a',
      'serviceTask',
    );
    assert.deepEqual(job, {
      jobType: { kind: 'literal', value: 'sendMail' },
      retries: { kind: 'literal', value: 3 },
      headers: {},
    });
  });

  for (const implementation of [
    '##WebService',
    '${environment.services.constructor.constructor}',
    '${environment.variables.x}',
    "${environment.services['x']}",
    '${environment.services.a}${environment.services.b}',
  ]) {
    it(`takes ${implementation} for no implementation`, async () => {
      await refused(implementing(implementation), { code: 'missing-implementation', at: 'a' });
    });
  }
});

for (const prefix of ['camunda', 'operaton'] as const) {
  const own = (attributes: Readonly<Record<string, string>>) =>
    Object.fromEntries(Object.entries(attributes).map(([name, value]) => [`${prefix}:${name}`, value]));

  describe(`${prefix} dialect`, () => {
    it('makes an external task a job of its topic', async () => {
      const model = started().serviceTask('a', {
        attributes: own({ type: 'external', topic: 'pay', taskPriority: '5' }),
        extensions: [
          `<${prefix}:failedJobRetryTimeCycle>R5/PT1M</${prefix}:failedJobRetryTimeCycle>`,
          `<${prefix}:properties><${prefix}:property name="k" value="v" /></${prefix}:properties>`,
        ],
      });
      const { job } = await deployedElement(model, 'a', 'serviceTask');
      assert.deepEqual(job, {
        jobType: { kind: 'literal', value: 'pay' },
        retries: { kind: 'literal', value: 5 },
        retryPauses: ['PT1M'],
        headers: { k: 'v' },
        priority: { kind: 'literal', value: 5 },
      });
    });

    it('takes the topic of a throw event from its definition', async () => {
      const content = [`<bpmn:messageEventDefinition ${prefix}:type="external" ${prefix}:topic="bye" />`];
      const { event } = await deployedElement(started().endEvent('e', { content }), 'e', 'endEvent');
      assert.ok(event.kind === 'messageThrow' && event.send.kind === 'job');
      assert.deepEqual(event.send.job.jobType, { kind: 'literal', value: 'bye' });
    });

    it('refuses other types of service tasks, and external ones without topic', async () => {
      await refused(started().serviceTask('a', { attributes: own({ type: 'mail', topic: 'x' }) }), {
        code: 'java-not-supported',
        at: 'a',
      });
      await refused(started().serviceTask('a', { attributes: own({ type: 'external' }) }), {
        code: 'missing-implementation',
        at: 'a',
      });
    });

    for (const name of ['class', 'delegateExpression', 'expression']) {
      it(`refuses ${name}, saying what to use`, async () => {
        await refused(
          started().serviceTask('a', { attributes: own({ [name]: 'com.example.Pay' }), type: 'x' }),
          { code: 'java-not-supported', at: 'a', message: /zeebe:taskDefinition, and a worker/ },
        );
      });
    }

    for (const element of ['executionListener', 'taskListener', 'connector', 'field']) {
      it(`refuses ${element}`, async () => {
        await refused(started().userTask('a', { extensions: [`<${prefix}:${element} />`] }), {
          code: 'java-not-supported',
          at: 'a',
        });
      });
    }

    it('takes the variable of the initiator from a start event', async () => {
      const model = bpmn('p').startEvent('s', { attributes: own({ initiator: 'who' }) });
      assert.equal((await deployedElement(model, 's', 'startEvent')).initiator, 'who');
    });

    const retried = (cycle: string) =>
      started().serviceTask('a', {
        attributes: own({ type: 'external', topic: 'pay' }),
        extensions: [`<${prefix}:failedJobRetryTimeCycle>${cycle}</${prefix}:failedJobRetryTimeCycle>`],
      });

    it('refuses a pause between tries that is no duration', async () => {
      for (const cycle of ['R5/soon', 'soon', 'PT1M,,PT5M', 'PT1M,R2/PT5M', 'R2/PT1M,PT5M'])
        await refused(retried(cycle), { code: 'invalid-value', at: 'a', message: /such as R3\/PT10S/ });
    });

    it('takes one try more than there are pauses between commas', async () => {
      const { job } = await deployedElement(retried('PT1M, PT5M'), 'a', 'serviceTask');
      assert.deepEqual(job?.retries, { kind: 'literal', value: 3 });
      assert.deepEqual(job.retryPauses, ['PT1M', 'PT5M']);
    });

    it('takes candidates between commas, some of them in ${…}', async () => {
      const attributes = own({ candidateGroups: 'desk, ${groups}, ${lead}' });
      const { task } = await deployedElement(
        started().element('userTask', 'a', { attributes }),
        'a',
        'userTask',
      );
      const { candidateGroups } = task;
      assert.ok(candidateGroups?.kind === 'compiled');
      const variables: Record<string, JsonValue> = { groups: ['a', 'b'], lead: 'c, d' };
      const given = candidateGroups.evaluate({ now: 0, get: (name) => variables[name] });
      assert.deepEqual(given, ['desk', 'a', 'b', 'c', 'd']);
    });

    it('reads assignment, dates, priority and form of a user task', async () => {
      const attributes = own({
        assignee: 'kim',
        candidateGroups: 'a,b',
        candidateUsers: '=users',
        dueDate: '2030-01-01T00:00:00Z',
        followUpDate: 'P1D',
        priority: '10',
        formKey: 'embedded:x',
      });
      const { task } = await deployedElement(
        started().element('userTask', 'u', { attributes }),
        'u',
        'userTask',
      );
      assert.deepEqual(task.assignee, { kind: 'literal', value: 'kim' });
      assert.deepEqual(task.candidateGroups, { kind: 'literal', value: ['a', 'b'] });
      assert.equal(task.candidateUsers?.kind, 'compiled');
      assert.deepEqual(task.dueDate, { kind: 'literal', value: '2030-01-01T00:00:00Z' });
      assert.deepEqual(task.followUpDate, { kind: 'literal', value: 'P1D' });
      assert.deepEqual(task.priority, { kind: 'literal', value: 10 });
      assert.equal(task.formId, 'embedded:x');
    });

    it('compiles ${} wherever it is evaluated, and refuses there what needs Java', async () => {
      const task = (name: string, text: string) =>
        started().element('userTask', 'u', { attributes: own({ [name]: text }) });
      for (const name of [
        'assignee',
        'candidateGroups',
        'candidateUsers',
        'dueDate',
        'followUpDate',
        'priority',
      ] as const) {
        const { task: read } = await deployedElement(task(name, '${order.x}'), 'u', 'userTask');
        const source = read[name];
        assert.ok(source?.kind === 'compiled');
        assert.equal(source.evaluate({ get: () => ({ x: 7 }), now: 0 }), 7);
        await refused(task(name, '${bean.get(x)}'), {
          code: 'unsupported-expression',
          at: 'u',
          message: /calls a method or function of Java; use FEEL after "=", or let a job do it/,
        });
      }
      const external = (topic: string) =>
        started().serviceTask('a', { attributes: own({ type: 'external', topic }) });
      const { job } = await deployedElement(external('pay-#{method}'), 'a', 'serviceTask');
      assert.ok(job.jobType.kind === 'compiled');
      assert.equal(job.jobType.evaluate({ get: () => 'card', now: 0 }), 'pay-card');
      assert.deepEqual(job.jobType.variables, ['method']);
    });

    it('maps input and output parameters that are literals or FEEL', async () => {
      const parameter = (kind: string, name: string, text: string) =>
        `<${prefix}:${kind}Parameter name="${name}">${text}</${prefix}:${kind}Parameter>`;
      const io = (...parameters: readonly string[]) => ({
        extensions: [`<${prefix}:inputOutput>${parameters.join('')}</${prefix}:inputOutput>`],
      });
      const model = started().task('a', io(parameter('input', 'x', '1'), parameter('output', 'y', '=x')));
      const { inputs, outputs } = await deployedElement(model, 'a', 'task');
      assert.deepEqual(inputs, [{ source: { kind: 'literal', value: '1' }, target: ['x'] }]);
      assert.deepEqual(
        outputs.map(({ source, target }) => [source.kind, target]),
        [['compiled', ['y']]],
      );
      await refused(started().task('a', io(parameter('input', 'x', '${y()}'))), {
        code: 'unsupported-expression',
        at: 'a',
      });
      const script = `<${prefix}:list><${prefix}:script scriptFormat="groovy">1</${prefix}:script></${prefix}:list>`;
      await refused(started().task('a', io(parameter('input', 'x', script))), {
        code: 'unsupported-extension',
        at: 'a',
        message: /no script: use an expression, or a script task before, but found \w+:script/,
      });
      const deep = `<${prefix}:list>`.repeat(30) + `</${prefix}:list>`.repeat(30);
      await refused(started().task('a', io(parameter('input', 'x', deep))), {
        code: 'unsupported-extension',
        at: 'a',
        message: /at most 20 deep/,
      });
      await refused(started().task('a', io(parameter('input', 'a b', '1'))), {
        code: 'invalid-value',
        at: 'a',
      });
    });

    it('reads what a call activity passes, by name or all of it', async () => {
      const call = (...lines: readonly string[]) =>
        started().callActivity('c', {
          attributes: { calledElement: 'child', [`${prefix}:calledElementBinding`]: 'deployment' },
          extensions: lines,
        });
      const named = await deployedElement(
        call(
          `<${prefix}:in source="a" target="b" />`,
          `<${prefix}:in businessKey="#{execution.processBusinessKey}" />`,
          `<${prefix}:out source="c" target="d" />`,
        ),
        'c',
        'callActivity',
      );
      assert.deepEqual([named.propagateAllParentVariables, named.propagateAllChildVariables], [false, false]);
      assert.deepEqual(named.binding, { kind: 'deployment' });
      assert.equal(named.businessKey, undefined);
      assert.deepEqual([named.inputs[0]?.target, named.outputs[0]?.target], [['b'], ['d']]);
      const source = named.inputs[0]?.source;
      assert.ok(source?.kind === 'compiled');
      assert.equal(source.evaluate({ get: (name) => (name === 'a' ? 7 : undefined), now: 0 }), 7);
      const all = call(
        `<${prefix}:in variables="all" />`,
        `<${prefix}:in businessKey="k" />`,
        `<${prefix}:out variables="all" />`,
      );
      const everything = await deployedElement(all, 'c', 'callActivity');
      assert.deepEqual(
        [everything.propagateAllParentVariables, everything.propagateAllChildVariables],
        [true, true],
      );
      assert.deepEqual(everything.businessKey, { kind: 'literal', value: 'k' });
      await refused(call(`<${prefix}:in sourceExpression="\${x()}" target="b" />`), {
        code: 'unsupported-expression',
        at: 'c',
      });
    });

    it('calls a decision', async () => {
      const task = (attributes: Readonly<Record<string, string>>) =>
        started().businessRuleTask('b', { attributes: own(attributes) });
      const rulesOf = async (attributes: Readonly<Record<string, string>>) => {
        const { rules } = await deployedElement(task(attributes), 'b', 'businessRuleTask');
        return rules.kind === 'decision' ? rules : assert.fail('Expected a decision.');
      };
      assert.deepEqual(await rulesOf({ decisionRef: 'd' }), {
        kind: 'decision',
        decisionId: { kind: 'literal', value: 'd' },
        binding: { kind: 'latest' },
        result: 'resultList',
      });
      const bound = await rulesOf({
        decisionRef: '${which}',
        decisionRefBinding: 'version',
        decisionRefVersion: '2',
        mapDecisionResult: 'singleEntry',
        resultVariable: 'r',
      });
      assert.equal(bound.decisionId.kind, 'compiled');
      assert.deepEqual(
        [bound.binding, bound.result, bound.resultVariable],
        [{ kind: 'version', version: 2 }, 'singleEntry', 'r'],
      );
      const external = task({ type: 'external', topic: 't' });
      assert.equal((await deployedElement(external, 'b', 'businessRuleTask')).rules.kind, 'job');
      const wrong: readonly Readonly<Record<string, string>>[] = [
        { decisionRef: 'd', mapDecisionResult: 'all' },
        { decisionRef: 'd', decisionRefBinding: 'version' },
      ];
      for (const attributes of wrong) await refused(task(attributes), { code: 'invalid-value', at: 'b' });
      await refused(task({ decisionRef: '' }), { code: 'missing-implementation', at: 'b' });
      const java = await deploy(task({ class: 'a.B' }));
      assert.deepEqual(
        java.diagnostics.map(({ code }) => code),
        ['java-not-supported', 'missing-implementation'],
      );
      await refused(task({ decisionRef: 'd', decisionRefTenantId: 't' }), {
        code: 'unsupported-extension',
        at: 'b',
      });
    });

    it('binds a call to a version or a version tag', async () => {
      const call = (attributes: Readonly<Record<string, string>>) =>
        started().callActivity('c', { attributes: { calledElement: 'child', ...own(attributes) } });
      const version = call({ calledElementBinding: 'version', calledElementVersion: '3' });
      assert.deepEqual((await deployedElement(version, 'c', 'callActivity')).binding, {
        kind: 'version',
        version: 3,
      });
      const tag = call({ calledElementBinding: 'versionTag', calledElementVersionTag: 'v' });
      assert.deepEqual((await deployedElement(tag, 'c', 'callActivity')).binding, {
        kind: 'versionTag',
        versionTag: 'v',
      });
      await refused(call({ calledElementBinding: 'version' }), { code: 'invalid-value', at: 'c' });
    });

    it('reads version tag and time to live of the process', async () => {
      const attributes = own({ versionTag: '2', historyTimeToLive: 'P30D' });
      const { process, historyTimeToLive } = await deployed(bpmn('p', { attributes }).startEvent('s'));
      assert.deepEqual([process.versionTag, historyTimeToLive], ['2', 'P30D']);
    });

    it('tells that asyncBefore and the like are not needed', async () => {
      const attributes = own({ asyncBefore: 'true', exclusive: 'false' });
      await taken(
        started().task('a', { attributes }),
        { code: 'extension-without-effect', at: 'a', message: /asyncBefore.*not needed/ },
        { code: 'extension-without-effect', at: 'a', message: /exclusive/ },
      );
    });
  });
}
