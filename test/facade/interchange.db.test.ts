import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { after, before, describe, it } from 'mocha';
import request from 'supertest';
import { deploy } from '../../src/contract/deployments.js';
import { listElementInstances } from '../../src/contract/process-instance-history.js';
import { getProcessInstance, startProcessInstance } from '../../src/contract/process-instances.js';
import { problem } from '../../src/contract/problem.js';
import { call, send } from '../support/contract-client.js';
import { startTestServer, type TestServer } from '../support/server.js';

const models = new URL('../definitions/vendors/', import.meta.url);

describe('models as other modelers write them, over REST', () => {
  let server: TestServer;
  before('start a server', async function start() {
    this.timeout(60_000);
    server = await startTestServer({});
  });
  after('stop the server', () => server.close());

  async function upload(file: string, query: object) {
    const { status, body } = await request(server.url)
      .post('/v1/deployments')
      .query(query)
      .attach('file', readFileSync(new URL(file, models)), file);
    return { status, body: body as unknown };
  }

  /** That somebody who reads the answer knows what to change in the drawing. */
  function assertRefused(status: number, body: unknown): void {
    assert.equal(status, 400);
    const { code, diagnostics = [] } = problem.parse(body);
    assert.equal(code, 'invalid-model');
    const errors = diagnostics.filter(({ severity }) => severity === 'error');
    assert.ok(errors.length > 0);
    for (const { code: what, elementId, line, message } of errors) {
      // A file without anything to execute has no element to name.
      if (what !== 'no-executable-process') assert.ok(elementId !== undefined && line !== undefined, message);
    }
  }

  async function assertRuns(bpmnProcessId: string): Promise<void> {
    const { status, body } = await send(server, startProcessInstance, { body: { bpmnProcessId } });
    // One that is started by a message alone is not started by request.
    if (status !== 201) return void assert.equal(problem.parse(body).status, 409, JSON.stringify(body));
    const { processInstanceId } = startProcessInstance.responses[201].parse(body);
    await server.atRest();
    const params = { processInstanceId };
    const instance = await call(server, getProcessInstance, 200, { params });
    if (instance.state !== 'active') return assert.equal(instance.state, 'completed');
    const { items } = await call(server, listElementInstances, 200, { params });
    assert.ok(instance.hasIncident || items.some(({ state }) => state === 'active'), JSON.stringify(items));
  }

  for (const file of readdirSync(models))
    it(`${file} is refused by element, or runs until it ends, waits or shows an incident`, async () => {
      const dryRun = await upload(file, { dryRun: true });
      const real = await upload(file, {});
      if (real.status !== 201) {
        assertRefused(dryRun.status, dryRun.body);
        return assertRefused(real.status, real.body);
      }
      assert.equal(dryRun.status, 200);
      const { processDefinitions } = deploy.responses[201].parse(real.body);
      assert.ok(processDefinitions.length > 0);
      for (const { bpmnProcessId } of processDefinitions) await assertRuns(bpmnProcessId);
    });
});
