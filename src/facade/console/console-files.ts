import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compileModule } from './compile-module.js';

/** A file of the page, as it is sent. */
export interface ConsoleFile {
  readonly mediaType: string;
  readonly bytes: Buffer;
  /** An entity tag of the content (RFC 9110, 8.8.3). */
  readonly etag: string;
}

/** Every file of the page by the path of its request. There is nothing else to ask for. */
export type ConsoleFiles = ReadonlyMap<string, ConsoleFile>;

/** Where all but the page itself is. */
export const consolePath = '/console/';

/** Where the API reference is. */
export const referencePath = '/docs';

/** Pages have a path of their own. */
const pages: Readonly<Record<string, string>> = { 'index.html': '/', 'reference/index.html': referencePath };

/** In a build `dist/src/console`, else the sources. */
const folder = fileURLToPath(new URL('../../console/', import.meta.url));

const mediaTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** What comes from bpmn-js: its own builds, as they are. */
const bpmnJs: readonly (readonly [string, string])[] = [
  ['bpmn-js/navigated-viewer.js', 'bpmn-js/dist/bpmn-navigated-viewer.production.min.js'],
  ['bpmn-js/diagram-js.css', 'bpmn-js/dist/assets/diagram-js.css'],
  ['bpmn-js/bpmn-js.css', 'bpmn-js/dist/assets/bpmn-js.css'],
];

/** Reads all of them into memory. Rejects when one cannot be read. */
export async function loadConsoleFiles(): Promise<ConsoleFiles> {
  const { resolve } = createRequire(import.meta.url);
  const names = (await readdir(folder, { recursive: true })).map((name) => name.replaceAll('\\', '/'));
  const own = await Promise.all(names.sort().map((name) => ownFile(name)));
  const foreign = await Promise.all(
    bpmnJs.map(async ([name, path]) => [fileOf(name, await readFile(resolve(path)))]),
  );
  return new Map([...own, ...foreign].flat());
}

/** What one of our files is sent as: TypeScript as JavaScript, and nothing that has no media type. */
async function ownFile(name: string): Promise<readonly [string, ConsoleFile][]> {
  const path = join(folder, name);
  if (name.endsWith('.ts') && !name.endsWith('.d.ts')) {
    const javaScript = await compileModule(await readFile(path, 'utf8'));
    return [fileOf(name.replace(/\.ts$/, '.js'), Buffer.from(javaScript))];
  }
  return extname(name) in mediaTypes ? [fileOf(name, await readFile(path))] : [];
}

function fileOf(name: string, bytes: Buffer): [string, ConsoleFile] {
  const mediaType = mediaTypes[extname(name)];
  if (mediaType === undefined) throw new Error(`Expected a media type for ${name} but found none.`);
  const etag = `"${createHash('sha256').update(bytes).digest('base64url')}"`;
  return [pages[name] ?? `${consolePath}${name}`, { mediaType, bytes, etag }];
}
