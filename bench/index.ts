/**
 * Measures and prints: `npm run bench`, or one suite with `npm run bench -- --suite engine`. Each part runs in a process of its own.
 * What is bound by our own code is compiled first: the loader that runs TypeScript directly makes every closure slower.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { shownTable, type Table } from './table.js';

interface Part {
  /** The module in this folder. */
  readonly name: string;
  /** `tables`: exports `run`, which answers tables. `script`: prints by itself when it is run. */
  readonly kind: 'tables' | 'script';
  readonly compiled?: true;
  /** Takes the URL of an empty database. */
  readonly needsDatabase?: true;
  /** Gets what the command line says beside `--suite`. */
  readonly takesArguments?: true;
  /** Takes so long that it is done only when it is asked for. */
  readonly onlyByName?: true;
}

const suites: Readonly<Record<string, readonly Part[]>> = {
  engine: [{ name: 'engine', kind: 'tables', compiled: true }],
  dmn: [{ name: 'dmn', kind: 'tables', compiled: true }],
  feel: [{ name: 'feel', kind: 'script', compiled: true }],
  store: [
    { name: 'store', kind: 'script', needsDatabase: true },
    { name: 'one-instance', kind: 'tables' },
  ],
  events: [{ name: 'events', kind: 'script', compiled: true }],
  webhooks: [{ name: 'webhooks', kind: 'script', compiled: true }],
  identity: [
    { name: 'identity', kind: 'script', compiled: true },
    { name: 'records', kind: 'tables', compiled: true },
  ],
  strangers: [{ name: 'strangers', kind: 'script', compiled: true }],
  server: [{ name: 'server/index', kind: 'script', compiled: true, takesArguments: true }],
  search: [{ name: 'server/search', kind: 'script', compiled: true, takesArguments: true, onlyByName: true }],
  backlog: [
    { name: 'server/backlog', kind: 'script', compiled: true, takesArguments: true, onlyByName: true },
  ],
  soak: [{ name: 'server/soak', kind: 'script', compiled: true, takesArguments: true, onlyByName: true }],
};

const { suite, tables, others } = readArguments(process.argv.slice(2));
if (tables === undefined) measure(suite, others);
else await printTables(tables);

/** `--suite` and `--tables` with what follows each, and all that a suite is given as it is. */
function readArguments(args: readonly string[]) {
  const taken = new Map<string, string>();
  const others = [...args];
  for (const name of ['--suite', '--tables']) {
    const index = others.indexOf(name);
    if (index >= 0) taken.set(name, others.splice(index, 2)[1] ?? '');
  }
  return { suite: taken.get('--suite'), tables: taken.get('--tables'), others };
}

function measure(chosen: string | undefined, args: readonly string[]): void {
  const names = Object.keys(suites);
  if (chosen !== undefined && !names.includes(chosen)) {
    console.error(`Expected --suite to be followed by one of ${names.join(', ')} but found ${chosen}.`);
    process.exitCode = 2;
    return;
  }
  const parts = names
    .filter((name) => chosen === undefined || name === chosen)
    .flatMap((name) => suites[name] ?? [])
    .filter(({ onlyByName }) => !onlyByName || chosen !== undefined);
  if (args.length > 0 && !parts.every(({ takesArguments }) => takesArguments)) {
    console.error(`Expected nothing beside --suite but found ${args.join(' ')}.`);
    process.exitCode = 2;
    return;
  }
  const present = parts.filter(({ name }) => existsSync(join('bench', `${name}.ts`)));
  const folder = mkdtempSync(join(process.cwd(), '.dist-bench-'));
  try {
    if (present.some(({ compiled }) => compiled)) compile(folder);
    for (const part of present) runPart(part, folder, args);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function compile(outDir: string): void {
  runNode(['node_modules/typescript/bin/tsc', '-p', 'bench', '--outDir', outDir]);
}

function runPart(
  { name, kind, compiled, needsDatabase }: Part,
  folder: string,
  args: readonly string[],
): void {
  console.log(`\n== ${name}`);
  const file = (module: string) =>
    compiled ? [join(folder, 'bench', `${module}.js`)] : ['--import', 'tsx', join('bench', `${module}.ts`)];
  if (kind === 'tables') {
    runNode([...file('index'), '--tables', pathToFileURL(file(name).at(-1) ?? '').href]);
    return;
  }
  const data = mkdtempSync(join(tmpdir(), 'throughline-bench-'));
  try {
    runNode([...file(name), ...(needsDatabase ? [`sqlite:${join(data, 'throughline.db')}`] : []), ...args]);
  } finally {
    rmSync(data, { recursive: true, force: true });
  }
}

function runNode(args: readonly string[]): void {
  const { status } = spawnSync(process.execPath, args, { stdio: 'inherit' });
  if (status === 0) return;
  console.error(`Expected node ${args.join(' ')} to end well but its exit code is ${status}.`);
  process.exitCode = 1;
}

async function printTables(moduleUrl: string): Promise<void> {
  const { run } = (await import(moduleUrl)) as { run(): Promise<readonly Table[]> };
  for (const table of await run()) console.log(shownTable(table));
}
