/**
 * Measures and prints: `npm run bench`, or one suite with `npm run bench -- --suite engine`. Each part runs in a process of its own.
 * What is bound by our own code is compiled first: the loader that runs TypeScript directly makes every closure slower.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import type { Table } from './table.js';

interface Part {
  /** The module in this folder. */
  readonly name: string;
  /** `tables`: exports `run`, which answers tables. `script`: prints by itself when it is run. */
  readonly kind: 'tables' | 'script';
  readonly compiled?: true;
  /** Takes the URL of an empty database. */
  readonly needsDatabase?: true;
}

const suites: Readonly<Record<string, readonly Part[]>> = {
  engine: [{ name: 'engine', kind: 'tables', compiled: true }],
  dmn: [{ name: 'dmn', kind: 'tables', compiled: true }],
  feel: [{ name: 'feel', kind: 'script', compiled: true }],
  store: [
    { name: 'store', kind: 'script', needsDatabase: true },
    { name: 'one-instance', kind: 'tables' },
  ],
  server: [{ name: 'rest', kind: 'tables' }],
};

const { values } = parseArgs({ options: { suite: { type: 'string' }, tables: { type: 'string' } } });
if (values.tables === undefined) measure(values.suite);
else await printTables(values.tables);

function measure(chosen: string | undefined): void {
  const names = Object.keys(suites);
  if (chosen !== undefined && !names.includes(chosen)) {
    console.error(`Expected --suite to be followed by one of ${names.join(', ')} but found ${chosen}.`);
    process.exitCode = 2;
    return;
  }
  const parts = names
    .filter((name) => chosen === undefined || name === chosen)
    .flatMap((name) => suites[name] ?? []);
  const present = parts.filter(({ name }) => existsSync(join('bench', `${name}.ts`)));
  const folder = mkdtempSync(join(process.cwd(), '.dist-bench-'));
  try {
    if (present.some(({ compiled }) => compiled)) compile(folder);
    for (const part of present) runPart(part, folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function compile(outDir: string): void {
  runNode(['node_modules/typescript/bin/tsc', '-p', 'bench', '--outDir', outDir]);
}

function runPart({ name, kind, compiled, needsDatabase }: Part, folder: string): void {
  console.log(`\n== ${name}`);
  const file = (module: string) =>
    compiled ? [join(folder, 'bench', `${module}.js`)] : ['--import', 'tsx', join('bench', `${module}.ts`)];
  if (kind === 'tables') {
    runNode([...file('index'), '--tables', pathToFileURL(file(name).at(-1) ?? '').href]);
    return;
  }
  const data = mkdtempSync(join(tmpdir(), 'throughline-bench-'));
  try {
    runNode([...file(name), ...(needsDatabase ? [`sqlite:${join(data, 'throughline.db')}`] : [])]);
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
  for (const { title, columns, rows, notes = [] } of await run()) {
    const lines = [columns, ...rows].map((row) => row.map(shown));
    const widths = columns.map((_, index) => Math.max(...lines.map((line) => line[index]?.length ?? 0)));
    console.log(`\n${title}`);
    for (const line of lines)
      console.log(
        `  ${line.map((cell, index) => (index === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[index] ?? 0))).join('  ')}`,
      );
    for (const note of notes) console.log(`  ${note}`);
  }
}

function shown(cell: string | number): string {
  return typeof cell === 'number' ? cell.toLocaleString('en-US') : cell;
}
