import assert from 'node:assert/strict';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, it } from 'mocha';
import { resolveIncident, searchIncidents } from '../../src/contract/incidents.js';
import {
  activateJobs,
  completeJob,
  extendJob,
  failJob,
  searchJobs,
  throwJobError,
  updateJob,
} from '../../src/contract/jobs.js';
import { getProcessInstance, getVariables, setVariables } from '../../src/contract/process-instances.js';
import { bpmn } from '../support/bpmn-builder.js';
import { call, refused, send } from '../support/contract-client.js';
import type { TestServer } from '../support/server.js';
import { deployed, started, useServer } from './use-server.js';
import { loopTimers } from '../runtime/use-runtime.js';

const charge = bpmn('charge')
  .startEvent('s')
  .serviceTask('card', { type: 'charge-card', retries: 2, headers: { region: 'eu' } })
  .endEvent('e')
  .boundaryEvent('declined', { attachedTo: 'card', error: 'DECLINED' })
  .endEvent('given-up');
const worker = { type: 'charge-card', worker: 'w', maxJobs: 10, timeoutMs: 60_000 };

describe('jobs over REST', () => {
  const server = useServer();

  it('are activated with variables and headers, and completed', async () => {
    await deployed(server(), charge);
    const processInstanceId = await started(server(), 'charge', {
      businessKey: 'A-1',
      variables: { amount: 5, note: 'x' },
    });
    const body = { ...worker, fetchVariables: ['amount', 'missing'] };
    const { jobs } = await call(server(), activateJobs, 200, { body });
    const [job] = jobs;
    assert.deepEqual(
      [
        jobs.length,
        job?.type,
        job?.retries,
        job?.variables,
        job?.customHeaders,
        job?.businessKey,
        job?.fence,
      ],
      [1, 'charge-card', 2, { amount: 5 }, { region: 'eu' }, 'A-1', 1],
    );
    assert.equal(job?.deadline, '2026-01-01T00:01:00.000Z');
    assert.deepEqual((await call(server(), activateJobs, 200, { body: worker })).jobs, []);

    const complete = {
      params: { jobId: job?.jobId ?? '' },
      body: { variables: { receipt: 'r' }, fence: 1 },
      headers: { 'idempotency-key': 'c' },
    };
    await call(server(), completeJob, 204, complete);
    assert.equal((await send(server(), completeJob, complete)).headers.get('idempotent-replayed'), 'true');
    const instance = { params: { processInstanceId } };
    assert.equal((await call(server(), getProcessInstance, 200, instance)).state, 'completed');
    assert.deepEqual((await call(server(), getVariables, 200, instance)).variables, {
      amount: 5,
      note: 'x',
      receipt: 'r',
    });
    await refused(server(), completeJob, 'invalid-state', { params: complete.params });
  });

  it('are waited for by a long poll', async () => {
    await deployed(server(), charge);
    const poll = call(server(), activateJobs, 200, { body: { ...worker, requestTimeoutMs: 60_000 } });
    await started(server(), 'charge');
    assert.equal((await poll).jobs.length, 1);
  });

  it('are not given to a worker whose connection has closed while its poll waited', async () => {
    await deployed(server(), charge);
    const timers = () => server().clock.pendingTimers;
    const waits = async (isSo: () => boolean) => {
      for (const limit = performance.now() + 10_000; !isSo(); await nextTurn()) {
        assert.ok(performance.now() < limit, 'Expected the loops to sleep, and the poll to begin and end.');
      }
    };
    await waits(() => timers() === loopTimers);
    const connection = new AbortController();
    const gone = fetch(`${server().url}/v1/jobs/activate`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ ...worker, worker: 'gone', requestTimeoutMs: 60_000 }),
      signal: connection.signal,
    });
    await waits(() => timers() > loopTimers);
    const waiting = timers();
    connection.abort();
    await assert.rejects(gone, { name: 'AbortError' });
    await waits(() => timers() < waiting);
    await started(server(), 'charge');
    const { jobs } = await call(server(), activateJobs, 200, { body: worker });
    assert.deepEqual(
      jobs.map(({ fence }) => fence),
      [1],
    );
  });

  it('answer with none when the time of a long poll is over', async () => {
    const poll = call(server(), activateJobs, 200, { body: { ...worker, requestTimeoutMs: 100 } });
    let over = false;
    void poll.finally(() => {
      over = true;
    });
    while (!over) await server().clock.advanceAsync(100);
    assert.deepEqual((await poll).jobs, []);
  });

  it('belong to their last activation: a late worker changes nothing', async () => {
    await deployed(server(), charge);
    await started(server(), 'charge');
    const [first] = (await call(server(), activateJobs, 200, { body: worker })).jobs;
    await server().clock.advanceAsync(60_001);
    const [second] = (await call(server(), activateJobs, 200, { body: { ...worker, worker: 'w2' } })).jobs;
    assert.deepEqual([second?.jobId, second?.fence], [first?.jobId, 2]);
    const params = { jobId: first?.jobId ?? '' };
    await refused(server(), completeJob, 'job-not-held', { params, body: { fence: 1 } });
    await refused(server(), failJob, 'job-not-held', { params, body: { fence: 1, errorMessage: 'late' } });
    await refused(server(), throwJobError, 'job-not-held', {
      params,
      body: { fence: 1, errorCode: 'DECLINED' },
    });
    await refused(server(), extendJob, 'job-not-held', { params, body: { fence: 1, timeoutMs: 1_000 } });
    await call(server(), extendJob, 204, { params, body: { fence: 2, timeoutMs: 120_000 } });
    await call(server(), completeJob, 204, { params, body: { fence: 2 } });
  });

  it('fail with a back-off, and end as an incident that gives them another try', async () => {
    await deployed(server(), charge);
    const processInstanceId = await started(server(), 'charge');
    const params = { jobId: await activated(server()) };
    await call(server(), failJob, 204, { params, body: { errorMessage: 'timeout', backoffMs: 5_000 } });
    const [failed] = (await call(server(), searchJobs, 200, { body: { filter: { state: 'created' } } }))
      .items;
    assert.deepEqual(
      [failed?.retries, failed?.errorMessage, failed?.availableAt],
      [1, 'timeout', '2026-01-01T00:00:05.000Z'],
    );
    assert.deepEqual((await call(server(), activateJobs, 200, { body: worker })).jobs, []);

    await server().clock.advanceAsync(5_000);
    await activated(server());
    await call(server(), failJob, 204, { params, body: { errorMessage: 'again', retries: 0 } });
    const { items } = await call(server(), searchIncidents, 200, { body: { filter: { processInstanceId } } });
    const [incident] = items;
    assert.deepEqual(
      [items.length, incident?.code, incident?.elementId, incident?.jobId],
      [1, 'job-retries-exhausted', 'card', params.jobId],
    );
    const instance = { params: { processInstanceId } };
    assert.equal((await call(server(), getProcessInstance, 200, instance)).hasIncident, true);

    const resolve = { params: { incidentId: incident?.incidentId ?? '' } };
    await call(server(), resolveIncident, 204, resolve);
    await refused(server(), resolveIncident, 'invalid-state', resolve);
    const open = { body: { filter: { resolvedAt: { $exists: false } } } };
    assert.equal((await call(server(), searchIncidents, 200, open)).page.totalItems, 0);
    assert.equal((await call(server(), getProcessInstance, 200, instance)).hasIncident, false);
    await activated(server());
    await call(server(), completeJob, 204, { params });
  });

  it('throw errors that the process catches', async () => {
    await deployed(server(), charge);
    const processInstanceId = await started(server(), 'charge');
    const params = { jobId: await activated(server()) };
    const body = { errorCode: 'DECLINED', errorMessage: 'no money', variables: { reason: 'x' } };
    await call(server(), throwJobError, 204, { params, body });
    const { state } = await call(server(), getProcessInstance, 200, { params: { processInstanceId } });
    assert.equal(state, 'completed');
  });

  it('are searched and get other retries', async () => {
    await deployed(server(), charge);
    await started(server(), 'charge');
    await started(server(), 'charge');
    const search = async (body: object) => (await call(server(), searchJobs, 200, { body })).items;
    assert.equal((await search({ filter: { type: { $like: 'charge-*' } } })).length, 2);
    assert.equal((await search({ filter: { worker: { $exists: true } } })).length, 0);
    const [job] = await search({ page: { limit: 1 } });
    await call(server(), updateJob, 204, { params: { jobId: job?.jobId ?? '' }, body: { retries: 9 } });
    assert.deepEqual(
      (await search({ filter: { retries: 9 } })).map(({ jobId }) => jobId),
      [job?.jobId],
    );
  });

  it('are not found by an unknown id', async () => {
    const params = { jobId: 'no-such-id' };
    await refused(server(), completeJob, 'not-found', { params });
    await refused(server(), failJob, 'not-found', { params, body: { errorMessage: 'e' } });
    await refused(server(), throwJobError, 'not-found', { params, body: { errorCode: 'E' } });
    await refused(server(), extendJob, 'not-found', { params, body: { timeoutMs: 1 } });
    await refused(server(), updateJob, 'not-found', { params, body: { retries: 1 } });
    await refused(server(), resolveIncident, 'not-found', { params: { incidentId: 'no-such-id' } });
  });
});

describe('incidents over REST', () => {
  const server = useServer();

  it('are resolved by taking the step again, with better data', async () => {
    const process = bpmn('split')
      .startEvent('s')
      .exclusiveGateway('g')
      .when('=amount > 10')
      .endEvent('large')
      .at('g')
      .when('=amount > 100')
      .endEvent('huge');
    await deployed(server(), process);
    const params = { processInstanceId: await started(server(), 'split', { variables: { amount: 1 } }) };
    const { items } = await call(server(), searchIncidents, 200);
    const [incident] = items;
    assert.deepEqual([items.length, incident?.code, incident?.elementId], [1, 'no-flow-taken', 'g']);
    const resolve = { params: { incidentId: incident?.incidentId ?? '' } };
    await call(server(), setVariables, 204, { params, body: { variables: { amount: 50 } } });
    await call(server(), resolveIncident, 204, resolve);
    assert.equal((await call(server(), getProcessInstance, 200, { params })).state, 'completed');
  });
});

async function activated(server: TestServer): Promise<string> {
  const { jobs } = await call(server, activateJobs, 200, { body: worker });
  assert.equal(jobs.length, 1);
  return jobs[0]?.jobId ?? '';
}
