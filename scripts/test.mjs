// The test command: checks of the source, then the tests without a database, on SQLite and on PostgreSQL, two parts at a time.
//
//   npm test                            everything
//   npm test -- --only unit             one run: unit, sqlite or postgres
//   npm test -- join-gateway            only test files whose path contains this
//   npm test -- --grep "parallel join"  only tests whose name matches this; further options go to mocha as well
//
// Ends with "N passed, N failed, N skipped" alone on a line. A check that fails counts as one failed. The exit code is
// not 0 when anything failed, when no test was executed, and, with CI=true or REQUIRE_SERVICES=1, when any was skipped.

import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { register } from 'tsx/esm/api';
import { build, isBuilt } from './build.mjs';
import { executedOnOneOnly, isExecuted, isOnBoth, nameOf, partsOf, runMocha, runs } from './mocha-runs.mjs';
import { testFiles, unexplainedExemptions } from './mocha-runs.mjs';
import { runNode } from './run-node.mjs';

const checks = [
  ['Format', 'prettier', '--check', '.', '--log-level', 'warn'],
  ['Lint', 'eslint', '.', '--max-warnings', '0'],
  ['Types', 'tsc', '-p', 'tsconfig.json'],
  ['Types of the page', 'tsc', '-p', 'src/console/tsconfig.json'],
  ['Import rules', 'depcruise', '--config', '.dependency-cruiser.cjs', 'src', 'migrations', 'test', 'bench'],
  ['Lock file', 'scripts/check-lockfile.mjs'],
  ['Licences', 'scripts/check-licences.mjs'],
];

const { only, filters, mochaArgs } = parseArguments(process.argv.slice(2));
const isWhole = only === undefined && filters.length === 0 && mochaArgs.length === 0;
const skipsAreFailures = process.env.CI === 'true' || process.env.REQUIRE_SERVICES === '1';

const failures = [];
const results = new Map();
const services = [];

for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, () => void closeServices().finally(() => process.exit(1)));
}

if (isWhole) {
  await inLanes(checks.map(([title, ...command]) => [title, (write) => check(title, command, write)]));
  for (const path of unexplainedExemptions()) {
    failures.push(`${path} runs on one database only: its first line must be a comment that tells why`);
  }
}
const env = await timed('Services', findServices);
try {
  if (isWhole) await timed('Build', buildProgram);
  const parts = plannedParts();
  await inLanes(parts.map((part) => [titleOf(part), (write) => runTests(part, write)]));
  const { missingPostgres } = services;
  if (
    missingPostgres !== undefined &&
    parts.some(({ name, files }) => name === 'postgres' && files.length > 0)
  ) {
    skipPostgres(`PostgreSQL is missing: ${missingPostgres}`);
  }
} finally {
  await closeServices();
}
compareDatabases();
summarize();

/** Separates our own options and path filters from what is meant for mocha. */
function parseArguments(args) {
  const { values, positionals, tokens } = parseArgs({
    args,
    options: {
      only: { type: 'string' },
      grep: { type: 'string', short: 'g' },
      fgrep: { type: 'string', short: 'f' },
    },
    allowPositionals: true,
    strict: false,
    tokens: true,
  });
  const names = runs.map((run) => run.name);
  if (values.only !== undefined && !names.includes(values.only)) {
    console.error(
      `Expected --only to be followed by one of ${names.join(', ')} but found ${String(values.only)}.`,
    );
    process.exit(2);
  }
  const forMocha = tokens.filter((token) => token.kind === 'option' && token.name !== 'only');
  return {
    only: values.only,
    filters: positionals,
    mochaArgs: forMocha.flatMap(({ name, value }) =>
      value === undefined ? [`--${name}`] : [`--${name}`, value],
    ),
  };
}

async function timed(title, action) {
  console.log(`\n== ${title}`);
  const start = performance.now();
  const result = await action();
  console.log(`   ${((performance.now() - start) / 1000).toFixed(1)} s`);
  return result;
}

/** Does what is named, in order, with as many at once as there are processors; one after the other if there is one thing only. */
async function inLanes(tasks) {
  const lanes = Math.min(tasks.length, Number(process.env.TEST_LANES ?? Math.min(2, availableParallelism())));
  if (lanes < 2) {
    for (const [title, action] of tasks) await timed(title, () => action());
    return;
  }
  const left = [...tasks];
  const width = Math.max(...tasks.map(([title]) => title.length));
  const lane = async () => {
    for (let task = left.shift(); task; task = left.shift()) {
      const [title, action] = task;
      const write = (line) => console.log(`${title.padEnd(width)} | ${line}`);
      const start = performance.now();
      await action(write);
      write(`done in ${((performance.now() - start) / 1000).toFixed(1)} s`);
    }
  };
  console.log('');
  await Promise.all(Array.from({ length: lanes }, lane));
}

async function check(title, [program, ...args], write) {
  const script = program.endsWith('.mjs') ? program : binaryOf(program);
  const { code, signal } = await runNode([script, ...args], { write });
  if (code !== 0) failures.push(`${title}: ${signal ?? `exit code ${code}`}`);
}

