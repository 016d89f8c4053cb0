import assert from 'node:assert/strict';
import { Client, Variables } from 'camunda-external-task-client-js';
import type { Task, TaskService } from 'camunda-external-task-client-js';
import { afterEach, describe, it } from 'mocha';
import { searchIncidents } from '../../src/contract/incidents.js';
import { getProcessInstance, getVariables } from '../../src/contract/process-instances.js';
import { bpmn } from '../support/bpmn-builder.js';
import { call } from '../support/contract-client.js';
import { deployed, started, useServer } from './use-server.js';

const charge = bpmn('charge')
  .startEvent('s')
  .serviceTask('card', { type: 'charge-card', headers: { region: 'eu' } })
  .endEvent('e')
  .boundaryEvent('declined', { attachedTo: 'card', error: 'DECLINED' })
  .endEvent('given-up');

const path = '/engine-rest/external-task';
const fetchOne = { workerId: 'w', maxTasks: 1, topics: [{ topicName: 'charge-card', lockDuration: 60_000 }] };

interface Given {
  readonly task: Task;
  readonly taskService: TaskService;
}

describe('external tasks of Camunda 7', () => {
  const server = useServer();
  let client: Client | undefined;
  let tasks: Given[] = [];
  let waiting: { resolve(given: Given): void; reject(error: Error): void } | undefined;

  afterEach(() => {
    client?.stop();
    client = undefined;
    tasks = [];
    waiting = undefined;
  });

  /** The next task that the client of npm gets; one client for each test. */
  function nextTask(): Promise<Given> {
    client ??= subscribed();
    const task = tasks.shift();
    if (task) return Promise.resolve(task);
    return new Promise((resolve, reject) => {
      waiting = { resolve, reject };
    });
  }

  function subscribed(): Client {
    const options = {
      baseUrl: `${server().url}/engine-rest`,
      workerId: 'w',
      interval: 5,
      asyncResponseTimeout: 10_000,
    };
    const made = new Client(options);
    for (const call of ['poll', 'complete', 'handleFailure', 'handleBpmnError']) {
      made.on(`${call}:error`, (...given) => waiting?.reject(new Error(`${call}: ${String(given.at(-1))}`)));
    }
    made.subscribe('charge-card', {}, (given) => {
      if (waiting) waiting.resolve(given);
      else tasks.push(given);
      waiting = undefined;
    });
    return made;
  }

  /** Calls the interface as an HTTP client does. */
  async function post(
    call: string,
    body: object,
  ): Promise<{ status: number; type: string | null; body: unknown }> {
    const answer = await server().request('POST', `${path}${call}`, body);
    return { status: answer.status, type: answer.headers.get('content-type'), body: answer.body };
  }

  async function fetched(more: object = {}): Promise<readonly Record<string, unknown>[]> {
    const { status, body } = await post('/fetchAndLock', { ...fetchOne, ...more });
    assert.equal(status, 200, JSON.stringify(body));
    return body as Record<string, unknown>[];
  }

  it('are fetched and completed by the client of npm, with typed variables', async () => {
    await deployed(server(), charge);
    const given = {
      amount: 5,
      ratio: 0.5,
      big: 2 ** 40,
      note: 'x',
      gold: true,
      none: null,
      list: [1, { a: 2 }],
    };
    const id = await started(server(), 'charge', { businessKey: 'A-1', variables: given });
    const { task, taskService } = await nextTask();
    assert.deepEqual(task.variables.getAll(), given);
    assert.deepEqual(
      [task.topicName, task.activityId, task.processDefinitionKey, task.businessKey, task.retries],
      ['charge-card', 'card', 'charge', 'A-1', 3],
    );
    const result = new Variables()
      .set('receipt', { number: 7 })
      .set('count', 3)
      .setTyped('at', { type: 'Date', value: '2026-01-01T10:00:00.000+0000' });
    await taskService.complete(task, result);
    await server().atRest();
    const { variables } = await call(server(), getVariables, 200, { params: { processInstanceId: id } });
    assert.deepEqual(variables, {
      ...given,
      receipt: { number: 7 },
      count: 3,
      at: '2026-01-01T10:00:00.000+0000',
    });
    assert.equal(
      (await call(server(), getProcessInstance, 200, { params: { processInstanceId: id } })).state,
      'completed',
    );
  });

  it('have the trace of the journey among their extension properties, unless the model names another', async () => {
    await deployed(
      server(),
      charge,
      bpmn('own')
        .startEvent('s')
        .serviceTask('card', {
          type: 'charge-card',
          headers: { traceparent: 'of the model' },
        }),
    );
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    for (const bpmnProcessId of ['charge', 'own']) {
      const { status } = await server().request(
        'POST',
        '/v1/process-instances',
        { bpmnProcessId },
        { traceparent },
      );
      assert.equal(status, 201);
    }
    const tasks = await fetched({ maxTasks: 2 });
    assert.deepEqual(
      tasks.map(({ processDefinitionKey, extensionProperties }) => [
        processDefinitionKey,
        extensionProperties,
      ]),
      [
        ['charge', { region: 'eu', traceparent }],
        ['own', { traceparent: 'of the model' }],
      ],
    );
  });

  it('come to a long poll as soon as there is one', async () => {
    await deployed(server(), charge);
    const next = nextTask();
    await started(server(), 'charge');
    assert.equal((await next).task.activityId, 'card');
  });

  it('fail with retries left, and raise an incident without', async () => {
    await deployed(server(), charge);
    const id = await started(server(), 'charge');
    const first = await nextTask();
    await first.taskService.handleFailure(first.task, { errorMessage: 'down', retries: 1, retryTimeout: 0 });
    const second = await nextTask();
    assert.equal(second.task.retries, 1);
    await second.taskService.handleFailure(second.task, {
      errorMessage: 'still down',
      errorDetails: 'at card',
    });
    await server().atRest();
    const { items } = await call(server(), searchIncidents, 200, {
      body: { filter: { processInstanceId: id } },
    });
    assert.equal(items.length, 1);
    assert.match(items[0]?.message ?? '', /still down\nat card/);
  });

  it('throw BPMN errors', async () => {
    await deployed(server(), charge);
    const id = await started(server(), 'charge');
    const { task, taskService } = await nextTask();
    await taskService.handleBpmnError(task, 'DECLINED', 'no money', new Variables().set('why', 'limit'));
    await server().atRest();
    const { variables } = await call(server(), getVariables, 200, { params: { processInstanceId: id } });
    assert.deepEqual(variables, { why: 'limit' });
  });

  it('give local variables to the output mappings alone', async () => {
    const mapped = bpmn('mapped')
      .startEvent('s')
      .serviceTask('card', { type: 'charge-card', outputs: { receipt: '=local + 1' } })
      .endEvent('e');
    await deployed(server(), mapped);
    const id = await started(server(), 'mapped');
    const { task, taskService } = await nextTask();
    await taskService.complete(task, new Variables(), new Variables().set('local', 1));
    await server().atRest();
    const { variables } = await call(server(), getVariables, 200, { params: { processInstanceId: id } });
    assert.deepEqual(variables, { receipt: 2 });
  });

  it('are locked on, unlocked and locked by their id', async () => {
    await deployed(server(), charge);
    await started(server(), 'charge');
    const [task] = await fetched();
    const id = String(task?.['id']);
    assert.equal(task?.['lockExpirationTime'], '2026-01-01T00:01:00.000+0000');
    assert.equal((await post(`/${id}/extendLock`, { workerId: 'w', newDuration: 120_000 })).status, 204);
    server().clock.advance(90_000);
    assert.deepEqual(await fetched({ workerId: 'other' }), []);
    assert.equal((await post(`/${id}/lock`, { workerId: 'other', lockDuration: 1_000 })).status, 400);
    assert.equal((await post(`/${id}/lock`, { workerId: 'w', lockDuration: 60_000 })).status, 204);
    assert.equal((await post(`/${id}/unlock`, {})).status, 204);
    assert.equal((await post(`/${id}/lock`, { workerId: 'other', lockDuration: 60_000 })).status, 204);
    assert.equal((await post(`/${id}/complete`, { workerId: 'other' })).status, 204);
  });

  it('are completed by their holder only, and once', async () => {
    await deployed(server(), charge);
    await started(server(), 'charge');
    const [task] = await fetched();
    const id = String(task?.['id']);
    const other = await post(`/${id}/complete`, { workerId: 'other' });
    assert.deepEqual([other.status, other.type], [400, 'application/json']);
    assert.deepEqual(Object.keys(other.body as object), ['type', 'message', 'code']);
    assert.equal((await post(`/${id}/complete`, { workerId: 'w' })).status, 204);
    assert.equal((await post(`/${id}/complete`, { workerId: 'w' })).status, 404);
    assert.equal((await post('/nothing/complete', { workerId: 'w' })).status, 404);
  });

  it('are filtered by business key and process', async () => {
    await deployed(server(), charge);
    await started(server(), 'charge', { businessKey: 'A' });
    await started(server(), 'charge', { businessKey: 'B' });
    const topic = (more: object) => ({ maxTasks: 9, topics: [{ ...fetchOne.topics[0], ...more }] });
    assert.deepEqual(await fetched(topic({ processDefinitionKeyIn: ['other'] })), []);
    assert.deepEqual(await fetched(topic({ processDefinitionId: 'other' })), []);
    assert.deepEqual(
      (await fetched(topic({ businessKey: 'B' }))).map(({ businessKey }) => businessKey),
      ['B'],
    );
    assert.deepEqual(
      (await fetched(topic({ processDefinitionKey: 'charge' }))).map(({ businessKey }) => businessKey),
      ['A'],
    );
  });

  it('are taken topic by topic, up to as many as are asked for', async () => {
    const two = bpmn('two')
      .startEvent('s')
      .parallelGateway('f')
      .serviceTask('a', { type: 'one' })
      .endEvent('ea')
      .at('f')
      .serviceTask('b', { type: 'two' })
      .endEvent('eb');
    await deployed(server(), two);
    await started(server(), 'two');
    await started(server(), 'two');
    const topics = ['one', 'two'].map((topicName) => ({ topicName, lockDuration: 1_000 }));
    const tasks = await fetched({ maxTasks: 3, topics });
    assert.deepEqual(
      tasks.map(({ topicName }) => topicName),
      ['one', 'one', 'two'],
    );
  });

  for (const [what, call, body, told] of [
    ['no worker', '/fetchAndLock', { maxTasks: 1, topics: [] }, /workerId/],
    ['no tasks', '/fetchAndLock', { workerId: 'w', maxTasks: 0 }, /maxTasks/],
    [
      'a filter that is not known',
      '/fetchAndLock',
      { ...fetchOne, topics: [{ ...fetchOne.topics[0], processVariables: { a: 1 } }] },
      /filter/,
    ],
    ['no lock duration', '/x/lock', { workerId: 'w' }, /lockDuration/],
    ['no error code', '/x/bpmnError', { workerId: 'w' }, /errorCode/],
    [
      'a variable of a Java class',
      '/x/complete',
      {
        workerId: 'w',
        variables: {
          a: {
            type: 'Object',
            value: 'rO0',
            valueInfo: { serializationDataFormat: 'application/x-java-serialized-object' },
          },
        },
      },
      /"a"/,
    ],
    [
      'a number that is none',
      '/x/complete',
      { workerId: 'w', variables: { a: { type: 'Integer', value: 'one' } } },
      /"a"/,
    ],
    [
      'JSON that is none',
      '/x/complete',
      { workerId: 'w', variables: { a: { type: 'Json', value: '{' } } },
      /"a"/,
    ],
    [
      'JSON that reaches a prototype',
      '/x/complete',
      { workerId: 'w', variables: { a: { type: 'Json', value: '{"__proto__":1}' } } },
      /"a"/,
    ],
  ] as const) {
    it(`refuse a request with ${what}`, async () => {
      const answer = await post(call, body);
      assert.equal(answer.status, 400);
      assert.match((answer.body as { message: string }).message, told);
    });
  }

  it('answer what is no call of theirs, and no JSON, in their form', async () => {
    assert.equal((await post('/x/dance', {})).status, 404);
    const answer = await fetch(`${server().url}${path}/fetchAndLock`, {
      method: 'POST',
      body: '{',
      headers: { 'content-type': 'application/json' },
    });
    assert.equal(answer.status, 400);
    assert.equal(((await answer.json()) as { type: string }).type, 'InvalidRequestException');
  });
});
