// Only on SQLite: the page sees nothing but the REST interface, which is tested on both databases.
import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'mocha';
import type { Locator, Page } from 'playwright-core';
import { operations } from '../../src/contract/operations.js';
import { bpmn } from '../support/bpmn-builder.js';
import { deploy } from '../../src/contract/deployments.js';
import { call } from '../support/contract-client.js';
import { startTestServer, type TestServer } from '../support/server.js';
import { useBrowser } from './use-browser.js';

const apiKey = 'a-key-of-the-operator';

describe('the API reference', function () {
  this.timeout(60_000);
  let server: TestServer;
  let asked: string[] = [];
  const watched = useBrowser();

  beforeEach('start a server', async () => {
    server = await startTestServer({ config: { apiKey } });
    asked = [];
    watched().page.on('request', (request) => asked.push(request.url()));
  });
  afterEach('nothing was asked of anybody else', () => {
    assert.ok(asked.length > 0);
    assert.deepEqual(
      asked.filter((url) => !url.startsWith(`${server.url}/`)),
      [],
    );
  });
  afterEach('nothing went wrong in the page', () => assert.deepEqual(watched().troubles, []));
  afterEach('stop the server', () => server.close());

  const open = async (hash = ''): Promise<Page> => {
    const { page } = watched();
    await page.goto(`${server.url}/docs${hash}`);
    await page.getByRole('heading', { level: 1 }).waitFor();
    return page;
  };
  const operation = (page: Page, operationId: string): Locator => page.locator(`details#${operationId}`);

  it('shows every operation of the contract, and opens the one that the address names', async () => {
    const page = await open('#getProcessInstance');
    const shown = await page.locator('details.operation').evaluateAll((all) => all.map(({ id }) => id));
    assert.deepEqual([...shown].sort(), operations.map(({ operationId }) => operationId).sort());
    const named = operation(page, 'getProcessInstance');
    await named.getByText('process-instance:read').waitFor();
    await named.getByRole('cell', { name: 'processInstanceId', exact: true }).waitFor();
    assert.equal(await operation(page, 'cancelProcessInstance').getByText('Try it').count(), 0);
  });

  it('draws all of every operation, with nothing against its policy', async () => {
    const page = await open();
    await page.evaluate(`document.querySelectorAll('details.operation').forEach((one) => (one.open = true))`);
    await page
      .getByText('Try it')
      .nth(operations.length - 1)
      .waitFor();
    await page.evaluate(`document.querySelectorAll('details').forEach((one) => (one.open = true))`);
    await page.getByText('`', { exact: false }).first().waitFor({ state: 'detached' });
    await operation(page, 'activateJobs').getByText('maxJobs').first().waitFor();
  });

  it('sends a request with the key of the tab, and shows the answer', async () => {
    const headers = { authorization: `Bearer ${apiKey}` };
    const resources = [
      { name: 'p.bpmn', content: bpmn('p').startEvent('s').userTask('u').endEvent('e').toXml() },
    ];
    await call(server, deploy, 201, { body: { resources }, headers });
    const page = await open('#startProcessInstance');
    const start = operation(page, 'startProcessInstance');
    await start.getByLabel('body', { exact: true }).fill('{"bpmnProcessId": "p", "businessKey": "<b>A</b>"}');
    await start.getByRole('button', { name: 'Send' }).click();
    await start.getByText('401 Unauthorized').waitFor();
    assert.match(await start.locator('.answer').innerText(), /"code": "unauthorized"/);
    assert.match(
      await start.locator('.command').innerText(),
      /^curl [^\n]*\n# where the server asks for credentials, with -H "Authorization: Bearer \$THROUGHLINE_API_KEY"$/,
    );
    // The browser notes each answer that is no success.
    assert(
      watched()
        .troubles.splice(0)
        .every((text) => /Failed to load resource.*401/.test(text)),
    );

    await page.getByRole('textbox', { name: 'API key' }).fill(apiKey);
    await start.getByRole('button', { name: 'Send' }).click();
    await start.getByText('201 Created').waitFor();
    assert.match(await start.locator('.answer').innerText(), /"businessKey": "<b>A<\/b>"/);
    const command = await start.locator('.command').innerText();
    assert.match(command, /^curl -X POST 'http.*\/v1\/process-instances'.*\$THROUGHLINE_API_KEY/);
    assert.doesNotMatch(command, new RegExp(apiKey));

    const found = await server.request('POST', '/v1/process-instances/search', {}, headers);
    assert.equal((found.body as { items: unknown[] }).items.length, 1);
  });

  it('shows a stream as it comes, and stops it', async () => {
    const page = await open('#streamEvents');
    await page.getByRole('textbox', { name: 'API key' }).fill(apiKey);
    const stream = operation(page, 'streamEvents');
    await stream.getByRole('button', { name: 'Send' }).click();
    await stream.getByText('content-type: text/event-stream').waitFor();
    await stream.getByRole('button', { name: 'Stop' }).click();
    await stream.getByRole('button', { name: 'Stop' }).waitFor({ state: 'hidden' });
  });

  it('says so when the document cannot be read', async () => {
    const { page, troubles } = watched();
    await page.route('**/openapi.json', (route) => route.abort());
    await page.goto(`${server.url}/docs`);
    await page.getByRole('alert').waitFor();
    assert(troubles.splice(0).every((text) => /Failed to load resource/.test(text)));
  });
});
