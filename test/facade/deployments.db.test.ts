import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import request from 'supertest';
import { deploy } from '../../src/contract/deployments.js';
import {
  deleteProcessDefinition,
  getProcessDefinition,
  getProcessDefinitionStatistics,
  getProcessDefinitionXml,
  searchProcessDefinitions,
} from '../../src/contract/process-definitions.js';
import { cancelProcessInstance } from '../../src/contract/process-instances.js';
import { bpmn } from '../support/bpmn-builder.js';
import { call, refused } from '../support/contract-client.js';
import { deployed, started, useServer } from './use-server.js';

const order = bpmn('order', { name: 'Order' }).startEvent('s').userTask('approve').endEvent('e');
const longer = bpmn('order').startEvent('s').userTask('approve').userTask('pay').endEvent('e');
const unknown = { processDefinitionId: 'no-such-id' };

describe('deployments over REST', () => {
  const server = useServer();
  const resource = { name: 'order.bpmn', content: order.toXml() };

  it('give each changed model a new version, and an unchanged one its present version', async () => {
    const deployVersion = async (content: string) => {
      const body = { resources: [{ ...resource, content }] };
      const { processDefinitions } = await call(server(), deploy, 201, { body });
      return processDefinitions[0];
    };
    const first = await deployVersion(order.toXml());
    assert.deepEqual([first?.bpmnProcessId, first?.name, first?.version], ['order', 'Order', 1]);
    assert.equal((await deployVersion(longer.toXml()))?.version, 2);
    const again = await deployVersion(longer.toXml());
    assert.equal(again?.version, 2);
  });

  it('take files and XML', async () => {
    const upload = await request(server().url)
      .post('/v1/deployments')
      .attach('f', Buffer.from(order.toXml()), 'order.bpmn');
    assert.equal(upload.status, 201);
    const xml = await request(server().url)
      .post('/v1/deployments')
      .type('application/xml')
      .send(longer.toXml());
    assert.equal(xml.status, 201);
    const { items } = await call(server(), searchProcessDefinitions, 200, {
      body: { sort: [{ field: 'version' }] },
    });
    assert.deepEqual(
      items.map(({ version, resourceName }) => [version, resourceName]),
      [
        [1, 'order.bpmn'],
        [2, 'model.bpmn'],
      ],
    );
  });

  it('only validate on a dry run', async () => {
    const dryRun = await call(server(), deploy, 200, {
      query: { dryRun: 'true' },
      body: { resources: [resource] },
    });
    assert.equal(dryRun.deploymentId, undefined);
    assert.deepEqual(
      dryRun.processDefinitions.map(({ version }) => version),
      [1],
    );
    const { page } = await call(server(), searchProcessDefinitions, 200);
    assert.equal(page.totalItems, 0);
  });

  it('refuse a model with errors as a whole, with diagnostics', async () => {
    const dangling = resource.content.replace('targetRef="e"', 'targetRef="nowhere"');
    const body = { resources: [resource, { name: 'broken.bpmn', content: dangling }] };
    const { diagnostics = [] } = await refused(server(), deploy, 'invalid-model', { body });
    assert.ok(diagnostics.some(({ severity, line }) => severity === 'error' && line !== undefined));
    for (const content of ['<not closed', 'no xml', '{}', '<!DOCTYPE x><definitions/>', '<definitions/>']) {
      await refused(server(), deploy, 'invalid-model', {
        body: { resources: [{ name: 'x.bpmn', content }] },
      });
    }
    assert.equal((await call(server(), searchProcessDefinitions, 200)).page.totalItems, 0);
  });

  it('are done once for an Idempotency-Key', async () => {
    const headers = { 'idempotency-key': 'deploy-1' };
    const first = await call(server(), deploy, 201, { headers, body: { resources: [resource] } });
    const again = await server().request('POST', '/v1/deployments', { resources: [resource] }, headers);
    assert.equal(again.headers.get('idempotent-replayed'), 'true');
    assert.deepEqual(again.body, first);
    const other = { resources: [{ name: 'order.bpmn', content: longer.toXml() }] };
    await refused(server(), deploy, 'idempotency-key-reused', { headers, body: other });
  });
});