/** The tests that start the program start what users start, which takes less time than to compile it each time. */
async function buildProgram() {
  if (!existsSync('tsconfig.build.json')) return;
  if (!isBuilt()) await build();
  env.TEST_PROGRAM = 'dist/src/main.js';
}

/** A tool's own script: starting it through npx costs a second each time. */
function binaryOf(tool) {
  const paths = {
    prettier: 'prettier/bin/prettier.cjs',
    eslint: 'eslint/bin/eslint.js',
    tsc: 'typescript/bin/tsc',
    depcruise: 'dependency-cruiser/bin/dependency-cruise.mjs',
  };
  return `node_modules/${paths[tool]}`;
}

/** The environment of the tests, with the services that were found or started. */
async function findServices() {
  const unregister = register();
  const { openPostgres } = await import('../test/support/services/postgres-service.ts');
  const { openRedis } = await import('../test/support/services/redis-service.ts');
  await unregister();
  const [postgres, redis] = await Promise.all([openPostgres(), openRedis()]);
  const found = { ...process.env, NODE_ENV: 'test' };
  for (const [name, variable, service] of [
    ['PostgreSQL', 'TEST_DATABASE_URL', postgres],
    ['Redis', 'TEST_REDIS_URL', redis],
  ]) {
    if (service.available) {
      services.push(service);
      found[variable] = service.url;
      console.log(`  ${name}: ${service.origin}`);
    } else {
      delete found[variable];
      console.log(`  ${name}: none, because ${service.reason}`);
    }
  }
  services.missingPostgres = postgres.available ? undefined : postgres.reason;
  return found;
}

async function closeServices() {
  await Promise.allSettled(services.splice(0).map((service) => service.close()));
}

/** What has to be run, what takes long first. */
function plannedParts() {
  const wanted = runs.filter(({ name }) => only === undefined || only === name);
  const longFirst = [...wanted].sort(
    (a, b) => Number(a.database === undefined) - Number(b.database === undefined),
  );
  return longFirst.flatMap((run) => {
    const files = testFiles(run, filters);
    return isWhole ? partsOf(run, files) : [{ ...run, part: run.name, files }];
  });
}

function titleOf({ database, part }) {
  return database === undefined ? 'Tests without a database' : `Database tests on ${part}`;
}

async function runTests(part, write) {
  if (part.files.length === 0) return (write ?? console.log)('  no test files');
  if (part.database === 'postgres' && services.missingPostgres !== undefined) return undefined;
  const { tests, trouble } = await runMocha(part, { mochaArgs, env, write });
  results.set(part.name, [...(results.get(part.name) ?? []), ...tests]);
  failures.push(...trouble.map((text) => `${part.part}: ${text}`));
  return undefined;
}

/** Without PostgreSQL, the tests that SQLite has executed are reported as skipped there. */
function skipPostgres(reason) {
  const onSqlite = (results.get('sqlite') ?? []).filter((test) => isExecuted(test) && isOnBoth(test));
  const skipped = onSqlite.map(({ file, title }) => ({
    file,
    title: `${title} (postgres)`,
    state: 'skipped',
    reason,
  }));
  const whole = { file: 'test', title: 'all database tests (postgres)', state: 'skipped', reason };
  results.set('postgres', skipped.length > 0 ? skipped : [whole]);
}

/** A suite that only one database executes proves nothing about the other. */
function compareDatabases() {
  const [sqlite, postgres] = [results.get('sqlite'), results.get('postgres')];
  if (sqlite === undefined || postgres === undefined || services.missingPostgres !== undefined) return;
  failures.push(
    ...executedOnOneOnly(['sqlite', sqlite], ['postgres', postgres]).map((line) => `executed ${line}`),
  );
}

/** So much of an error as tells what it is; the whole of it stands with its file. */
function beginningOf(error = '') {
  return error.split('\n').slice(0, 4).join('\n    ').slice(0, 500);
}

function summarize() {
  const tests = [...results].flatMap(([run, list]) => list.map((test) => ({ ...test, run })));
  const failed = tests.filter((test) => test.state === 'failed');
  const skipped = tests.filter((test) => test.state === 'skipped');
  const passed = tests.length - failed.length - skipped.length;
  if (tests.length === skipped.length) failures.push('no test was executed');

  if (skipped.length > 0) console.log('\n== Skipped');
  for (const test of skipped) console.log(`  ${nameOf(test)}: ${test.reason}`);
  if (failed.length + failures.length > 0) console.log('\n== Failed');
  for (const test of failed) console.log(`  ${test.run}: ${nameOf(test)}\n    ${beginningOf(test.error)}`);
  for (const failure of failures) console.log(`  ${failure}`);
  if (skipsAreFailures && skipped.length > 0)
    console.log('\nSkipped tests are failures here (CI or REQUIRE_SERVICES).');

  const failedCount = failed.length + failures.length;
  console.log(`\n${passed} passed, ${failedCount} failed, ${skipped.length} skipped`);
  process.exitCode = failedCount > 0 || (skipsAreFailures && skipped.length > 0) ? 1 : 0;
}
