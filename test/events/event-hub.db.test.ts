import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { cloudEventWriter } from '../../src/events/cloud-event.js';
import { EventsGone, UnknownPosition } from '../../src/events/event-hub.js';
import { parsePosition, positionText } from '../../src/events/event-position.js';
import { cloudEvent } from '../../src/contract/events.js';
import { bpmn } from '../support/bpmn-builder.js';
import { context, ok, type RuntimeUnderTest, useRuntime } from '../runtime/use-runtime.js';
import { taken, told, useEvents } from './use-events.js';

const order = bpmn('order').startEvent('start').userTask('approve').endEvent('end');
const hour = 3_600_000;

describe('events of process instances', function () {
  this.timeout(60_000);
  const events = useEvents(() => test);
  const test: RuntimeUnderTest = useRuntime({ historyTtlMs: hour });

  const complete = async (processInstanceId: string): Promise<void> => {
    const task = (await test.userTasks()).find(
      (one) => one.processInstanceId === processInstanceId && one.state === 'created',
    );
    ok(await test.runtime.completeUserTask(context, task?.userTaskId ?? '', {}));
  };

  it('tell in order what is committed after the subscription, as CloudEvents without variables', async () => {
    await test.deploy(order);
    await test.start('order');
    const subscription = await events().subscribe();
    const { processInstanceId } = await test.start('order', { secret: 's3cret' }, { businessKey: 'A-1' });
    await complete(processInstanceId);
    const found = await taken(subscription, 10);
    assert.deepEqual(told(found), [
      ...['process-instance.started', 'element.activated start', 'element.completed start'],
      ...['element.activated approve', 'user-task.created approve', 'user-task.completed approve'],
      ...['element.completed approve', 'element.activated end', 'element.completed end'],
      'process-instance.completed',
    ]);
  });

  it('go on behind the last event that somebody has had, on another node and after a restart', async () => {
    await test.deploy(order);
    const subscription = await events().subscribe();
    const first = await test.start('order');
    const had = await taken(subscription, 3);
    const [, second] = had;
    assert.ok(second);
    const { sequence, at } = second.entry;
    const position = parsePosition(positionText({ sequence, index: second.index, at }));
    await events().stop();
    await complete(first.processInstanceId);
    await test.replaceRuntime();
    const again = await events().subscribe({}, position);
    const rest = await taken(again, 8);
    assert.deepEqual(told(rest).slice(0, 4), [
      ...['element.completed start', 'element.activated approve', 'user-task.created approve'],
      'user-task.completed approve',
    ]);
  });

  it('are only those that the filter names', async () => {
    const other = bpmn('other').startEvent('begin').userTask('look').endEvent('done');
    await test.deploy(order, other);
    const { processInstanceId } = await test.start('order', {}, { businessKey: 'A-1' });
    const { hub } = events();
    const subscribe = (filter: object) => hub.subscribe({ tenantId: context.tenantId, ...filter });
    const byInstance = await subscribe({ processInstanceIds: [processInstanceId] });
    const byKey = await subscribe({ businessKeys: ['A-2'] });
    const byType = await subscribe({ types: ['process-instance.*', 'user-task.completed'] });
    const byProcess = await subscribe({ bpmnProcessIds: ['other'], types: ['element.activated'] });
    const bySight = await subscribe({
      types: ['process-instance.started'],
      mayBeSeen: ({ bpmnProcessId }: { readonly bpmnProcessId?: string }) => bpmnProcessId === 'other',
    });
    const byStranger = await hub.subscribe({ tenantId: 'stranger' });
    const second = await test.start('order', {}, { businessKey: 'A-2' });
    const third = await test.start('other');
    await complete(processInstanceId);

    assert.deepEqual(
      (await taken(byType, 4)).map(({ type, subject }) => [type, subject]),
      [
        ['process-instance.started', second.processInstanceId],
        ['process-instance.started', third.processInstanceId],
        ['user-task.completed', byTypeTask(await test.userTasks(), processInstanceId)],
        ['process-instance.completed', processInstanceId],
      ],
    );
    assert.equal((await taken(byInstance, 5)).length, 5);
    const ofKey = await taken(byKey, 5);
    assert.ok(ofKey.every(({ entry }) => entry.businessKey === 'A-2'));
    assert.deepEqual(told(await taken(byProcess, 2)), ['element.activated begin', 'element.activated look']);
    assert.deepEqual(
      (await taken(bySight, 1)).map(({ subject }) => subject),
      [third.processInstanceId],
    );
    let heard: unknown;
    void byStranger.next().then((found) => (heard = found));
    await test.until(() => byStranger.position.sequence === hub.position.sequence, 'the stranger to be told');
    assert.equal(heard, undefined);
  });

  it('have ids that stay, and the context of the instance', async () => {
    await test.deploy(order);
    const subscription = await events().subscribe({ types: ['user-task.created'] });
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    const started = ok(
      await test.runtime.startProcessInstance(
        { ...context, traceparent },
        { bpmnProcessId: 'order', businessKey: 'A-1', variables: { secret: 's3cret' } },
      ),
    );
    const [event] = await taken(subscription, 1);
    assert.ok(event);
    const cloud = cloudEvent.parse(JSON.parse(cloudEventWriter('urn:test')(event).json));
    const [task] = await test.userTasks();
    const { id, sequence, time, ...rest } = cloud;
    assert.deepEqual(rest, {
      specversion: '1.0',
      source: 'urn:test',
      type: 'io.throughline.user-task.created',
      subject: task?.userTaskId,
      datacontenttype: 'application/json',
      tenantid: context.tenantId,
      processinstanceid: started.processInstanceId,
      processdefinitionid: started.processDefinitionId,
      bpmnprocessid: 'order',
      businesskey: 'A-1',
      traceparent,
      data: {
        userTaskId: task?.userTaskId,
        elementId: 'approve',
        elementType: 'userTask',
        elementInstanceId: `${started.processInstanceId}-${task?.elementInstanceKey}`,
      },
    });
    assert.match(sequence, /^\d{16}-\d{6}$/);
    assert.equal(time, new Date(test.clock.now()).toISOString());
    const again = await events().subscribe(
      {},
      { sequence: event.entry.sequence - 1, index: 'end', at: Date.now() },
    );
    const found = (await taken(again, 5)).find(({ type }) => type === 'user-task.created');
    assert.equal(found && cloudEventWriter('urn:test')(found).id, id);
  });

  it('tell deployments, modifications and migrations', async () => {
    const subscription = await events().subscribe({ types: ['deployment.*', 'process-instance.*'] });
    await test.deploy(order);
    const { processInstanceId } = await test.start('order');
    ok(
      await test.runtime.modifyProcessInstance(context, processInstanceId, {
        activate: [{ elementId: 'approve' }],
      }),
    );
    const changed = bpmn('order').startEvent('start').userTask('approve', { name: 'again' }).endEvent('end');
    const { processDefinitions } = await test.deploy(changed);
    const targetProcessDefinitionId = processDefinitions[0]?.processDefinitionId ?? '';
    ok(await test.runtime.migrateProcessInstance(context, processInstanceId, { targetProcessDefinitionId }));
    ok(await test.runtime.suspendProcessInstance(context, processInstanceId));
    ok(await test.runtime.resumeProcessInstance(context, processInstanceId));
    ok(await test.runtime.cancelProcessInstance(context, processInstanceId));
    const found = await taken(subscription, 8);
    assert.deepEqual(told(found), [
      ...['deployment.created', 'process-instance.started', 'process-instance.modified'],
      ...['deployment.created', 'process-instance.migrated', 'process-instance.suspended'],
      ...['process-instance.resumed', 'process-instance.canceled'],
    ]);
    const migrated = found[4];
    assert.equal(migrated?.entry.processDefinitionId, targetProcessDefinitionId);
  });

  it('of more than fits into memory are read from the journal as they are taken', async () => {
    await test.deploy(order);
    const subscription = await events().subscribe({ types: ['element.activated'] });
    await Promise.all(
      Array.from({ length: 300 }, () =>
        test.runtime.startProcessInstance(context, { bpmnProcessId: 'order' }),
      ),
    );
    const found = await taken(subscription, 600);
    const ids = found.map((event) => cloudEventWriter('urn:test')(event).id);
    assert.equal(new Set(ids).size, 600);
  });

  it('that were removed by their age are missed by nobody unknowingly', async () => {
    await test.deploy(order);
    const subscription = await events().subscribe();
    const { processInstanceId } = await test.start('order');
    const [first] = await taken(subscription, 1);
    assert.ok(first);
    await complete(processInstanceId);
    await test.pass(2 * hour);
    await test.until(
      async () => (await test.tables()).process_instance.length === 0,
      'the instance to be removed',
    );
    const { sequence, at } = first.entry;
    await assert.rejects(events().subscribe({}, { sequence, index: 0, at }), EventsGone);
    const later = { sequence, index: 'end', at: test.clock.now() } as const;
    assert.deepEqual((await events().subscribe({}, later)).position, later);
    const unheard = { ...later, sequence: sequence + 1_000 };
    await assert.rejects(events().subscribe({}, unheard), UnknownPosition);
    // A server that starts when the last entries are gone knows of none that high.
    await assert.rejects(events().subscribe({}, { ...unheard, at }), EventsGone);
  });

  it('cost nothing while nobody listens', async () => {
    await test.deploy(order);
    let reads = 0;
    const { journal } = test.store.queries;
    const counted = {
      ...journal,
      after: (...given: Parameters<typeof journal.after>) => {
        reads += 1;
        return journal.after(...given);
      },
    };
    const store = { ...test.store, queries: { ...test.store.queries, journal: counted } };
    const hub = events().hubOf(store, test.runtime);
    const subscription = await events().subscribe({}, undefined, hub);
    await test.start('order');
    await taken(subscription, 5);
    subscription.close();
    assert.equal(hub.subscriptions, 0);
    await hub.stop();
    const before = reads;
    assert.ok(before > 0);
    await test.start('order');
    assert.equal(reads, before);
  });
});

function byTypeTask(
  tasks: readonly { readonly userTaskId: string; readonly processInstanceId: string }[],
  processInstanceId: string,
): string | undefined {
  return tasks.find((task) => task.processInstanceId === processInstanceId)?.userTaskId;
}