describe('process definitions over REST', () => {
  const server = useServer();

  it('are found by id, with their XML as it was deployed', async () => {
    const [processDefinitionId = ''] = await deployed(server(), order);
    const params = { processDefinitionId };
    const found = await call(server(), getProcessDefinition, 200, { params });
    assert.deepEqual([found.bpmnProcessId, found.name, found.version], ['order', 'Order', 1]);
    assert.equal(found.deployedAt, '2026-01-01T00:00:00.000Z');

    const xml = await request(server().url)
      .get(`/v1/process-definitions/${processDefinitionId}/xml`)
      .buffer(true);
    assert.equal(xml.headers['content-type'], 'application/xml');
    assert.equal(xml.headers['content-disposition'], 'attachment');
    assert.equal(String(xml.text), order.toXml());
  });

  it('are searched with filter, order and pages', async () => {
    await deployed(
      server(),
      order,
      bpmn('claim').startEvent('s').endEvent('e'),
      bpmn('claims').startEvent('s').endEvent('e'),
    );
    await deployed(server(), longer);
    const search = async (body: object) =>
      (await call(server(), searchProcessDefinitions, 200, { body })).items.map(
        ({ bpmnProcessId, version }) => `${bpmnProcessId} ${version}`,
      );
    const sort = [{ field: 'bpmnProcessId' }, { field: 'version', order: 'desc' }];
    assert.deepEqual(await search({ sort }), ['claim 1', 'claims 1', 'order 2', 'order 1']);
    assert.deepEqual(await search({ filter: { version: { $gte: 2 } } }), ['order 2']);
    assert.deepEqual(await search({ filter: { bpmnProcessId: { $like: 'claim?' } } }), ['claims 1']);
    assert.deepEqual(await search({ sort, page: { limit: 2, from: 1 } }), ['claims 1', 'order 2']);

    const first = await call(server(), searchProcessDefinitions, 200, { body: { sort, page: { limit: 3 } } });
    assert.deepEqual(
      [first.items.length, first.page.totalItems, first.page.hasMoreTotalItems],
      [3, 4, false],
    );
    assert.deepEqual(await search({ sort, page: { limit: 3, after: first.page.endCursor } }), ['order 1']);
    await refused(server(), searchProcessDefinitions, 'validation-failed', {
      body: { page: { after: 'invented' } },
    });
  });

  it('count element instances and incidents per element', async () => {
    const [processDefinitionId = ''] = await deployed(server(), order);
    await started(server(), 'order');
    await started(server(), 'order');
    const { items } = await call(server(), getProcessDefinitionStatistics, 200, {
      params: { processDefinitionId },
    });
    assert.deepEqual(
      items.filter(({ elementId }) => elementId === 'approve'),
      [{ elementId: 'approve', active: 2, completed: 0, canceled: 0, incidents: 0 }],
    );
  });

  it('are deleted only when no instance runs', async () => {
    const [processDefinitionId = ''] = await deployed(server(), order);
    const processInstanceId = await started(server(), 'order');
    const params = { processDefinitionId };
    await refused(server(), deleteProcessDefinition, 'invalid-state', { params });
    await call(server(), cancelProcessInstance, 204, { params: { processInstanceId } });
    await call(server(), deleteProcessDefinition, 204, { params });
    await refused(server(), getProcessDefinition, 'not-found', { params });
  });

  it('are not found by an unknown id', async () => {
    for (const operation of [
      getProcessDefinition,
      getProcessDefinitionXml,
      getProcessDefinitionStatistics,
      deleteProcessDefinition,
    ]) {
      await refused(server(), operation, 'not-found', { params: unknown });
    }
  });
});
