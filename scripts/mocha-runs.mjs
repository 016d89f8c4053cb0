// The three runs of the tests: which files each takes, how it is run, and what two of them must have in common.

import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { runNode } from './run-node.mjs';

/** For a whole run, so that one that hangs ends. */
const limitMs = Number(process.env.TEST_LIMIT_MS ?? 15 * 60_000);

/**
 * The suites of a run, told from the file name: `x.test.ts` has none and needs no database, `x.db.test.ts` runs on both
 * databases, `x.sqlite.test.ts` and `x.postgres.test.ts` on one.
 */
export const runs = [
  { name: 'unit', suites: [undefined], timeoutMs: 30_000 },
  { name: 'sqlite', database: 'sqlite', suites: ['db', 'sqlite'], timeoutMs: 60_000 },
  {
    name: 'postgres',
    database: 'postgres',
    suites: ['db', 'postgres'],
    timeoutMs: 60_000,
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

/** The files of a run in parts that take about as long as each other, each for a process of its own. */
export function partsOf(run, files) {
  if (run.database === undefined) return [{ ...run, part: run.name, files }];
  const isConformance = (file) => file.includes('conformance');
  return [
    { ...run, part: run.name, files: files.filter((file) => !isConformance(file)) },
    { ...run, part: `${run.name}-conformance`, files: files.filter(isConformance) },
  ].filter((part) => part.files.length > 0);
}

/**
 * Runs the files of a part with mocha and answers with its report: each test's file, title, state, and what went wrong besides. Its
 * output is written line by line to `write`, or as it comes without one.
 */
export async function runMocha({ part, files, ...run }, { mochaArgs, env, write }) {
  mkdirSync(reportFolder, { recursive: true });
  const report = join(reportFolder, `${part}.json`);
  rmSync(report, { force: true });
  // Where several parts write at once, only what is worth reading.
  const quiet = write !== undefined;
  const options = [`report=${report}`, `limitMs=${limitMs}`, `graceMs=${graceMs}`, `quiet=${quiet}`];
  const { code, signal } = await runNode(
    [
      ...['--import', 'tsx', 'node_modules/mocha/bin/mocha.js', '--timeout', String(run.timeoutMs)],
      ...['--reporter', 'scripts/mocha-reporter.mjs', '--reporter-option', options.join(',')],
      ...mochaArgs,
      ...files,
    ],
    {
      env: run.database === undefined ? env : { ...env, TEST_DATABASE: run.database },
      limitMs: limitMs + killAfterMs,
      write,
    },
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
