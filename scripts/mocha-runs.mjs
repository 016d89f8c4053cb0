// The three runs of the tests: which files each takes, how it is run, and what two of them must have in common.

import { spawn } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** For a whole run, so that one that hangs ends. */
const limitMs = Number(process.env.TEST_LIMIT_MS ?? 10 * 60_000);

/**
 * The suites of a run, told from the file name: `x.test.ts` has none and needs no database, `x.db.test.ts` runs on both
 * databases, `x.sqlite.test.ts` and `x.postgres.test.ts` on one.
 */
export const runs = [
  { name: 'unit', suites: [undefined], timeoutMs: 2_000 },
  { name: 'sqlite', database: 'sqlite', suites: ['db', 'sqlite'], timeoutMs: 20_000 },
  {
    name: 'postgres',
    database: 'postgres',
    suites: ['db', 'postgres'],
    timeoutMs: 20_000,
  },
];

/** How long a process may live on after its last test; connections that are closing need a moment. */
const graceMs = Number(process.env.TEST_GRACE_MS ?? 5_000);
const killAfterMs = 15_000;
const reportFolder = 'reports';

/** The test files of a run; with `filters`, those whose path contains one of them. */
export function testFiles(run, filters = []) {
  return readdirSync('test', { recursive: true })
    .map((path) => join('test', path))
    .filter((path) => path.endsWith('.test.ts') && run.suites.includes(suiteOf(path)))
    .filter((path) => filters.length === 0 || filters.some((filter) => path.includes(filter)))
    .sort();
}

/** Files that run on one database only must say why in a comment on their first line. Answers with those that do not. */
export function unexplainedExemptions() {
  const onOne = runs
    .flatMap((run) => testFiles(run))
    .filter((path) => suiteOf(path) !== 'db' && suiteOf(path));
  return onOne.filter((path) => !/^\/\/ *\S+ \S+ \S+/.test(readFileSync(path, 'utf8')));
}

/** Runs the files with mocha and answers with its report: each test's file, title, state, and what went wrong besides. */
export async function runMocha(run, files, { mochaArgs, env }) {
  mkdirSync(reportFolder, { recursive: true });
  const report = join(reportFolder, `${run.name}.json`);
  rmSync(report, { force: true });
  const options = [`report=${report}`, `limitMs=${limitMs}`, `graceMs=${graceMs}`];
  const { code, signal } = await nodeProcess(
    [
      ...['--import', 'tsx', 'node_modules/mocha/bin/mocha.js', '--timeout', String(run.timeoutMs)],
      ...['--reporter', 'scripts/mocha-reporter.mjs', '--reporter-option', options.join(',')],
      ...mochaArgs,
      ...files,
    ],
    run.database === undefined ? env : { ...env, TEST_DATABASE: run.database },
  );
  const { tests, trouble } = readReport(report);
  const failed = tests.some((test) => test.state === 'failed') || trouble.length > 0;
  if (code !== 0 && !failed) trouble.push(`mocha ended with ${signal ?? `exit code ${code}`}.`);
  return { tests, trouble };
}

/** The tests that were executed on one of two runs only, as lines of text. */
export function executedOnOneOnly([nameA, testsA], [nameB, testsB]) {
  const executed = (tests) => new Set(tests.filter(isExecuted).filter(isOnBoth).map(nameOf));
  const [a, b] = [executed(testsA), executed(testsB)];
  return [
    ...[...a].filter((name) => !b.has(name)).map((name) => `on ${nameA} only: ${name}`),
    ...[...b].filter((name) => !a.has(name)).map((name) => `on ${nameB} only: ${name}`),
  ];
}

export function isExecuted(test) {
  return test.state !== 'skipped' && !test.isHook;
}

/** Whether both databases must execute a test. */
export function isOnBoth(test) {
  return suiteOf(test.file) === 'db';
}

export function nameOf({ file, title }) {
  return `${file} › ${title}`;
}

function suiteOf(path) {
  return /\.(db|sqlite|postgres)\.test\.ts$/.exec(path)?.[1];
}

function readReport(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    return { tests: [], trouble: [`mocha left no report (${error.message}).`] };
  }
}

/** Runs Node in a process group of its own, so that a run that is stuck can be killed with all that it started. */
function nodeProcess(args, env) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, {
      stdio: ['ignore', 'inherit', 'inherit'],
      env,
      detached: true,
    });
    const kill = () => {
      try {
        process.kill(-child.pid, 'SIGKILL');
      } catch {
        // It has ended.
      }
    };
    const killer = setTimeout(kill, limitMs + killAfterMs);
    process.once('exit', kill);
    child.once('error', reject);
    child.once('close', (code, signal) => {
      clearTimeout(killer);
      process.removeListener('exit', kill);
      resolve({ code, signal });
    });
  });
}
