// The reporter of the test command: one line per test file, failures with their stacks, and a JSON report for
// scripts/test.mjs. It also guards the run: past its time limit, or when something keeps the process alive after the
// last test, it tells what is still open and ends the process.
//
// Options: report=<file to write>, limitMs=<time for the whole run>, graceMs=<time to end after the last test>, quiet=true for no
// line about a file that passed in less than ten seconds.

import { writeFileSync } from 'node:fs';
import { relative } from 'node:path';

const slowMs = 10_000;

export default class Reporter {
  constructor(runner, { reporterOptions }) {
    this.options = reporterOptions;
    this.tests = [];
    this.trouble = [];
    this.file = undefined;
    this.running = undefined;
    this.hasEnded = false;

    runner.on('test', (test) => (this.running = test.fullTitle()));
    runner.on('hook', (hook) => (this.running = `${hook.parent?.fullTitle() ?? ''} ${hook.title}`));
    runner.on('pass', (test) => this.#record(test, 'passed'));
    runner.on('pending', (test) => this.#record(test, 'skipped', { reason: skipReason(test) }));
    runner.on('fail', (test, error) => this.#record(test, 'failed', { error: errorText(test, error) }));
    runner.once('end', () => this.#end());

    process.on('throughline:unhandledRejection', (error) =>
      this.#note(`Rejected, and nobody waited for it, ${placeOf(this.running)}: ${error.stack}`),
    );
    process.on('throughline:deprecation', (warning) =>
      this.#note(`Deprecated, ${placeOf(this.running)}: ${warning.stack}`),
    );
    const limitMs = Number(this.options.limitMs);
    setTimeout(() => this.#overrun(limitMs), limitMs).unref();
  }

  #record(test, state, more = {}) {
    const file = test.file === undefined ? '(no file)' : relative(process.cwd(), test.file);
    const isHook = test.type === 'hook';
    if (file !== this.file) this.#closeFile();
    this.file = file;
    this.tests.push({
      file,
      title: test.fullTitle(),
      state,
      isHook,
      durationMs: test.duration ?? 0,
      ...more,
    });
  }

  /** One line for the file whose tests have ended. */
  #closeFile() {
    if (this.file === undefined) return;
    const lastOther = this.tests.findLastIndex((test) => test.file !== this.file);
    const tests = this.tests.slice(lastOther + 1);
    const count = (state) => tests.filter((test) => test.state === state).length;
    const counts = ['passed', 'failed', 'skipped']
      .map((state) => [count(state), state])
      .filter(([n]) => n > 0);
    const durationMs = Math.round(tests.reduce((sum, test) => sum + test.durationMs, 0));
    const mark = count('failed') > 0 ? 'x' : count('passed') > 0 ? '.' : '-';
    if (this.options.quiet === 'true' && mark === '.' && durationMs < slowMs) return;
    console.log(
      `  ${mark} ${this.file}: ${counts.map((pair) => pair.join(' ')).join(', ')} (${durationMs} ms)`,
    );
    for (const { title, error } of tests.filter((test) => test.state === 'failed')) {
      console.log(`\n      ${title}\n${indent(error, 8)}\n`);
    }
  }

  #end() {
    this.hasEnded = true;
    this.#closeFile();
    this.file = undefined;
    this.running = undefined;
    const passed = this.tests.filter((test) => test.state === 'passed');
    if (this.options.quiet === 'true') {
      console.log(`  ${passed.length} passed in ${new Set(passed.map(({ file }) => file)).size} files`);
    }
    this.#write();
    setTimeout(() => {
      this.#giveUp(`The tests have ended, but the process is kept alive by: ${stillOpen()}`);
    }, Number(this.options.graceMs)).unref();
  }

  #overrun(limitMs) {
    if (this.hasEnded) return;
    this.#closeFile();
    this.#giveUp(`The time limit of ${limitMs} ms was exceeded in "${this.running}". Open: ${stillOpen()}`);
  }

  #giveUp(trouble) {
    this.#note(trouble);
    process.exit(1);
  }

  /** Notes what went wrong besides the tests, also when it comes after the last of them. */
  #note(trouble) {
    console.log(`\n  ${trouble}\n`);
    this.trouble.push(trouble);
    this.#write();
  }

  #write() {
    writeFileSync(this.options.report, JSON.stringify({ tests: this.tests, trouble: this.trouble }, null, 1));
  }
}

/** The reason that test/support/skip.ts has left on the test or on a suite around it. */
function skipReason(test) {
  for (let node = test; node !== undefined; node = node.parent) {
    if (node.skipReason !== undefined) return node.skipReason;
  }
  return 'no reason given';
}

function errorText(test, error) {
  if (error?.message === 'Pending test forbidden') return `Skipped: ${skipReason(test)}`;
  if (!(error instanceof Error)) return `Thrown value: ${JSON.stringify(error)}`;
  const cause = error.cause instanceof Error ? `\nCaused by ${errorText(test, error.cause)}` : '';
  return `${error.stack ?? error.message}${cause}`;
}

function placeOf(running) {
  return running ? `in or before "${running}"` : 'after the tests';
}

function stillOpen() {
  const counts = new Map();
  for (const name of process.getActiveResourcesInfo()) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts].map(([name, count]) => `${count} ${name}`).join(', ') || 'nothing that Node knows of';
}

function indent(text, spaces) {
  return text.replace(/^/gm, ' '.repeat(spaces));
}
