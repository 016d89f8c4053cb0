import { readFile } from 'node:fs/promises';
import { basename, dirname, relative, resolve, sep } from 'node:path';
import type { AnswerOf } from '../client/operation-types.js';
import { decodeXml } from '../platform/decode-xml.js';
import { CommandFailed } from './command.js';
import { plainText } from './plain-text.js';

/** What was deployed, as the server answers it. */
export type Deployed = AnswerOf<'deploy'>;

/** A file to deploy. */
export interface Model {
  /** As it was given. */
  readonly file: string;
  /** What it is called in the deployment. */
  readonly name: string;
  readonly content: string;
}

/** Reads the files; those of one name are told apart by their folders. @throws CommandFailed for what cannot be read, or is not in its encoding. */
export async function readModels(files: readonly string[]): Promise<readonly Model[]> {
  const paths = [...new Set(files.map((file) => resolve(file)))];
  const names = namesOf(paths);
  return Promise.all(
    paths.map(async (path, index) => ({
      file: files.find((file) => resolve(file) === path) ?? path,
      name: names[index] ?? basename(path),
      content: await readText(path),
    })),
  );
}

function namesOf(paths: readonly string[]): readonly string[] {
  const bases = paths.map((path) => basename(path));
  if (new Set(bases).size === bases.length) return bases;
  const [first = '', ...others] = paths.map(dirname);
  let common = first;
  while (!others.every((folder) => `${folder}${sep}`.startsWith(common === sep ? sep : `${common}${sep}`))) {
    common = dirname(common);
  }
  return paths.map((path) => relative(common, path).split(sep).join('/'));
}

async function readText(path: string): Promise<string> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(path);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error;
    throw new CommandFailed(`Expected to read ${path} but: ${error.message}`, { cause: error });
  }
  const text = decodeXml(bytes);
  if (text !== undefined) return text;
  throw new CommandFailed(
    `Expected ${path} to be in the encoding that it declares, or in UTF-8, as XML is unless it says otherwise.`,
  );
}

/** One line, as compilers and editors have it: `order.bpmn:12: error CODE message (element)`. */
export function diagnosticLine(
  { resource, line, severity, code, message, elementId }: Deployed['diagnostics'][number],
  models: readonly Model[],
): string {
  const [only, ...others] = models;
  const model = models.find(({ name }) => name === resource) ?? (others.length === 0 ? only : undefined);
  const place = [model?.file ?? resource ?? '-', ...(line === undefined ? [] : [line])].join(':');
  const element = elementId === undefined ? '' : ` (${elementId})`;
  return plainText(`${place}: ${severity} ${code} ${message}${element}`);
}

/** Rows of a table: kind, id, version, name, definition. */
export function deploymentRows({ processDefinitions, decisionDefinitions }: Deployed): readonly string[][] {
  return [
    ...processDefinitions.map((one) => ['process', one.bpmnProcessId, ...rest(one, one.processDefinitionId)]),
    ...decisionDefinitions.map((one) => ['decision', one.decisionId, ...rest(one, one.decisionDefinitionId)]),
  ];
}

function rest(
  { version, name = '' }: { readonly version: number; readonly name?: string },
  definitionId: string | undefined,
): readonly string[] {
  return [String(version), name, definitionId ?? ''];
}
