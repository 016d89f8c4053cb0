import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { RequestContext } from '../../src/runtime/runtime.js';
import { assertConsistent } from '../support/consistency.js';
import { bpmn } from '../support/bpmn-builder.js';
import { FaultySwitch, InjectedFault } from './faulty-store.js';
import {
  messageStart,
  oneCall,
  oneJob,
  oneMessage,
  oneSignal,
  oneTimer,
  oneUserTask,
  signalStart,
  timerStart,
} from './models.js';
import { context, ok, useRuntime } from './use-runtime.js';

describe('a fault in a transaction', () => {
  const faults = new FaultySwitch();
  const test = useRuntime({ wrap: faults.wrap, started: false });

  /** Fails the command at its first, second, … use of the database until it gets through; each failure leaves everything as it was. */
  const failEverywhere = async (command: (request: RequestContext) => Promise<{ readonly ok: boolean }>) => {
    const idempotency = { operation: 'command', key: 'key', fingerprint: 'f' };
    const before = await test.tables();
    for (let uses = 0; ; uses++) {
      faults.arm(uses);
      const failed = await command({ ...context, idempotency }).then(
        (outcome) => assert.ok(outcome.ok, JSON.stringify(outcome)),
        (error: unknown) => error,
      );
      if (!faults.hasStruck) {
        faults.disarm();
        assert.ok(uses > 1, 'Expected the command to use the database.');
        break;
      }
      assert.ok(failed instanceof InjectedFault, String(failed));
      assert.deepEqual(
        await test.tables(),
        before,
        `Expected nothing to be left of a failure after ${uses} uses.`,
      );
    }
    await assertConsistent(test.databaseUrl);
    const after = await test.tables();
    const again = await command({ ...context, idempotency });
    assert.ok(
      'replayed' in again && again.replayed,
      'Expected the outcome to have been kept with the command.',
    );
    assert.deepEqual(await test.tables(), after);
  };

  /** Fails what the loops do at every use of the database, and expects them to get everything done in the end. */
  const failLoops = async (prepare: () => Promise<void>, isDone: () => Promise<boolean>, passMs = 0) => {
    test.expectsErrors = true;
    for (let uses = 0; ; uses++) {
      await prepare();
      faults.arm(uses);
      test.runtime.start();
      test.clock.advance(passMs);
      const proceed = async () => {
        if ((await isDone()) && (await test.isAtRest())) return true;
        test.clock.advance(100); // The loops pause after a failure.
        return false;
      };
      await test.until(proceed, `all to be done after a failure at use ${uses}`);
      await test.replaceRuntime({ started: false, wrap: faults.wrap });
      await assertConsistent(test.databaseUrl, { atRest: true });
      const { hasStruck } = faults;
      faults.disarm();
      if (!hasStruck) return assert.ok(uses > 3);
    }
  };

  it('leaves nothing of a deployment', async () => {
    const resources = [messageStart('a'), timerStart('b'), signalStart('c')].map((model, index) => ({
      name: `${index}.bpmn`,
      content: model.toXml(),
    }));
    await failEverywhere((request) => test.runtime.deploy(request, { resources }));
  });

  it('leaves nothing of a deletion', async () => {
    await test.deploy(messageStart('a', 'one'));
    const id = (await test.deploy(messageStart('a', 'two'))).processDefinitions[0]?.processDefinitionId ?? '';
    await failEverywhere((request) => test.runtime.deleteProcessDefinition(request, id));
  });

  it('leaves nothing of a start, which takes a buffered message and opens every kind of wait', async () => {
    await test.deploy(
      bpmn('p')
        .startEvent('start')
        .intermediateCatchEvent('first', { message: { name: 'first', correlationKey: '=key' } })
        .parallelGateway('fork')
        .userTask('task', { candidateGroups: 'a,b' })
        .endEvent('e1')
        .at('fork')
        .serviceTask('job', { type: 'work' })
        .endEvent('e2')
        .at('fork')
        .intermediateCatchEvent('msg', { message: { name: 'm', correlationKey: '=key' } })
        .endEvent('e3')
        .at('fork')
        .intermediateCatchEvent('sig', { signal: 's' })
        .endEvent('e4')
        .at('fork')
        .intermediateCatchEvent('time', { timer: { duration: 'PT1H' } })
        .endEvent('e5')
        .at('fork')
        .callActivity('call', { processId: 'missing' })
        .endEvent('e6')
        .at('fork')
        .serviceTask('trouble', { type: '=missing' })
        .endEvent('e7'),
    );
    const message = { name: 'first', correlationKey: 'k', timeToLiveMs: 1000, variables: { x: 1 } };
    ok(await test.runtime.publishMessage(context, message));
    const input = { bpmnProcessId: 'p', variables: { key: 'k' } };
    await failEverywhere((request) => test.runtime.startProcessInstance(request, input));
  });

  it('leaves nothing of what is done to an instance', async () => {
    await test.deploy(oneJob(), oneUserTask(), oneTimer(), oneMessage());
    const started = async (id: string, variables = {}) =>
      ok(await test.runtime.startProcessInstance(context, { bpmnProcessId: id, variables }))
        .processInstanceId;
    const ids = [await started('work'), await started('work'), await started('wait'), await started('ask')];
    const jobs = await test.take('work');
    const [completed, failed] = jobs;
    const nth = async (command: Parameters<typeof failEverywhere>[0], index: number) =>
      failEverywhere((request) =>
        command(
          request.idempotency
            ? { ...request, idempotency: { ...request.idempotency, key: `k${index}` } }
            : request,
        ),
      );
    const [timer] = await test.runtime.queries.timersOf(context.tenantId, ids[2] ?? '');
    const [task] = await test.userTasks();
    const taskId = task?.userTaskId ?? '';
    const commands: Parameters<typeof failEverywhere>[0][] = [
      (request) => test.runtime.extendJob(request, failed?.jobId ?? '', { timeoutMs: 5 }),
      (request) => test.runtime.failJob(request, failed?.jobId ?? '', { errorMessage: 'x', retries: 0 }),
      (request) => test.runtime.updateJob(request, failed?.jobId ?? '', { retries: 4 }),
      (request) => test.runtime.resolveIncident(request, incidentId),
      (request) => test.runtime.completeJob(request, completed?.jobId ?? '', { variables: { a: 1 } }),
      (request) => test.runtime.triggerTimer(request, ids[2] ?? '', timer?.timerId ?? ''),
      (request) => test.runtime.claimUserTask(request, taskId, {}),
      (request) => test.runtime.updateUserTask(request, taskId, { candidateGroups: ['x'] }),
      (request) => test.runtime.unclaimUserTask(request, taskId),
      (request) => test.runtime.setVariables(request, ids[3] ?? '', { variables: { a: 'b' } }),
      (request) => test.runtime.completeUserTask(request, taskId, { variables: { c: 'd' } }),
      (request) => test.runtime.cancelProcessInstance(request, ids[1] ?? ''),
    ];
    let incidentId = '';
    for (const [index, command] of commands.entries()) {
      incidentId = (await test.openIncidents())[0]?.incidentId ?? '';
      await nth(command, index);
    }
  });

  it('leaves nothing of a message, correlated, starting or kept', async () => {
    await test.deploy(oneMessage(), messageStart());
    ok(
      await test.runtime.startProcessInstance(context, {
        bpmnProcessId: 'order',
        variables: { order: 'o1' },
      }),
    );
    const messages = [
      { name: 'paid', correlationKey: 'o1', messageId: 'm1', timeToLiveMs: 1000 },
      { name: 'begin', correlationKey: 'o1', messageId: 'm1', timeToLiveMs: 1000 },
      { name: 'paid', correlationKey: 'o2', messageId: 'm2', timeToLiveMs: 1000 },
    ];
    for (const [index, message] of messages.entries()) {
      await failEverywhere((request) =>
        test.runtime.publishMessage(
          { ...request, idempotency: { operation: 'p', key: `${index}`, fingerprint: 'f' } },
          message,
        ),
      );
    }
  });

  it('leaves nothing of a signal', async () => {
    await test.deploy(oneSignal(), signalStart());
    ok(await test.runtime.startProcessInstance(context, { bpmnProcessId: 'listen' }));
    await failEverywhere((request) => test.runtime.broadcastSignal(request, { name: 'go' }));
  });

  it('leaves nothing of an activation of jobs', async () => {
    await test.deploy(oneJob());
    ok(await test.runtime.startProcessInstance(context, { bpmnProcessId: 'work' }));
    const before = await test.tables();
    for (let uses = 0; uses < 3; uses++) {
      faults.arm(uses);
      await assert.rejects(test.take('work'), InjectedFault);
      assert.deepEqual(await test.tables(), before);
    }
    await test.takeOne('work');
  });

  it('does not keep timers from firing, once', async () => {
    await test.deploy(oneTimer(), timerStart('clock', 'R1/PT1H'));
    let starts = 0;
    const prepare = async () => {
      await test.deploy(timerStart('clock', `R1/PT1H${++starts}S`));
      ok(await test.runtime.startProcessInstance(context, { bpmnProcessId: 'wait' }));
    };
    const isDone = async () => {
      const waiting = (await test.instancesOf('wait')).filter(({ status }) => status === 'active');
      return waiting.length === 0 && (await test.instancesOf('clock')).length === starts;
    };
    await failLoops(prepare, isDone, 2 * 3_600_000);
    assert.equal((await test.instancesOf('clock')).length, starts);
  });

  describe('does not keep deliveries from being consumed, once:', () => {
    /** Starts instances of these processes, and expects all of them to be completed. */
    const failDeliveries = async (...processes: readonly string[]) => {
      let rounds = 0;
      const prepare = async () => {
        rounds++;
        for (const bpmnProcessId of processes) {
          ok(await test.runtime.startProcessInstance(context, { bpmnProcessId, variables: { order: 'o1' } }));
        }
      };
      const isDone = async () => {
        const instances = await Promise.all(processes.map((id) => test.instancesOf(id)));
        return instances.every((of) => of.filter(({ status }) => status === 'completed').length === rounds);
      };
      await failLoops(prepare, isDone);
      return rounds;
    };

    it('calls and their answers', async () => {
      await test.deploy(oneCall(), bpmn('called').startEvent('s').endEvent('e'));
      const rounds = await failDeliveries('caller');
      assert.equal((await test.instancesOf('called')).length, rounds);
    });

    it('messages, to who waits and to what they start', async () => {
      await test.deploy(
        oneMessage(),
        messageStart(),
        bpmn('sender')
          .startEvent('s')
          .intermediateThrowEvent('m', { message: 'paid', publish: { correlationKey: '=order' } })
          .endEvent('e', { message: 'begin' }),
      );
      const rounds = await failDeliveries('order', 'sender');
      assert.equal((await test.instancesOf('started')).length, rounds);
    });

    it('signals, to who waits and to what they start', async () => {
      await test.deploy(
        oneSignal(),
        signalStart(),
        bpmn('sender').startEvent('s').endEvent('e', { signal: 'go' }),
      );
      const rounds = await failDeliveries('listen', 'sender');
      assert.equal((await test.instancesOf('started')).length, rounds);
    });
  });

  it('that strikes after the commit has done the command, once; the same key tells', async () => {
    await test.deploy(oneJob());
    faults.loseAnswer = true;
    const idempotency = { operation: 'start', key: 'key', fingerprint: 'f' };
    const start = () =>
      test.runtime.startProcessInstance({ ...context, idempotency }, { bpmnProcessId: 'work' });
    await assert.rejects(start(), InjectedFault);
    const again = await start();
    assert.equal(again.replayed, true);
    assert.equal((await test.instancesOf('work')).length, 1);
  });
});
