import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { bpmn } from '../support/bpmn-builder.js';
import { context, ok, useRuntime } from './use-runtime.js';

/** A journey through every kind of wait, ending in a call whose answer is awaited. */
const journey = bpmn('journey')
  .startEvent('start', { message: 'begin' })
  .userTask('ask', { outputs: { asked: '=true' } })
  .serviceTask('work', { type: 'work' })
  .parallelGateway('fork')
  .intermediateCatchEvent('message', { message: { name: 'told', correlationKey: '=order' } })
  .parallelGateway('join')
  .callActivity('call', { processId: 'inner' })
  .serviceTask('trouble', { type: '=missing' })
  .endEvent('end', { signal: 'done' })
  .at('fork')
  .intermediateCatchEvent('signal', { signal: 'heard' })
  .connectTo('join')
  .at('fork')
  .intermediateCatchEvent('timer', { timer: { duration: 'PT1H' } })
  .connectTo('join')
  .boundaryEvent('reminder', { attachedTo: 'ask', interrupting: false, timer: { cycle: 'R2/PT1H' } })
  .endEvent('reminded');

const inner = bpmn('inner').startEvent('s').userTask('inside').endEvent('e', { error: 'AGAIN' });
const listener = bpmn('listener').startEvent('s', { signal: 'done' }).endEvent('e');

describe('a restart of the server', () => {
  const test = useRuntime();

  const completeTask = async (elementId: string, variables = {}) => {
    const task = (await test.userTasks()).find(
      (row) => row.elementId === elementId && row.state === 'created',
    );
    ok(
      await test.runtime.completeUserTask(context, task?.userTaskId ?? assert.fail(`no ${elementId}`), {
        variables,
      }),
    );
  };
  const steps: readonly (() => Promise<unknown>)[] = [
    () => test.deploy(journey, inner, listener),
    async () => {
      const message = {
        name: 'begin',
        correlationKey: 'o1',
        messageId: 'm',
        timeToLiveMs: 9e9,
        variables: { order: 'o1' },
      };
      ok(await test.runtime.publishMessage(context, message));
      assert.equal(ok(await test.runtime.publishMessage(context, message)).duplicate, true);
    },
    () => test.pass(3_600_000),
    async () =>
      ok(
        await test.runtime.publishMessage(context, { name: 'told', correlationKey: 'o1', timeToLiveMs: 9e9 }),
      ),
    () => completeTask('ask', { said: 'yes' }),
    async () => {
      const { jobId, fence } = await test.takeOne('work');
      ok(await test.runtime.failJob(context, jobId, { fence, errorMessage: 'once more', backoffMs: 1000 }));
    },
    () => test.pass(1000),
    () => test.work('work', { worked: 1 }),
    async () => ok(await test.runtime.broadcastSignal(context, { name: 'heard' })),
    () => test.rest(),
    () => test.pass(3_600_000),
    async () => {
      const [called] = await test.instancesOf('inner');
      ok(await test.runtime.cancelProcessInstance(context, called?.processInstanceId ?? ''));
    },
    () => test.rest(),
    async () =>
      ok(await test.runtime.resolveIncident(context, (await test.openIncidents())[0]?.incidentId ?? '')),
    () => test.rest(),
    async () => {
      const statuses = (await test.instancesOf('inner')).map(({ status }) => status);
      assert.deepEqual(statuses, ['canceled', 'active']);
    },
  ];

  /** What the journey has come to, without ids. */
  const result = async () => {
    const instances = await test.runtime.queries.searchProcessInstances(context.tenantId, {
      filter: {},
      sort: [{ field: 'startedAt', order: 'asc' }],
      page: { limit: 100 },
    });
    return Promise.all(
      instances.items.map(async ({ processInstanceId, processDefinitionId: _, ...row }) => ({
        ...row,
        parentProcessInstanceId: row.parentProcessInstanceId !== undefined,
        path: await test.path(processInstanceId),
        state: JSON.parse(
          JSON.stringify((await test.instance(processInstanceId)).state).replace(
            /[0-9a-f]{8}-[0-9a-f-]{27}/g,
            'id',
          ),
        ) as unknown,
      })),
    );
  };

  const play = async (between: () => Promise<void>) => {
    for (const step of steps) {
      await step();
      test.clock.advance(1); // Ids of different servers are in order from one millisecond to the next.
      await between();
    }
    const found = await result();
    return found;
  };

  it('after every command changes nothing of a journey', async () => {
    const undisturbed = await play(() => Promise.resolve());
    await test.close();
    await test.open({});
    const disturbed = await play(() => test.restart());
    assert.deepEqual(disturbed, undisturbed);
    assert.ok(undisturbed.some(({ path }) => path.includes('call:active')));
  });

  it('while the loops are at work loses nothing', async () => {
    await test.deploy(
      bpmn('caller')
        .startEvent('s')
        .callActivity('one', { processId: 'called' })
        .callActivity('two', { processId: 'called' })
        .endEvent('e', { signal: 'done' }),
      bpmn('called')
        .startEvent('s')
        .intermediateCatchEvent('t', { timer: { duration: 'PT1S' } })
        .endEvent('e'),
      listener,
    );
    const count = 30;
    for (let index = 0; index < count; index++) {
      ok(await test.runtime.startProcessInstance(context, { bpmnProcessId: 'caller' }));
      if (index % 5 === 0) await test.restart();
    }
    for (let second = 0; second < 4; second++) {
      test.clock.advance(1000);
      await test.restart();
      await test.rest();
    }
    const statuses = (await test.instancesOf('caller')).map(({ status }) => status);
    assert.deepEqual([...new Set(statuses)], ['completed']);
    assert.equal((await test.instancesOf('called')).length, 2 * count);
    assert.equal((await test.instancesOf('listener')).length, count);
  });
});
