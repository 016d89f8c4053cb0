import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { z } from 'zod';
import { deploy } from '../../src/contract/deployments.js';
import { activateJobs, failJob } from '../../src/contract/jobs.js';
import { limits } from '../../src/contract/limits.js';
import { publishMessage } from '../../src/contract/messages.js';
import { idempotencyHeaders } from '../../src/contract/operation.js';
import { listQuery } from '../../src/contract/page.js';
import { searchProcessInstances, startProcessInstance } from '../../src/contract/process-instances.js';
import { searchUserTasks, updateUserTask } from '../../src/contract/user-tasks.js';

function accepts(schema: z.ZodType, value: unknown): boolean {
  return schema.safeParse(value).success;
}

describe('the request schemas', () => {
  it('start by exactly one of bpmnProcessId and processDefinitionId', () => {
    const { body } = startProcessInstance.request;
    assert.ok(accepts(body, { bpmnProcessId: 'a' }));
    assert.ok(accepts(body, { bpmnProcessId: 'a', version: 2 }));
    assert.ok(accepts(body, { processDefinitionId: 'a' }));
    assert.ok(!accepts(body, {}));
    assert.ok(!accepts(body, { bpmnProcessId: 'a', processDefinitionId: 'b' }));
    assert.ok(!accepts(body, { processDefinitionId: 'b', version: 2 }));
  });

  it('refuse unknown fields', () => {
    assert.ok(!accepts(startProcessInstance.request.body, { bpmnProcessId: 'a', bussinessKey: 'b' }));
    assert.ok(!accepts(searchProcessInstances.request.body, { filters: {} }));
    assert.ok(!accepts(searchProcessInstances.request.body, { filter: { colour: 'red' } }));
    assert.ok(!accepts(searchProcessInstances.request.body, { page: { size: 5 } }));
  });

  it('take keys of 1 to 255 characters without NUL and lone surrogates', () => {
    const { body } = publishMessage.request;
    assert.ok(accepts(body, { name: 'x'.repeat(255), correlationKey: '💡' }));
    for (const name of ['', 'x'.repeat(256), 'a\0b', '\ud83d'])
      assert.ok(!accepts(body, { name }), JSON.stringify(name));
  });

  it('take variable names of 1 to 255 characters, and any JSON as values', () => {
    const { body } = startProcessInstance.request;
    const start = (variables: unknown) => accepts(body, { bpmnProcessId: 'a', variables });
    assert.ok(start({ 'a name': null, b: [1, { c: 'x\0' }], ['x'.repeat(255)]: false }));
    assert.ok(!start({ '': 1 }));
    assert.ok(!start({ ['x'.repeat(256)]: 1 }));
    assert.ok(!start({ 'a\0': 1 }));
    assert.ok(!start([]));
    assert.ok(!start(null));
  });

  it('hold every number to its bounds', () => {
    const job = { type: 't', worker: 'w', maxJobs: 1, timeoutMs: 1 };
    const { body } = activateJobs.request;
    assert.ok(accepts(body, { ...job, maxJobs: limits.jobsPerActivation, timeoutMs: limits.jobTimeoutMs }));
    assert.ok(!accepts(body, { ...job, maxJobs: limits.jobsPerActivation + 1 }));
    assert.ok(!accepts(body, { ...job, timeoutMs: limits.jobTimeoutMs + 1 }));
    assert.ok(!accepts(body, { ...job, requestTimeoutMs: limits.requestTimeoutMs + 1 }));
    assert.ok(!accepts(body, { ...job, maxJobs: 0 }));
    assert.ok(!accepts(body, { ...job, maxJobs: 1.5 }));
    assert.ok(!accepts(body, { ...job, maxJobs: '1' }));
    assert.ok(!accepts(failJob.request.body, { errorMessage: 'e', retries: -1 }));
    assert.ok(accepts(publishMessage.request.body, { name: 'm', timeToLiveMs: 365 * 24 * 3_600_000 }));
    assert.ok(!accepts(publishMessage.request.body, { name: 'm', timeToLiveMs: 365 * 24 * 3_600_000 + 1 }));
  });

  it('let a user task lose its assignee and due date by null', () => {
    const { body } = updateUserTask.request;
    assert.ok(accepts(body, { assignee: null, dueAt: null, followUpAt: '2026-01-01T00:00:00+01:00' }));
    assert.ok(!accepts(body, { candidateGroups: null }));
    assert.ok(!accepts(body, { dueAt: '2026-02-30T00:00:00Z' }));
    assert.ok(!accepts(body, { dueAt: 'tomorrow' }));
  });

  it('take file names and relative paths', () => {
    const { body } = deploy.request;
    const named = (name: string) => accepts(body, { resources: [{ name, content: '<x/>' }] });
    assert.ok(named('a b.bpmn') && named('größe.bpmn') && named('..bpmn') && named('models/a.bpmn'));
    for (const name of ['', '..', '/a', 'a/', 'a//b', 'a/../b', './a', 'a\\b', 'a\nb', 'a\0'])
      assert.ok(!named(name), JSON.stringify(name));
    assert.ok(!accepts(body, { resources: [] }));
  });

  it('take an Idempotency-Key of 1 to 255 visible ASCII characters', () => {
    const given = (key: string) => accepts(idempotencyHeaders, { 'idempotency-key': key });
    assert.ok(given('a') && given('~!"'.repeat(85)));
    for (const key of ['', 'a b', 'ä', 'x'.repeat(256), 'a\t']) assert.ok(!given(key), JSON.stringify(key));
  });

  it('read the limit of a list from text', () => {
    assert.deepEqual(listQuery.parse({}), { limit: 50 });
    assert.deepEqual(listQuery.parse({ limit: '7', after: 'x' }), { limit: 7, after: 'x' });
    for (const limit of ['0', '1001', '', ' 5', '0x10', '1e2', '-1', ['1', '2']]) {
      assert.ok(!accepts(listQuery, { limit }), JSON.stringify(limit));
    }
  });
});

