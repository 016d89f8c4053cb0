import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { before, describe, it } from 'mocha';

const root = resolve(import.meta.dirname, '../..');

interface Manifest {
  readonly license?: string;
  readonly licenses?: readonly { readonly type: string }[];
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

interface Row {
  readonly name: string;
  readonly why: string;
  readonly licence: string;
}

async function manifestIn(folder: string): Promise<Manifest> {
  return JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as Manifest;
}

/** The rows of the table below a heading. */
function rowsBelow(markdown: string, heading: string): readonly Row[] {
  const section = markdown.split(/^## /m).find((text) => text.startsWith(heading)) ?? '';
  return [...section.matchAll(/^\| `([^`]+)` \| (.+) \| (.+) \|$/gm)].map(
    ([, name = '', why = '', licence = '']) => ({
      name,
      why,
      licence,
    }),
  );
}

describe('docs/dependencies.md', () => {
  let manifest: Manifest;
  let shipped: readonly Row[];
  let development: readonly Row[];

  before(async () => {
    manifest = await manifestIn(root);
    const markdown = await readFile(join(root, 'docs/dependencies.md'), 'utf8');
    shipped = rowsBelow(markdown, 'Shipped with the product');
    development = rowsBelow(markdown, 'Used to develop and test');
  });

  it('lists what package.json lists, and nothing else, in order', () => {
    const all = { ...manifest.dependencies, ...manifest.optionalDependencies };
    assert.deepEqual(
      shipped.map(({ name }) => name),
      Object.keys(all).sort(),
    );
    assert.deepEqual(
      development.map(({ name }) => name),
      Object.keys(manifest.devDependencies).sort(),
    );
  });

  it('names the licence of each as the package does', async () => {
    for (const { name, licence } of [...shipped, ...development]) {
      const installed = await manifestIn(join(root, 'node_modules', name));
      assert.equal(licence, installed.license ?? installed.licenses?.[0]?.type, name);
    }
  });

  it('belongs to exact versions', () => {
    for (const [name, version] of Object.entries({ ...manifest.dependencies, ...manifest.devDependencies })) {
      assert.match(version, /^\d+\.\d+\.\d+$/, name);
    }
  });
});
