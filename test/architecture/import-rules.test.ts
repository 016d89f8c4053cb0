import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { after, before, describe, it } from 'mocha';

const root = resolve(import.meta.dirname, '../..');
const configFile = join(root, '.dependency-cruiser.cjs');

interface Violation {
  readonly from: string;
  readonly rule: { readonly name: string };
}

interface CruiseResult {
  readonly modules: readonly {
    readonly source: string;
    readonly dependencies: readonly { readonly resolved: string }[];
  }[];
  readonly summary: { readonly violations: readonly Violation[] };
}

/** The command line's own result for a folder: what the test command sees. It exits with 1 or more on violations. */
function cruise(folder: string, paths: readonly string[]): Promise<CruiseResult> {
  const bin = join(root, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs');
  const args = [bin, '--config', configFile, '--output-type', 'json', ...paths];
  return new Promise((done, fail) => {
    execFile(process.execPath, args, { cwd: folder, maxBuffer: 64 * 1024 ** 2 }, (error, stdout, stderr) => {
      if (stdout === '') fail(new Error(`dependency-cruiser wrote no result: ${stderr}`, { cause: error }));
      else done(JSON.parse(stdout) as CruiseResult);
    });
  });
}

/** Each module by its text, and the rules that it breaks. */
const modules: Readonly<Record<string, { readonly text: string; readonly breaks: readonly string[] }>> = {
  'src/platform/clock.ts': { text: "import 'node:fs'; import 'pino'; export type Clock = 1;", breaks: [] },
  'src/engine/core.ts': { text: 'export type State = 1; export const one = 1;', breaks: [] },
  'src/runtime/ports.ts': { text: "export type { State } from '../engine/core.js';", breaks: [] },
  'src/contract/schema.ts': { text: "import 'zod'; export type Schema = 1;", breaks: [] },
  'src/store/good.ts': {
    text: "import type { State } from '../engine/core.js'; import '../runtime/ports.js'; export const s = 1 as State;",
    breaks: [],
  },
  'src/main.ts': { text: "import './store/good.js'; import './serve.js';", breaks: [] },
  'src/serve.ts': { text: 'export {};', breaks: [] },
  'test/engine/core.test.ts': {
    text: "import '../../src/engine/core.js'; import '../../src/main.js';",
    breaks: [],
  },

  'src/engine/uses-clock.ts': {
    text: "import type { Clock } from '../platform/clock.js'; export const c = 1 as Clock;",
    breaks: ['engine-imports-only-its-row'],
  },
  'src/engine/uses-package.ts': { text: "import 'zod';", breaks: ['engine-imports-no-other-package'] },
  'src/engine/uses-node.ts': { text: "import 'node:crypto';", breaks: ['engine-imports-no-node-module'] },
  'src/engine/uses-dynamic-import.ts': {
    text: "export const p = import('../platform/clock.js');",
    breaks: ['engine-imports-only-its-row'],
  },
  'src/contract/uses-package.ts': { text: "import 'pino';", breaks: ['contract-imports-no-other-package'] },
  'src/store/uses-engine-code.ts': {
    text: "import { one } from '../engine/core.js'; export const two = one + one;",
    breaks: ['store-imports-only-types'],
  },
  'src/store/uses-runtime.ts': {
    text: "import '../runtime/command.js';",
    breaks: ['store-imports-only-its-row'],
  },
  'src/runtime/command.ts': {
    text: "export * from '../store/good.js';",
    breaks: ['runtime-imports-only-its-row'],
  },
  'src/facade/uses-main.ts': {
    text: "import '../serve.js';",
    breaks: ['facade-imports-only-its-row', 'nothing-imports-main'],
  },
  'src/facade/uses-test.ts': {
    text: "import '../../test/engine/core.test.js';",
    breaks: ['product-imports-product'],
  },
  'src/facade/uses-tool.ts': { text: "import 'fast-check';", breaks: ['no-development-packages'] },
  'src/facade/uses-nothing.ts': { text: "import './missing.js';", breaks: ['resolvable'] },
  'src/facade/console/compile-module.ts': { text: "import 'typescript';", breaks: [] },
  'src/console/good.ts': {
    text: "import type { Schema } from '../contract/schema.js'; export const s = 1 as Schema;",
    breaks: [],
  },
  'src/console/uses-contract-code.ts': {
    text: "import '../contract/schema.js';",
    breaks: ['console-imports-only-types'],
  },
  'src/console/uses-node.ts': { text: "import 'node:fs';", breaks: ['console-imports-no-node-module'] },
  'src/surprise/new.ts': { text: "import '../platform/clock.js';", breaks: ['folder-has-a-row'] },
  'src/jobs/egg.ts': {
    text: "import { hen } from './hen.js'; export const egg = () => hen;",
    breaks: ['no-cycles'],
  },
  // A cycle is reported at one of its modules.
  'src/jobs/hen.ts': { text: "import { egg } from './egg.js'; export const hen = () => egg;", breaks: [] },
  'src/events/one.ts': { text: "export type { Two } from './two.js'; export type One = 1;", breaks: [] },
  'src/events/two.ts': { text: "import type { One } from './one.js'; export type Two = One;", breaks: [] },
};

describe('import rules', function () {
  this.timeout(30_000);
  let folder: string;
  let broken: ReadonlyMap<string, readonly string[]>;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'throughline-imports-'));
    for (const [path, { text }] of Object.entries(modules)) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), text);
    }
    for (const name of ['node_modules', 'package.json', 'tsconfig.json']) {
      await symlink(join(root, name), join(folder, name));
    }
    const { summary } = await cruise(folder, ['src', 'test']);
    broken = grouped(summary.violations);
  });

  after(() => rm(folder, { recursive: true, force: true }));

  for (const [path, { breaks }] of Object.entries(modules)) {
    it(breaks.length === 0 ? `allow ${path}` : `refuse ${path}: ${breaks.join(', ')}`, () => {
      assert.deepEqual(broken.get(path) ?? [], breaks);
    });
  }

  it('have a row for each folder of src', async () => {
    const { forbidden } = createRequire(import.meta.url)(configFile) as {
      forbidden: readonly { readonly name: string; readonly from: { readonly pathNot?: string } }[];
    };
    const withRow = new RegExp(
      forbidden.find(({ name }) => name === 'folder-has-a-row')?.from.pathNot ?? '$^',
    );
    const folders = (await readdir(join(root, 'src'), { withFileTypes: true })).filter((entry) =>
      entry.isDirectory(),
    );
    const without = folders.map(({ name }) => `src/${name}/`).filter((name) => !withRow.test(name));
    assert.deepEqual(without, []);
  });

  it('see the imports of the real source, those of types too', async () => {
    const { modules: real } = await cruise(root, ['src/platform']);
    const config = real.find(({ source }) => source === 'src/platform/config.ts');
    const imported = config?.dependencies.map(({ resolved }) => resolved) ?? [];
    assert(imported.includes('src/platform/config-variables.ts'), imported.join());
    assert(imported.includes('src/platform/logger.ts'), imported.join());
  });
});

function grouped(violations: readonly Violation[]): ReadonlyMap<string, readonly string[]> {
  const byModule = new Map<string, string[]>();
  for (const { from, rule } of violations) {
    byModule.set(from, [...new Set([...(byModule.get(from) ?? []), rule.name])].sort());
  }
  return byModule;
}
