import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { after, afterEach, before, beforeEach } from 'mocha';
import { chromium, type Browser, type Page } from 'playwright-core';
import { skip } from '../support/skip.js';

const quiet = [
  ...['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
  ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
];

/** A page in a real browser, and what went wrong in it. */
export interface WatchedPage {
  readonly page: Page;
  /** What the page wrote to its console as a warning or error, threw, asked in a dialog, or did against its policy. */
  readonly troubles: string[];
}

/** A new page for each test of the suite, which is skipped where there is no browser. */
export function useBrowser(): () => WatchedPage {
  let browser: Browser | undefined;
  let watched: WatchedPage | undefined;

  before('start a browser', async function start() {
    this.timeout(60_000);
    const executablePath = process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium';
    if (!existsSync(executablePath)) skip(this, `there is no Chromium at ${executablePath} (CHROMIUM_PATH)`);
    // With a new and empty profile, which is removed afterwards.
    browser = await chromium.launch({ executablePath, args: quiet });
  });
  beforeEach('open a page', async () => {
    assert(browser !== undefined);
    watched = await watch(await browser.newPage({ viewport: { width: 1280, height: 900 } }));
  });
  afterEach('close the page', () => watched?.page.context().close());
  after('stop the browser', () => browser?.close());

  return () => {
    if (watched === undefined) throw new Error('Expected an open page: use it in tests only.');
    return watched;
  };
}

async function watch(page: Page): Promise<WatchedPage> {
  page.setDefaultTimeout(10_000);
  const troubles: string[] = [];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) troubles.push(`${message.type()}: ${message.text()}`);
  });
  page.on('pageerror', (error) => troubles.push(`thrown: ${error.message}`));
  page.on('dialog', (dialog) => {
    troubles.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  await page.addInitScript(
    `addEventListener('securitypolicyviolation', (e) => console.error('policy', e.violatedDirective, e.blockedURI, e.sample));`,
  );
  return { page, troubles };
}
