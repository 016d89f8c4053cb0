import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import {
  getHistory,
  listElementInstances,
  listTimers,
  triggerTimer,
} from '../../src/contract/process-instance-history.js';
import { getProcessInstance } from '../../src/contract/process-instances.js';
import { bpmn } from '../support/bpmn-builder.js';
import { call, refused, send } from '../support/contract-client.js';
import { deployed, started, useServer } from './use-server.js';

const waiting = bpmn('waiting')
  .startEvent('s')
  .intermediateCatchEvent('later', { timer: { duration: 'PT1H' } })
  .endEvent('e');
const unknown = { processInstanceId: 'no-such-id' };

describe('the history of a process instance over REST', () => {
  const server = useServer();

  it('lists element instances in order of activation, by pages', async () => {
    await deployed(server(), waiting);
    const params = { processInstanceId: await started(server(), 'waiting') };
    const all = await call(server(), listElementInstances, 200, { params });
    const shown = all.items.map(
      ({ elementId, elementType, state }) => `${elementId} ${elementType} ${state}`,
    );
    assert.deepEqual(shown.slice(-2), ['s startEvent completed', 'later intermediateCatchEvent active']);

    const paged: string[] = [];
    let after: string | undefined;
    do {
      const query = { limit: '1', ...(after === undefined ? {} : { after }) };
      const { items, page } = await call(server(), listElementInstances, 200, { params, query });
      paged.push(...items.map(({ elementInstanceId }) => elementInstanceId));
      after = page.endCursor;
    } while (after !== undefined && paged.length <= all.items.length);
    assert.deepEqual(
      paged,
      all.items.map(({ elementInstanceId }) => elementInstanceId),
    );
    await refused(server(), listElementInstances, 'validation-failed', {
      params,
      query: { after: 'invented' },
    });
  });

  it('tells which of the definitions of a multiple event is waited for', async () => {
    const model = bpmn('several')
      .startEvent('s')
      .intermediateCatchEvent('any', { signal: 'go', timer: { duration: 'PT1H' } })
      .endEvent('e');
    await deployed(server(), model);
    const params = { processInstanceId: await started(server(), 'several') };
    const { items } = await call(server(), getHistory, 200, { params });
    const opened = items.flatMap(({ events }) => events).filter((event) => event.part !== undefined);
    assert.deepEqual(
      opened.map(({ type, part }) => `${part} ${type}`),
      ['0 signalSubscriptionOpened', '1 timerScheduled'],
    );
  });

  it('tells each command with its events, in ids and times of the contract', async () => {
    await deployed(server(), waiting);
    const processInstanceId = await started(server(), 'waiting', { businessKey: 'A-1' });
    const params = { processInstanceId };
    const { items } = await call(server(), getHistory, 200, { params });
    assert.equal(items.length, 1);
    const [start] = items;
    assert.deepEqual([start?.actor, start?.at], ['admin', '2026-01-01T00:00:00.000Z']);
    const [first] = start?.events ?? [];
    assert.deepEqual(first, {
      type: 'processInstanceStarted',
      processInstanceId,
      bpmnProcessId: 'waiting',
      businessKey: 'A-1',
    });
    const scheduled = start?.events.find(({ type }) => type === 'timerScheduled');
    assert.equal(scheduled?.dueAt, '2026-01-01T01:00:00.000Z');
    assert.equal(scheduled.catchingElementId, 'later');
    const elements = await call(server(), listElementInstances, 200, { params });
    assert.equal(scheduled.elementInstanceId, elements.items.at(-1)?.elementInstanceId);
    const { items: timers } = await call(server(), listTimers, 200, { params });
    assert.equal(scheduled.timerId, timers[0]?.timerId);
  });

  it('is paged', async () => {
    await deployed(server(), waiting);
    const params = { processInstanceId: await started(server(), 'waiting') };
    const [timer] = (await call(server(), listTimers, 200, { params })).items;
    await call(server(), triggerTimer, 204, { params: { ...params, timerId: timer?.timerId ?? '' } });
    const first = await call(server(), getHistory, 200, { params, query: { limit: '1' } });
    assert.equal(first.items.length, 1);
    const query = { limit: '1', after: first.page.endCursor ?? '' };
    const second = await call(server(), getHistory, 200, { params, query });
    assert.equal(second.items.length, 1);
    assert.ok(BigInt(second.items[0]?.sequence ?? 0) > BigInt(first.items[0]?.sequence ?? 0));
  });

  it('lists the timers, which can be fired now', async () => {
    await deployed(server(), waiting);
    const params = { processInstanceId: await started(server(), 'waiting') };
    const { items } = await call(server(), listTimers, 200, { params });
    const [timer] = items;
    assert.deepEqual(
      [items.length, timer?.elementId, timer?.dueAt],
      [1, 'later', '2026-01-01T01:00:00.000Z'],
    );

    const trigger = {
      params: { ...params, timerId: timer?.timerId ?? '' },
      headers: { 'idempotency-key': 't' },
    };
    await call(server(), triggerTimer, 204, trigger);
    assert.equal((await send(server(), triggerTimer, trigger)).headers.get('idempotent-replayed'), 'true');
    assert.equal((await call(server(), getProcessInstance, 200, { params })).state, 'completed');
    assert.deepEqual((await call(server(), listTimers, 200, { params })).items, []);
    await refused(server(), triggerTimer, 'invalid-state', { params: trigger.params });
  });

  it('shows a timer that is due after the year 9999 as due at its end', async () => {
    const process = bpmn('far')
      .startEvent('s')
      .intermediateCatchEvent('later', { timer: { duration: '=wait' } });
    await deployed(server(), process);
    for (const duration of ['P9000Y', 'P200000Y']) {
      const params = { processInstanceId: await started(server(), 'far', { variables: { wait: duration } }) };
      for (const { dueAt } of (await call(server(), listTimers, 200, { params })).items) {
        assert.equal(dueAt, '9999-12-31T23:59:59.999Z');
      }
      await call(server(), getHistory, 200, { params });
    }
  });

  it('fires timers when they are due, never earlier', async () => {
    await deployed(server(), waiting);
    const params = { processInstanceId: await started(server(), 'waiting') };
    await server().clock.advanceAsync(3_599_999);
    await server().atRest();
    assert.equal((await call(server(), getProcessInstance, 200, { params })).state, 'active');
    await server().clock.advanceAsync(1);
    await server().atRest();
    assert.equal((await call(server(), getProcessInstance, 200, { params })).state, 'completed');
  });

  it('is not found by an unknown id', async () => {
    for (const operation of [listElementInstances, getHistory, listTimers]) {
      await refused(server(), operation, 'not-found', { params: unknown });
    }
    await refused(server(), triggerTimer, 'not-found', { params: { ...unknown, timerId: 'x' } });
  });
});
