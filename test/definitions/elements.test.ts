import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { BpmnModdle } from 'bpmn-moddle';
import { bpmnTypes } from '../../src/definitions/elements/bpmn-types.js';
import { executedTypeOf } from '../../src/definitions/global-task.js';
import { elementReaders } from '../../src/definitions/elements/index.js';
import { eventDefinitionReaders } from '../../src/definitions/event-definitions/index.js';
import { bpmn } from '../support/bpmn-builder.js';
import { deployed, deployedElement, refused, taken } from '../support/read-model.js';

const started = () => bpmn('p').startEvent('s');

describe('elements', () => {
  describe('decisions about the types of BPMN 2.0', () => {
    const concrete = new BpmnModdle()
      .getPackage('bpmn')
      .types.filter((type) => !type.isAbstract)
      .map((type) => (type.name.includes(':') ? type.name : `bpmn:${type.name}`));

    it('are made for every concrete type, and for no other', () => {
      assert.deepEqual(Object.keys(bpmnTypes).sort(), [...new Set(concrete)].sort());
    });

    it('call executed exactly what has a reader, and what such elements consist of', () => {
      const executed = Object.keys(bpmnTypes).filter((type) => bpmnTypes[type]?.treatment === 'executed');
      const withoutReader = executed.filter(
        (type) => !elementReaders.has(executedTypeOf({ $type: type })) && !eventDefinitionReaders.has(type),
      );
      assert.deepEqual(withoutReader.sort(), [
        'bpmn:Assignment',
        'bpmn:ComplexBehaviorDefinition',
        'bpmn:DataObject',
        'bpmn:DataObjectReference',
        'bpmn:Definitions',
        'bpmn:Error',
        'bpmn:Escalation',
        'bpmn:Expression',
        'bpmn:FormalExpression',
        'bpmn:ImplicitThrowEvent',
        'bpmn:Message',
        'bpmn:MultiInstanceLoopCharacteristics',
        'bpmn:Process',
        'bpmn:Property',
        'bpmn:SequenceFlow',
        'bpmn:Signal',
        'bpmn:StandardLoopCharacteristics',
      ]);
      const readers = [...elementReaders.keys(), ...eventDefinitionReaders.keys()];
      assert.deepEqual(
        readers.filter((type) => !executed.includes(type)),
        [],
      );
    });

    it('give a reason for everything that is not executed', () => {
      for (const [type, { treatment, reason }] of Object.entries(bpmnTypes)) {
        assert.ok(treatment === 'executed' || treatment === 'looked-into' || reason, type);
      }
    });
  });

  describe('that are not executed', () => {
    const flowNodes = [
      ['complexGateway', 'use an inclusive or a parallel gateway'],
      ['implicitThrowEvent', 'use an intermediate throw event'],
    ] as const;
    for (const [tag, instead] of flowNodes) {
      it(`refuses ${tag}, and only that`, async () => {
        await refused(started().element(tag, 'x').endEvent('e'), {
          code: 'unsupported-element',
          at: 'x',
          message: new RegExp(`${tag} x.*: ${instead}`),
        });
      });
    }

    for (const name of ['startQuantity', 'completionQuantity']) {
      it(`refuses a ${name} that is none`, async () => {
        for (const quantity of [0, -1, 1_001, '99999999999999999999']) {
          await refused(started().element('task', 'x', { attributes: { [name]: quantity } }), {
            code: 'invalid-value',
            at: 'x',
            message: new RegExp(`${name} of task x to be a whole number from 1 to 1000`),
          });
        }
      });
    }

    for (const text of ['1.5', '1e1', '2.9', '1 2', 'many', ''])
      it(`refuses the quantity "${text}", of which the first digits would be taken`, async () => {
        const attributes = { startQuantity: text, completionQuantity: text };
        await refused(
          started().element('task', 'x', { attributes }),
          ...Object.keys(attributes).map((name) => ({
            code: 'invalid-number' as const,
            at: 'x',
            message: new RegExp(`^Expected the ${name} of task x to be a whole number but found "${text}".$`),
          })),
        );
      });

    it('takes a quantity in every form that the schema has', async () => {
      const x = { attributes: { startQuantity: ' +2 ', completionQuantity: '003' } };
      const task = await deployedElement(started().element('task', 'x', x), 'x', 'task');
      assert.deepEqual([task.startQuantity, task.completionQuantity], [2, 3]);
    });

    it('takes 1 for true and 0 for false, as the schema does', async () => {
      const timer = (cancelActivity: string) => ({
        attachedTo: 'x',
        timer: { duration: 'PT1H' },
        attributes: { cancelActivity },
      });
      const model = bpmn('p')
        .startEvent('s')
        .task('x')
        .boundaryEvent('one', timer('1'))
        .endEvent('e')
        .boundaryEvent('zero', timer(' 0 '))
        .endEvent('f')
        .toXml()
        .replace('isExecutable="true"', 'isExecutable="1"');
      assert.equal((await deployedElement(model, 'one', 'boundaryEvent')).interrupting, true);
      assert.equal((await deployedElement(model, 'zero', 'boundaryEvent')).interrupting, false);
    });

    it('refuses a startQuantity where the event has occurred already', async () => {
      const model = started()
        .eventBasedGateway('g')
        .receiveTask('r', {
          message: { name: 'm', correlationKey: '="k"' },
          attributes: { startQuantity: 2 },
        })
        .endEvent('e')
        .at('g')
        .intermediateCatchEvent('c', { signal: 'sg' })
        .endEvent('f');
      await refused(model, { code: 'invalid-event-gateway', at: 'r', message: /found a startQuantity/ });
    });

    it('tells an empty condition of an event by what it is', async () => {
      const definition =
        '<bpmn:conditionalEventDefinition><bpmn:condition /></bpmn:conditionalEventDefinition>';
      await refused(
        started()
          .element('intermediateCatchEvent', 'c', { content: [definition] })
          .endEvent('e'),
        {
          code: 'invalid-event',
          at: 'c',
          message: /to have a condition but found none/,
        },
      );
    });

    it('refuses receive tasks that start an instance where something leads to them, or in a sub-process', async () => {
      const attributes = { instantiate: true };
      const task = { message: 'm', attributes };
      await refused(started().receiveTask('r', task), { code: 'invalid-start-event', at: 'r' });
      const inner = started().subProcess('sub', (scope) => scope.receiveTask('r', task));
      await refused(inner, { code: 'invalid-start-event', at: 'r' });
    });

    it('refuses scripts in other languages than FEEL and JavaScript', async () => {
      for (const scriptFormat of ['groovy', 'python', 'ruby', 'juel', 'java', 'typescript']) {
        const content = ['<bpmn:script>1 + 1</bpmn:script>'];
        await refused(started().scriptTask('x', { attributes: { scriptFormat }, content }), {
          code: 'unsupported-script',
          at: 'x',
          message: /in FEEL or JavaScript but found .*: translate it, or let a worker do it/,
        });
      }
      await refused(started().scriptTask('x'), { code: 'missing-implementation', at: 'x' });
    });

    it('refuses assignments and transformations of data associations that are no expressions', async () => {
      const association = (inside: string) => [
        `<bpmn:dataInputAssociation><bpmn:targetRef>u</bpmn:targetRef>${inside}</bpmn:dataInputAssociation>`,
      ];
      const assignment = '<bpmn:assignment><bpmn:from>a</bpmn:from><bpmn:to>b</bpmn:to></bpmn:assignment>';
      const transformation = '<bpmn:transformation>a</bpmn:transformation>';
      await refused(started().userTask('u', { content: association(assignment) }), {
        code: 'invalid-expression',
        at: 'u',
      });
      await refused(started().userTask('u', { content: association(transformation) }), {
        code: 'invalid-value',
        at: 'u',
        message: /targetRef .* to have a name/,
      });
      await taken(started().userTask('u', { content: association('') }));
    });
  });

  it('reads over what does not execute by its nature', async () => {
    const xml = started()
      .userTask('u', {
        content: [
          '<bpmn:documentation>Ask &lt;b&gt;</bpmn:documentation>',
          '<bpmn:property id="pr" name="x" />',
          '<bpmn:ioSpecification><bpmn:inputSet /><bpmn:outputSet /></bpmn:ioSpecification>',
          '<bpmn:dataInputAssociation id="di"><bpmn:sourceRef>dr</bpmn:sourceRef><bpmn:targetRef>pr</bpmn:targetRef></bpmn:dataInputAssociation>',
        ],
      })
      .endEvent('e')
      .raw(
        '<bpmn:laneSet id="ls"><bpmn:lane id="la" name="Sales"><bpmn:flowNodeRef>u</bpmn:flowNodeRef></bpmn:lane></bpmn:laneSet>',
        '<bpmn:textAnnotation id="ta"><bpmn:text>note</bpmn:text></bpmn:textAnnotation>',
        '<bpmn:association id="as" sourceRef="u" targetRef="ta" />',
        '<bpmn:group id="gr" categoryValueRef="cv" />',
        '<bpmn:dataObject id="do" /><bpmn:dataObjectReference id="dr" dataObjectRef="do" />',
        '<bpmn:dataStoreReference id="sr" />',
      )
      .toXml([
        '<bpmn:category id="ca"><bpmn:categoryValue id="cv" value="x" /></bpmn:category>',
        '<bpmn:itemDefinition id="it" />',
        '<bpmn:escalation id="es" escalationCode="1" />',
        '<bpmn:collaboration id="co"><bpmn:participant id="pa" processRef="p" /><bpmn:participant id="pb" /><bpmn:messageFlow id="mf" sourceRef="u" targetRef="pb" /></bpmn:collaboration>',
      ])
      .replace(
        '</bpmn:definitions>',
        `<di:BPMNDiagram xmlns:di="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" id="dg">
          <di:BPMNPlane bpmnElement="p"><di:BPMNShape id="sh" bpmnElement="u"><dc:Bounds x="1" y="2" width="3" height="4" /></di:BPMNShape></di:BPMNPlane>
        </di:BPMNDiagram></bpmn:definitions>`,
      );
    await taken(xml);
  });

  it('warns that resource roles say nothing', async () => {
    const content = ['<bpmn:potentialOwner id="po" />', '<bpmn:humanPerformer id="hp" />'];
    const xml = started().userTask('u', { content }).toXml();
    await taken(
      xml,
      { code: 'not-considered', at: 'u', line: 9 },
      { code: 'not-considered', at: 'u', line: 10 },
    );
  });

  describe('user task', () => {
    it('is a task for anybody without extensions', async () => {
      const { task } = await deployedElement(started().element('userTask', 'u'), 'u', 'userTask');
      assert.deepEqual(task, { headers: {} });
    });

    it('takes assignment, dates, priority, form and headers', async () => {
      const model = started().userTask('u', {
        assignee: 'kim',
        candidateGroups: 'sales, support,',
        candidateUsers: '=users',
        dueDate: '2030-01-01T00:00:00Z',
        followUpDate: 'P3D',
        priority: 70,
        formId: 'form',
        headers: { a: '1' },
      });
      const { task } = await deployedElement(model, 'u', 'userTask');
      const { candidateUsers, ...literals } = task;
      assert.deepEqual(literals, {
        headers: { a: '1' },
        assignee: { kind: 'literal', value: 'kim' },
        candidateGroups: { kind: 'literal', value: ['sales', 'support'] },
        dueDate: { kind: 'literal', value: '2030-01-01T00:00:00Z' },
        followUpDate: { kind: 'literal', value: 'P3D' },
        priority: { kind: 'literal', value: 70 },
        formId: 'form',
      });
      assert.ok(candidateUsers?.kind === 'compiled');
      assert.equal(candidateUsers.source, '=users');
      assert.deepEqual(candidateUsers.variables, ['users']);
      assert.deepEqual(candidateUsers.evaluate({ get: () => ['kim'], now: 0 }), ['kim']);
    });

    for (const options of [
      { priority: 101 },
      { priority: 'high' },
      { dueDate: 'soon' },
      { followUpDate: '' + 'x' },
    ]) {
      it(`refuses ${JSON.stringify(options)}`, async () => {
        await refused(started().userTask('u', options), { code: 'invalid-value', at: 'u' });
      });
    }
  });

  describe('service task', () => {
    it('is a job with type, retries, headers and priority', async () => {
      const model = started().serviceTask('a', { type: 'x', retries: 5, priority: -1, headers: { h: 'v' } });
      const { job } = await deployedElement(model, 'a', 'serviceTask');
      assert.deepEqual(job, {
        jobType: { kind: 'literal', value: 'x' },
        retries: { kind: 'literal', value: 5 },
        priority: { kind: 'literal', value: -1 },
        headers: { h: 'v' },
      });
    });

    it('is tried three times by default, with the priority of the process', async () => {
      const extensions = ['<zeebe:jobPriorityDefinition priority="7" />'];
      const model = bpmn('p', { extensions }).startEvent('s').serviceTask('a', { type: '=t' });
      const { job } = await deployedElement(model, 'a', 'serviceTask');
      assert.deepEqual(job.retries, { kind: 'literal', value: 3 });
      assert.deepEqual(job.priority, { kind: 'literal', value: 7 });
      assert.equal(job.jobType.kind, 'compiled');
    });

    it('needs an implementation', async () => {
      await refused(started().serviceTask('a'), { code: 'missing-implementation', at: 'a' });
      await refused(started().serviceTask('a', { type: '' }), { code: 'missing-implementation', at: 'a' });
    });

    for (const retries of ['0', '-1', '1.5', 'three', '99999999999']) {
      it(`refuses ${retries} retries`, async () => {
        await refused(started().serviceTask('a', { type: 'x', retries }), { code: 'invalid-value', at: 'a' });
      });
    }
  });

  describe('send task and thrown messages', () => {
    it('are jobs where a type is given', async () => {
      const model = started()
        .sendTask('a', { type: 'mail', message: 'm' })
        .endEvent('e', { type: 'bye', message: 'm' });
      const { process } = await deployed(model);
      const send = process.elements.get('a');
      assert.ok(send?.type === 'sendTask' && send.send.kind === 'job');
      assert.deepEqual(send.send.job.jobType, { kind: 'literal', value: 'mail' });
      const end = process.elements.get('e');
      assert.ok(
        end?.type === 'endEvent' && end.event.kind === 'messageThrow' && end.event.send.kind === 'job',
      );
    });

    it('publish their message otherwise, by the key of zeebe:publishMessage or of the message', async () => {
      const publish = { correlationKey: 'k1', timeToLive: 'PT1H', messageId: 'id' };
      const message = { name: 'm', correlationKey: 'k2' };
      const model = started().sendTask('a', { message, publish }).intermediateThrowEvent('t', { message });
      const a = await deployedElement(model, 'a', 'sendTask');
      assert.deepEqual(a.send, {
        kind: 'publish',
        name: { kind: 'literal', value: 'm' },
        correlationKey: { kind: 'literal', value: 'k1' },
        timeToLive: { kind: 'literal', value: 'PT1H' },
        messageId: { kind: 'literal', value: 'id' },
      });
      const t = await deployedElement(model, 't', 'intermediateThrowEvent');
      assert.deepEqual(t.event, {
        kind: 'messageThrow',
        send: {
          kind: 'publish',
          name: { kind: 'literal', value: 'm' },
          correlationKey: { kind: 'literal', value: 'k2' },
        },
      });
    });

    it('need one of both', async () => {
      await refused(started().sendTask('a'), { code: 'missing-implementation', at: 'a' });
      await refused(started().endEvent('e', { message: {} }), { code: 'missing-implementation', at: 'e' });
    });
  });

  describe('script task', () => {
    it('is FEEL with a result variable', async () => {
      const model = started().scriptTask('x', { expression: '=a + 1', resultVariable: 'b' });
      const { script, resultVariable } = await deployedElement(model, 'x', 'scriptTask');
      assert.equal(resultVariable, 'b');
      assert.ok(script.kind === 'compiled');
      assert.equal(script.evaluate({ get: () => 2, now: 0 }), 3);
    });

    it("takes BPMN's own script of the format feel", async () => {
      const attributes = { scriptFormat: 'FEEL', 'camunda:resultVariable': 'b' };
      const model = started().scriptTask('x', { attributes, content: ['<bpmn:script>a * 2</bpmn:script>'] });
      const { script, resultVariable } = await deployedElement(model, 'x', 'scriptTask');
      assert.equal(resultVariable, 'b');
      assert.ok(script.kind === 'compiled');
      assert.equal(script.evaluate({ get: () => 4, now: 0 }), 8);
    });

    it('is JavaScript, or a job of a worker', async () => {
      for (const scriptFormat of ['javascript', 'JavaScript', 'js', 'ecmascript', 'text/javascript']) {
        const attributes = { scriptFormat, 'camunda:resultVariable': 'b' };
        const content = ['<bpmn:script><![CDATA[a < 2]]></bpmn:script>'];
        const model = started().scriptTask('x', { attributes, content });
        const { script, resultVariable } = await deployedElement(model, 'x', 'scriptTask');
        assert.ok(script.kind === 'job');
        assert.deepEqual(
          [script.source, script.job.jobType, resultVariable],
          ['a < 2', { kind: 'literal', value: 'throughline:script' }, 'b'],
        );
      }
      const extensions = ['<zeebe:taskDefinition type="x" retries="2" />'];
      const { script } = await deployedElement(started().scriptTask('x', { extensions }), 'x', 'scriptTask');
      assert.ok(script.kind === 'job' && script.source === undefined);
      await refused(started().scriptTask('x', { attributes: { scriptFormat: 'js' } }), {
        code: 'missing-implementation',
        at: 'x',
      });
    });

    it('refuses FEEL that does not compile, and a name that is none', async () => {
      await refused(started().scriptTask('x', { expression: '=1 +', resultVariable: 'b' }), {
        code: 'invalid-expression',
        at: 'x',
      });
      for (const resultVariable of ['a b', '__proto__', 'constructor', '1']) {
        await refused(started().scriptTask('x', { expression: '=1', resultVariable }), {
          code: 'invalid-value',
          at: 'x',
        });
      }
    });
  });

  describe('business rule task', () => {
    it('takes decision, binding and result variable', async () => {
      const model = started().businessRuleTask('b', {
        decisionId: '=which',
        resultVariable: 'r',
        bindingType: 'versionTag',
        versionTag: 'v1',
      });
      const { rules } = await deployedElement(model, 'b', 'businessRuleTask');
      assert.ok(rules.kind === 'decision');
      assert.equal(rules.decisionId.kind, 'compiled');
      assert.deepEqual(rules.binding, { kind: 'versionTag', versionTag: 'v1' });
      assert.deepEqual([rules.resultVariable, rules.result], ['r', undefined]);
    });

    it('can be a job', async () => {
      const { rules } = await deployedElement(
        started().businessRuleTask('b', { type: 'decide' }),
        'b',
        'businessRuleTask',
      );
      assert.ok(rules.kind === 'job');
      assert.deepEqual(rules.job.jobType, { kind: 'literal', value: 'decide' });
    });

    it('needs a decision or a job, and a name for the result', async () => {
      await refused(started().businessRuleTask('b'), { code: 'missing-implementation', at: 'b' });
      const empty = started().businessRuleTask('b', { decisionId: '', resultVariable: 'r' });
      await refused(empty, { code: 'missing-implementation', at: 'b' });
      const unnamed = started().businessRuleTask('b', { decisionId: 'd' });
      await refused(unnamed, { code: 'invalid-value', at: 'b' });
    });
  });

  describe('call activity', () => {
    it('takes process, binding and propagation', async () => {
      const model = started().callActivity('c', {
        processId: '=which',
        propagateAllChildVariables: false,
        propagateAllParentVariables: false,
        bindingType: 'versionTag',
        versionTag: 'v1',
      });
      const call = await deployedElement(model, 'c', 'callActivity');
      assert.equal(call.calledProcessId.kind, 'compiled');
      assert.deepEqual(call.binding, { kind: 'versionTag', versionTag: 'v1' });
      assert.deepEqual([call.propagateAllParentVariables, call.propagateAllChildVariables], [false, false]);
    });

    it('binds the latest version and propagates everything by default', async () => {
      for (const model of [
        started().callActivity('c', { processId: 'child' }),
        started().callActivity('c', { attributes: { calledElement: 'child' } }),
      ]) {
        const call = await deployedElement(model, 'c', 'callActivity');
        assert.deepEqual(call.calledProcessId, { kind: 'literal', value: 'child' });
        assert.deepEqual(call.binding, { kind: 'latest' });
        assert.deepEqual([call.propagateAllParentVariables, call.propagateAllChildVariables], [true, true]);
      }
    });

    it('needs a process', async () => {
      await refused(started().callActivity('c'), { code: 'missing-called-element', at: 'c' });
      await refused(started().callActivity('c', { bindingType: 'latest' }), {
        code: 'missing-called-element',
        at: 'c',
      });
      await refused(started().callActivity('c', { attributes: { calledElement: '' } }), {
        code: 'missing-called-element',
        at: 'c',
      });
    });

    it('refuses bindings that do not exist or lack their tag', async () => {
      const extensions = ['<zeebe:calledElement processId="x" bindingType="newest" />'];
      await refused(started().callActivity('c', { extensions }), { code: 'invalid-value', at: 'c' });
      await refused(started().callActivity('c', { processId: 'x', bindingType: 'versionTag' }), {
        code: 'invalid-value',
        at: 'c',
      });
      const wrong = ['<zeebe:calledElement processId="x" propagateAllChildVariables="yes" />'];
      await refused(started().callActivity('c', { extensions: wrong }), { code: 'invalid-value', at: 'c' });
    });
  });

  describe('mappings', () => {
    it('are read in order, with paths, literals and FEEL', async () => {
      const model = started().task('a', {
        inputs: { 'order.total': '=1 + 1', b: 'text' },
        outputs: { c: '=b' },
      });
      const { inputs, outputs } = await deployedElement(model, 'a', 'task');
      assert.deepEqual(
        inputs.map((mapping) => mapping.target),
        [['order', 'total'], ['b']],
      );
      assert.deepEqual(inputs[1]?.source, { kind: 'literal', value: 'text' });
      assert.deepEqual(
        outputs.map((mapping) => mapping.target),
        [['c']],
      );
    });

    for (const target of ['', 'a b', 'a..b', '.a', '1a', 'a-b', '__proto__', 'a.constructor']) {
      it(`refuses the target "${target}"`, async () => {
        await refused(started().task('a', { inputs: { [target]: '=1' } }), {
          code: 'invalid-value',
          at: 'a',
        });
      });
    }

    it('refuses a mapping without source, and FEEL that does not compile', async () => {
      await refused(started().task('a', { outputs: { x: '' } }), { code: 'invalid-value', at: 'a' });
      await refused(started().task('a', { outputs: { x: '=(' } }), { code: 'invalid-expression', at: 'a' });
    });
  });
});