describe('the filters of a search', () => {
  const search = (filter: unknown) => accepts(searchProcessInstances.request.body, { filter });

  it('take a value or operators', () => {
    assert.ok(search({ bpmnProcessId: 'a', version: { $gte: 2, $lt: 5 }, hasIncident: false }));
    assert.ok(
      search({ startedAt: { $gt: '2026-01-01T00:00:00Z' }, state: { $in: ['active', 'completed'] } }),
    );
    assert.ok(search({ businessKey: { $like: 'A-*' }, endedAt: { $exists: false } }));
  });

  it('refuse operators and values that do not fit the field', () => {
    const wrong = [
      { version: '2' },
      { version: { $like: '2*' } },
      { version: 2 ** 40 },
      { version: 1.5 },
      { hasIncident: 'true' },
      { hasIncident: { $gt: false } },
      { state: 'running' },
      { startedAt: 5 },
      { startedAt: { $like: '2026*' } },
      { businessKey: {} },
      { businessKey: { $regex: 'a' } },
      { businessKey: { $in: [] } },
      { businessKey: null },
      { businessKey: 'a\0' },
    ];
    for (const filter of wrong) assert.ok(!search(filter), JSON.stringify(filter));
  });

  it('take variables with any JSON value', () => {
    assert.ok(
      search({
        variables: [
          { name: 'a', value: null },
          { name: 'b', value: { c: 1 } },
        ],
      }),
    );
    assert.ok(!search({ variables: [{ name: 'a' }] }));
    assert.ok(!search({ variables: { a: 1 } }));
  });

  it('take one candidate or several', () => {
    const { body } = searchUserTasks.request;
    assert.ok(accepts(body, { filter: { candidateGroups: 'sales' } }));
    assert.ok(accepts(body, { filter: { candidateUsers: ['a', 'b'] } }));
    assert.ok(!accepts(body, { filter: { candidateUsers: [] } }));
  });

  it('take one place of a page, and each sort field once', () => {
    const { body } = searchProcessInstances.request;
    assert.ok(accepts(body, { page: { limit: 1_000, from: 20 } }));
    assert.ok(!accepts(body, { page: { from: 20, after: 'x' } }));
    assert.ok(!accepts(body, { page: { limit: 0 } }));
    assert.ok(accepts(body, { sort: [{ field: 'startedAt', order: 'desc' }, { field: 'businessKey' }] }));
    assert.ok(!accepts(body, { sort: [{ field: 'startedAt' }, { field: 'startedAt' }] }));
    assert.ok(!accepts(body, { sort: [{ field: 'colour' }] }));
  });
});
