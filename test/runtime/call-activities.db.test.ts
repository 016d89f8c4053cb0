import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { CALL_DEPTH_LIMIT } from '../../src/engine/limits.js';
import { bpmn } from '../support/bpmn-builder.js';
import { oneCall, oneJob, oneTimer, oneUserTask } from './models.js';
import { context, ok, refusal, useRuntime } from './use-runtime.js';

describe('call activities', () => {
  const test = useRuntime();
  const called = () => oneUserTask('called');
  const status = async (id: string) => (await test.instance(id)).state.status;
  const completeTask = async (variables = {}) => {
    const [task] = (await test.userTasks()).filter(({ state }) => state === 'created');
    ok(await test.runtime.completeUserTask(context, task?.userTaskId ?? '', { variables }));
    await test.rest();
  };
  const childOf = async (id: string) => {
    const child = (await test.instancesOf('called'))
      .filter((row) => row.parentProcessInstanceId === id)
      .at(-1);
    return child ?? assert.fail(`Expected ${id} to have called an instance.`);
  };

  it('call with their variables and business key, and give back those of the called instance', async () => {
    await test.deploy(oneCall(), called());
    const { processInstanceId } = await test.start('caller', { a: 1 }, { businessKey: 'b1' });
    const child = await childOf(processInstanceId);
    assert.deepEqual([child.businessKey, await test.variables(child.processInstanceId)], ['b1', { a: 1 }]);
    await completeTask({ b: 2 });
    assert.equal(await status(processInstanceId), 'completed');
    assert.deepEqual(await test.variables(processInstanceId), { a: 1, b: 2 });
  });

  it('hand over what is mapped alone, where propagation is off', async () => {
    await test.deploy(
      called(),
      bpmn('caller')
        .startEvent('s')
        .callActivity('call', {
          processId: 'called',
          propagateAllParentVariables: false,
          propagateAllChildVariables: false,
          inputs: { x: '=a' },
          outputs: { y: '=b' },
        })
        .endEvent('e'),
    );
    const { processInstanceId } = await test.start('caller', { a: 1, secret: 2 });
    const child = await childOf(processInstanceId);
    assert.deepEqual(await test.variables(child.processInstanceId), { x: 1 });
    await completeTask({ b: 2, c: 3 });
    assert.deepEqual(await test.variables(processInstanceId), { a: 1, secret: 2, y: 2 });
  });

  it('catch the error that the called instance ends with', async () => {
    await test.deploy(
      bpmn('called').startEvent('s').endEvent('fail', { error: 'NO' }),
      bpmn('caller')
        .startEvent('start')
        .callActivity('call', { processId: 'called' })
        .endEvent('end')
        .boundaryEvent('no', { attachedTo: 'call', error: 'NO' })
        .endEvent('refused'),
    );
    const { processInstanceId } = await test.start('caller');
    assert.ok((await test.path(processInstanceId)).includes('refused:completed'));
    assert.equal((await childOf(processInstanceId)).errorCode, 'NO');
  });

  it('end by the error where nothing catches it', async () => {
    await test.deploy(bpmn('called').startEvent('s').endEvent('fail', { error: 'NO' }), oneCall());
    const { processInstanceId } = await test.start('caller');
    const { state } = await test.instance(processInstanceId);
    assert.deepEqual([state.status, state.errorCode], ['terminated', 'NO']);
  });

  describe('that are canceled', () => {
    it('cancel what they called, and what that called', async () => {
      await test.deploy(oneCall('top', 'caller'), oneCall(), called());
      const { processInstanceId } = await test.start('top');
      ok(await test.runtime.cancelProcessInstance(context, processInstanceId));
      await test.rest();
      for (const id of ['top', 'caller', 'called']) {
        assert.deepEqual(
          (await test.instancesOf(id)).map((row) => row.status),
          ['canceled'],
        );
      }
      assert.deepEqual(await test.openIncidents(), []);
    });

    it('while the called instance is being started leave none behind, in any order', async () => {
      await test.deploy(oneCall('top', 'caller'), oneCall(), called());
      for (let round = 0; round < 25; round++) {
        const { processInstanceId } = ok(
          await test.runtime.startProcessInstance(context, { bpmnProcessId: 'top' }),
        );
        for (let turn = 0; turn < round; turn++) await Promise.resolve();
        const isCalled = async () =>
          (await test.instancesOf('caller')).some((row) => row.parentProcessInstanceId === processInstanceId);
        if (round % 3 === 1) await test.until(isCalled, 'a call');
        ok(await test.runtime.cancelProcessInstance(context, processInstanceId));
      }
      await test.rest();
      for (const id of ['top', 'caller', 'called']) {
        for (const row of await test.instancesOf(id)) assert.equal(row.status, 'canceled');
      }
    });

    it('before the start is consumed call nothing', async () => {
      await test.deploy(oneCall(), called());
      await test.restart({ started: false });
      const started = ok(await test.runtime.startProcessInstance(context, { bpmnProcessId: 'caller' }));
      ok(await test.runtime.cancelProcessInstance(context, started.processInstanceId));
      test.runtime.start();
      await test.rest();
      assert.deepEqual(await test.instancesOf('called'), []);
    });

    it('by a boundary event cancel what they called', async () => {
      await test.deploy(
        called(),
        bpmn('caller')
          .startEvent('start')
          .callActivity('call', { processId: 'called' })
          .endEvent('end')
          .boundaryEvent('late', { attachedTo: 'call', timer: { duration: 'PT1H' } })
          .endEvent('given-up'),
      );
      const { processInstanceId } = await test.start('caller');
      await test.pass(3_600_000);
      assert.equal((await childOf(processInstanceId)).status, 'canceled');
      assert.equal(await status(processInstanceId), 'completed');
    });
  });

  it('whose called instance somebody cancels have an incident that calls anew', async () => {
    await test.deploy(oneCall(), called());
    const { processInstanceId } = await test.start('caller', { a: 1 });
    const first = await childOf(processInstanceId);
    ok(await test.runtime.cancelProcessInstance(context, first.processInstanceId));
    await test.rest();
    const [incident] = await test.openIncidents();
    assert.equal(incident?.code, 'called-instance-canceled');
    ok(await test.runtime.resolveIncident(context, incident.incidentId));
    await test.rest();
    const second = await childOf(processInstanceId);
    assert.notEqual(second.processInstanceId, first.processInstanceId);
    assert.deepEqual(await test.variables(second.processInstanceId), { a: 1 });
    await completeTask();
    assert.equal(await status(processInstanceId), 'completed');
  });

  it('of a process that is not deployed have an incident, until it is', async () => {
    await test.deploy(oneCall());
    const { processInstanceId } = await test.start('caller');
    const [incident] = await test.openIncidents();
    assert.equal(incident?.code, 'called-process-not-found');
    assert.match(incident.message, /"called"/);
    ok(await test.runtime.resolveIncident(context, incident.incidentId));
    await test.rest();
    assert.equal((await test.openIncidents()).length, 1);
    await test.deploy(called());
    ok(await test.runtime.resolveIncident(context, (await test.openIncidents())[0]?.incidentId ?? ''));
    await test.rest();
    await completeTask();
    assert.equal(await status(processInstanceId), 'completed');
  });

  it('of a process without a none start have an incident', async () => {
    await test.deploy(oneCall(), bpmn('called').startEvent('s', { message: 'm' }).endEvent('e'));
    await test.start('caller');
    const [incident] = await test.openIncidents();
    assert.equal(incident?.code, 'called-process-not-found');
    assert.match(incident.message, /none start/);
  });

  it('of a process that calls itself stop at the limit with an incident', async () => {
    await test.deploy(oneCall('self', 'self'));
    await test.start('self');
    assert.deepEqual(
      (await test.openIncidents()).map(({ code }) => code),
      ['call-depth-exceeded'],
    );
    assert.equal((await test.instancesOf('self')).length, CALL_DEPTH_LIMIT + 1);
  });

  describe('bound to', () => {
    const caller = (bindingType: 'latest' | 'deployment' | 'versionTag', versionTag?: string) =>
      bpmn('caller')
        .startEvent('start')
        .callActivity('call', { processId: 'called', bindingType, ...(versionTag ? { versionTag } : {}) })
        .endEvent('end');
    const version = (versionTag: string, type: string) =>
      bpmn('called', { versionTag }).startEvent('s').serviceTask('t', { type }).endEvent('e');
    const versionCalled = async () => {
      const { processInstanceId } = await test.start('caller');
      return (await childOf(processInstanceId)).version;
    };

    it('the latest version take that of the moment', async () => {
      await test.deploy(caller('latest'), version('a', 'one'));
      assert.equal(await versionCalled(), 1);
      await test.deploy(version('b', 'two'));
      assert.equal(await versionCalled(), 2);
    });

    it('their deployment take what was deployed with them', async () => {
      await test.deploy(caller('deployment'), version('a', 'one'));
      await test.deploy(version('b', 'two'));
      assert.equal(await versionCalled(), 1);
    });

    it('a version tag take the newest with it', async () => {
      await test.deploy(version('stable', 'one'), caller('versionTag', 'stable'));
      await test.deploy(version('stable', 'two'));
      await test.deploy(version('next', 'three'));
      assert.equal(await versionCalled(), 2);
    });

    it('what is not there have an incident that says so', async () => {
      await test.deploy(caller('versionTag', 'gone'), version('a', 'one'));
      await test.start('caller');
      assert.match((await test.openIncidents())[0]?.message ?? '', /version tag "gone"/);
    });
  });

  it('answer however the called instance goes on: by a job, a timer, or at once', async () => {
    await test.deploy(
      bpmn('caller')
        .startEvent('s')
        .callActivity('a', { processId: 'work' })
        .callActivity('b', { processId: 'wait' })
        .callActivity('c', { processId: 'empty' })
        .endEvent('e'),
      oneJob('work'),
      oneTimer('wait'),
      bpmn('empty').startEvent('s').endEvent('e'),
    );
    const { processInstanceId } = await test.start('caller');
    await test.work('work', { done: 1 });
    await test.pass(3_600_000);
    assert.equal(await status(processInstanceId), 'completed');
    refusal(await test.runtime.cancelProcessInstance(context, processInstanceId), 'invalid-state');
  });

  it('count in a chain with their ends, apart from messages and signals', async () => {
    await test.deploy(
      oneCall('caller', 'empty'),
      bpmn('empty').startEvent('s').endEvent('e', { signal: 'done' }),
    );
    await test.replaceRuntime({ started: false });
    const { processInstanceId } = ok(
      await test.runtime.startProcessInstance(context, { bpmnProcessId: 'caller' }),
    );
    const chain = async () =>
      (await test.tables()).delivery.map(({ body, hops }) => {
        const { kind, calls } = JSON.parse(String(body)) as { kind: string; calls?: number };
        return [kind, calls, hops];
      });
    assert.deepEqual(await chain(), [['startCalledInstance', 1, 0]]);
    ok(await test.runtime.suspendProcessInstance(context, processInstanceId));
    test.runtime.start();
    await test.rest();
    ok(await test.runtime.resumeProcessInstance(context, processInstanceId));
    await test.rest();
    assert.equal(await status(processInstanceId), 'completed');
  });

  it('that call each other twofold without end are all ended by one cancel', async () => {
    const forked = bpmn('p').startEvent('s');
    for (const call of ['c0', 'c1'])
      forked.at('s').callActivity(call, { processId: 'p' }).endEvent(`after-${call}`);
    await test.deploy(forked);
    const started = await test.runtime.startProcessInstance(context, { bpmnProcessId: 'p' });
    const { processInstanceId } = ok(started);
    const calls = async () => (await test.instancesOf('p')).length;
    await test.until(async () => (await calls()) > 300, 'more calls than are consumed at once');
    ok(await test.runtime.cancelProcessInstance(context, processInstanceId));
    await test.rest();
    const states = new Set((await test.instancesOf('p')).map(({ status }) => status));
    assert.deepEqual([...states], ['canceled']);
  });
});
