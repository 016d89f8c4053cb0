// Only on SQLite: the page sees nothing but the REST interface, which is tested on both databases.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, it } from 'mocha';
import type { Locator, Page } from 'playwright-core';
import { deploy } from '../../src/contract/deployments.js';
import { searchIncidents } from '../../src/contract/incidents.js';
import { activateJobs, completeJob, failJob } from '../../src/contract/jobs.js';
import { bpmn } from '../support/bpmn-builder.js';
import { call } from '../support/contract-client.js';
import { startTestServer, type TestServer } from '../support/server.js';
import { started } from '../facade/use-server.js';
import { drawnModel } from './drawn-model.js';
import { useBrowser } from './use-browser.js';

const onboarding = new URL('../../processes/customer-onboarding.bpmn', import.meta.url);
const apiKey = 'a-key-of-the-operator';
const nasty = {
  image: '<img src=x onerror="alert(1)">',
  script: '</script><script>alert(2)</script>',
  link: 'javascript:alert(3)//"\'><svg onload=alert(4)>',
};

describe('the page', function () {
  this.timeout(60_000);
  let server: TestServer;
  const watched = useBrowser();

  const listen = async (config = {}): Promise<void> => {
    server = await startTestServer({ config });
  };
  beforeEach('start a server', () => listen());
  afterEach('stop the server', () => server.close());
  afterEach('nothing went wrong in the page', () => assert.deepEqual(watched().troubles, []));

  /** Deploys a model of this XML, with a key where the server wants one. */
  const deployed = async (content: string, headers = {}): Promise<void> => {
    const body = { resources: [{ name: 'model.bpmn', content }] };
    await call(server, deploy, 201, { body, headers });
  };

  const apply = (businessKey: string, more = {}): Promise<string> =>
    started(server, 'customer-onboarding', {
      businessKey,
      variables: { applicationId: businessKey, channel: 'mobile', applicant: { name: 'Ada' }, ...more },
    });

  /** Does the job that waits, as its worker would. */
  const work = async (type: string, variables: object): Promise<void> => {
    const { jobId } = await onlyJob(type);
    await call(server, completeJob, 204, { params: { jobId }, body: { variables } });
    await server.atRest();
  };

  const fail = async (type: string, errorMessage: string): Promise<void> => {
    const { jobId } = await onlyJob(type);
    await call(server, failJob, 204, { params: { jobId }, body: { retries: 0, errorMessage } });
  };

  const onlyJob = async (type: string) => {
    const body = { type, worker: 'test', maxJobs: 1, timeoutMs: 60_000 };
    const [job] = (await call(server, activateJobs, 200, { body })).jobs;
    assert(job !== undefined, `expected a job of type ${type}`);
    return job;
  };

  const open = async (path: string): Promise<Page> => {
    const { page } = watched();
    await page.goto(`${server.url}/${path}`);
    return page;
  };

  /** The shape of an element in the diagram. */
  const shape = (page: Page, elementId: string): Locator =>
    page.locator(`.djs-shape[data-element-id="${elementId}"]`);

  /** Resolves when the shape is marked so. */
  const marked = (page: Page, elementId: string, kind: string): Promise<void> =>
    page.locator(`.djs-shape.is-${kind}[data-element-id="${elementId}"]`).waitFor();

  /** What a browser does when its user comes back to the page: it is brought up to date at once. */
  const comeBack = (page: Page): Promise<unknown> =>
    page.evaluate(`document.dispatchEvent(new Event('visibilitychange'))`);

  describe('of the processes', () => {
    it('lists what is deployed with counts that lead to the instances', async () => {
      await deployed(await readFile(onboarding, 'utf8'));
      await apply('A-1');
      await fail('http', 'The register is closed.');
      await apply('A-2');
      const page = await open('');
      const cells = page.locator('tbody tr').first().locator('td');
      await cells.first().waitFor();
      assert.deepEqual((await cells.allInnerTexts()).slice(0, 4), [
        'Customer onboarding\ncustomer-onboarding',
        '1',
        '2',
        '1',
      ]);
      await cells.nth(3).getByRole('link').click();
      // The page of the processes says "1–1 of 1" too.
      await page.getByText('Only of Customer onboarding').waitFor();
      await page.getByText('1–1 of 1').waitFor();
      assert.match(page.url(), /#\/instances\?.*state=incident/);
      assert.equal(await page.locator('tbody tr').count(), 1);
    });

    it('says so when nothing is deployed', async () => {
      await (await open('')).getByText('Nothing is deployed yet').waitFor();
    });
  });

  describe('of the instances', () => {
    /** The business keys of the rows, once there are that many. */
    const keys = async (page: Page, count: string): Promise<readonly string[]> => {
      await page.getByText(count, { exact: true }).waitFor();
      return page.locator('tbody tr td:first-child').allInnerTexts();
    };

    it('are searched by business key, state and variable', async () => {
      await deployed(await readFile(onboarding, 'utf8'));
      await apply('A-1', { channel: 'web', amount: 7 });
      await fail('http', 'The register is closed.');
      await apply('A-2', { amount: 7 });
      await apply('B-1', { amount: '7' });
      const page = await open('#/instances');
      assert.deepEqual(await keys(page, '1–3 of 3'), ['B-1', 'A-2', 'A-1']);

      await page.getByLabel('Business key').fill('A-*');
      await page.getByRole('button', { name: 'Search' }).click();
      assert.deepEqual(await keys(page, '1–2 of 2'), ['A-2', 'A-1']);

      await page.getByLabel('Variable').fill('amount');
      await page.getByLabel('has the value').fill('7');
      await page.getByLabel('State').selectOption('with incident');
      await page.getByLabel('has the value').press('Enter');
      assert.deepEqual(await keys(page, '1–1 of 1'), ['A-1']);

      await page.getByLabel('State').selectOption('completed');
      await page.getByRole('button', { name: 'Search' }).click();
      await page.getByText('No instance was found.').waitFor();

      await page.goBack();
      assert.deepEqual(await keys(page, '1–1 of 1'), ['A-1']);
      assert.equal(await page.getByLabel('Business key').inputValue(), 'A-*');
    });

    it('come in pages', async () => {
      await deployed(bpmn('one').startEvent('s').userTask('u').endEvent('e').toXml());
      for (let index = 0; index < 27; index += 1) await started(server, 'one', { businessKey: `K-${index}` });
      const page = await open('#/instances');
      assert.equal((await keys(page, '1–25 of 27')).length, 25);
      await page.getByRole('link', { name: 'Next' }).click();
      assert.equal((await keys(page, '26–27 of 27')).length, 2);
      await page.getByRole('link', { name: 'Previous' }).click();
      assert.equal((await keys(page, '1–25 of 27')).length, 25);
    });

    it('tell what the server refuses', async () => {
      const { troubles } = watched();
      const page = await open('#/instances?state=undecided');
      await page.getByRole('alert').filter({ hasText: '/filter/state' }).waitFor();
      await page.goto(`${server.url}/#/instances/nobody`);
      await page
        .getByRole('alert')
        .filter({ hasText: 'Expected a process instance with the id "nobody"' })
        .waitFor();
      // The browser notes each answer that is no success.
      assert(troubles.splice(0).every((text) => /Failed to load resource.*(400|404)/.test(text)));
    });
  });

  describe('of one instance', () => {
    it('draws the diagram, and tells what waits, what has happened and what is known', async () => {
      await deployed(await readFile(onboarding, 'utf8'));
      const id = await apply('A-1');
      await work('http', { riskScore: 55 });
      await work('http', {});
      const page = await open(`#/instances/${id}`);
      await marked(page, 'await_documents', 'waiting');
      await marked(page, 'documents_and_review', 'holding');
      await marked(page, 'check_applicant', 'passed');
      assert.doesNotMatch((await shape(page, 'review_application').getAttribute('class')) ?? '', /is-/);
      assert.equal(await page.locator('.count.waiting').innerText(), '1');
      assert.equal(await page.locator('.bjs-powered-by').isVisible(), true);

      const waits = await page.locator('.waits li').allInnerTexts();
      assert.deepEqual(
        waits.map((text) => text.split('\n').slice(0, 2)),
        [
          ['Message', 'Withdrawn by customer'],
          ['Message', 'Await documents'],
          ['Time', 'Every 2 days'],
          ['Time', '14 days'],
        ],
      );
      const names = await page.locator('.timeline strong').allInnerTexts();
      assert.deepEqual(names.slice(0, 3), ['Application received', 'Check applicant', 'Risk acceptable?']);
      assert.match(await page.locator('.timeline li').last().innerText(), /^Await documents under way/);
      const values = await page.locator('.variables div').allInnerTexts();
      assert.deepEqual(values.slice(0, 2), ['applicant\n{\n  "name": "Ada"\n}', 'applicationId\n"A-1"']);
    });

    it('marks an incident, tells why, and tries again on demand', async () => {
      await deployed(await readFile(onboarding, 'utf8'));
      const id = await apply('A-1');
      await fail('http', 'The register is closed.');
      const page = await open(`#/instances/${id}`);
      await marked(page, 'check_applicant', 'incident');
      assert.equal(await page.locator('.count.incident').innerText(), '! 1');
      assert.match(
        await page.locator('.incidents').innerText(),
        /^Check applicant.*\n*The register is closed\./,
      );

      await page.getByRole('button', { name: 'Try again' }).click();
      await marked(page, 'check_applicant', 'waiting');
      assert.equal(await page.locator('.count.incident').count(), 0);
      assert.equal(await page.locator('.incidents').count(), 0);
      assert.equal(await page.getByRole('status').innerText(), 'Check applicant is tried again.');
      const { items } = await call(server, searchIncidents, 200, { body: {} });
      assert.equal(items.length, 1);
      assert(items[0]?.resolvedAt !== undefined);
    });

    it('brings itself up to date without drawing anew what has not changed', async () => {
      await deployed(await readFile(onboarding, 'utf8'));
      const id = await apply('A-1');
      const page = await open(`#/instances/${id}`);
      await marked(page, 'check_applicant', 'waiting');
      await page.locator('pre').first().focus();
      await page.evaluate(
        `document.querySelectorAll('.diagram svg, .variables').forEach((e) => (e.kept = true))`,
      );
      const { jobId } = await onlyJob('http');
      await call(server, failJob, 204, { params: { jobId }, body: { retries: 0, errorMessage: 'Closed.' } });
      await comeBack(page);
      await marked(page, 'check_applicant', 'incident');
      assert.equal(await page.evaluate(`document.querySelector('.variables').kept`), true);
      assert.equal(await page.evaluate(`document.querySelector('.diagram svg').kept`), true);
      assert.equal(await page.evaluate(`document.activeElement.tagName`), 'PRE');
    });

    it('asks the server again by itself', async () => {
      await deployed(await readFile(onboarding, 'utf8'));
      const id = await apply('A-1');
      const page = await open(`#/instances/${id}`);
      await marked(page, 'check_applicant', 'waiting');
      await fail('http', 'The register is closed.');
      await marked(page, 'check_applicant', 'incident');
    });

    it('tells that the server is away, and goes on when it is back', async () => {
      const { troubles } = watched();
      await deployed(await readFile(onboarding, 'utf8'));
      const id = await apply('A-1');
      const page = await open(`#/instances/${id}`);
      await marked(page, 'check_applicant', 'waiting');
      await page.route('**/v1/**', (route) => route.abort());
      await comeBack(page);
      const alert = page.getByRole('alert');
      await alert.filter({ hasText: 'cannot be reached' }).waitFor();
      await page.unroute('**/v1/**');
      await comeBack(page);
      await alert.waitFor({ state: 'hidden' });
      assert(troubles.splice(0).every((text) => /Failed to load resource/.test(text)));
    });

    it('shows what it can of a model without a diagram', async () => {
      await deployed(
        bpmn('bare').startEvent('s').userTask('u', { name: 'Look at it' }).endEvent('e').toXml(),
      );
      const page = await open(`#/instances/${await started(server, 'bare')}`);
      await page.getByText('The model cannot be drawn: no diagram to display.').waitFor();
      assert.match(await page.locator('.waits').innerText(), /Task\nLook at it\nfor anybody/);
    });

    it('can be used with the keyboard, and on a phone', async () => {
      await deployed(await readFile(onboarding, 'utf8'));
      await apply('A-1');
      const page = await open('#/instances');
      await page.setViewportSize({ width: 360, height: 740 });
      await page.getByRole('link', { name: 'A-1' }).waitFor();
      const focused = (): Promise<string> => page.evaluate<string>('document.activeElement.textContent');
      for (let presses = 0; presses < 20 && (await focused()) !== 'A-1'; presses += 1) {
        await page.keyboard.press('Tab');
      }
      await page.keyboard.press('Enter');
      await marked(page, 'check_applicant', 'waiting');
      assert.equal(await page.evaluate('document.documentElement.scrollWidth'), 360);
      assert.equal(await page.locator('.count.waiting').isVisible(), true);
      await page.getByRole('button', { name: 'Larger' }).press('Enter');
    });
  });

  it('shows names and values as the text that they are', async () => {
    const process = bpmn('nasty', { name: nasty.script })
      .startEvent('s', { name: nasty.image })
      .serviceTask('charge', { type: 'charge', name: nasty.image })
      .subProcess(
        'inner',
        (inner) => inner.startEvent('is').userTask('ask', { name: nasty.script }).endEvent('ie'),
        {
          name: nasty.link,
        },
      )
      .endEvent('e');
    const planes = [
      { elementId: 'nasty', drawn: ['s', 'charge', 'inner', 'e'] },
      { elementId: 'inner', drawn: ['is', 'ask', 'ie'] },
    ];
    await deployed(drawnModel(process.toXml(), planes));
    const variables = { [nasty.image]: nasty.script, [nasty.link]: { [nasty.script]: nasty.image } };
    const id = await started(server, 'nasty', { businessKey: nasty.link, variables });
    await fail('charge', nasty.image + nasty.script);

    const page = await open('');
    await page.getByText(nasty.script).waitFor();
    await page.goto(`${server.url}/#/instances?businessKey=${encodeURIComponent(nasty.link)}`);
    await page.getByRole('link', { name: nasty.link }).click();
    await marked(page, 'charge', 'incident');
    assert.match(page.url(), new RegExp(`#/instances/${id}$`));
    await page
      .locator('.incidents')
      .getByText(nasty.image + nasty.script)
      .waitFor();
    await page.locator('.timeline').getByText(nasty.image).first().waitFor();
    await page.locator('.variables dt').getByText(nasty.link).waitFor();
    await page.locator('.variables pre').getByText(JSON.stringify(nasty.script)).first().waitFor();

    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByRole('status').getByText(nasty.image).waitFor();
    await work('charge', {});
    await comeBack(page);
    await marked(page, 'inner', 'holding');
    await page.locator('.bjs-drilldown').click();
    await page.locator('.bjs-breadcrumbs').getByText(nasty.link).waitFor();
    await marked(page, 'ask', 'waiting');
    assert.equal(await page.locator('main script, main img, main [onerror], main [onload]').count(), 0);
  });

  it('asks for the key of a server that wants one, and forgets it on demand', async () => {
    const { troubles } = watched();
    await server.close();
    await listen({ apiKey });
    await deployed(await readFile(onboarding, 'utf8'), { authorization: `Bearer ${apiKey}` });
    const page = await open('');
    await page.getByLabel('Key').fill('another-key-that-is-wrong');
    await page.getByRole('button', { name: 'Go on' }).click();
    await page.getByText('The key was not accepted.').waitFor();
    await page.getByLabel('Key').fill(apiKey);
    await page.keyboard.press('Enter');
    await page.getByRole('link', { name: 'Customer onboarding', exact: true }).waitFor();
    await page.reload();
    await page.getByRole('link', { name: 'Customer onboarding', exact: true }).waitFor();
    assert.doesNotMatch(page.url() + (await page.content()), new RegExp(apiKey));
    await page.getByRole('button', { name: 'Forget key' }).click();
    await page.getByLabel('Key').waitFor();
    assert.equal(await page.evaluate('sessionStorage.length + localStorage.length'), 0);
    assert(troubles.splice(0).every((text) => /Failed to load resource.*401/.test(text)));
  });
});
