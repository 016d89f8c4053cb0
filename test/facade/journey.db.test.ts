import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import { deploy } from '../../src/contract/deployments.js';
import { getProcessInstance, startProcessInstance } from '../../src/contract/process-instances.js';
import { bpmn } from '../support/bpmn-builder.js';
import { call } from '../support/contract-client.js';
import { startTestServer, type TestServer } from '../support/server.js';

describe('x', () => {
  let server: TestServer;
  before(async function () { this.timeout(10000); server = await startTestServer(); });
  after(() => server.close());
  it('y', async () => {
    const xml = bpmn('order').startEvent('s').endEvent('e').toXml();
    const d = await call(server, deploy, 201, { body: { resources: [{ name: 'a.bpmn', content: xml }] } });
    console.log(d);
    const s = await call(server, startProcessInstance, 201, { body: { bpmnProcessId: 'order', awaitCompletion: true, variables: {a: 1} } });
    console.log(s, await call(server, getProcessInstance, 200, { params: { processInstanceId: s.processInstanceId } }));
    assert.ok(true);
  });
});
