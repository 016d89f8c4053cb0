import { readFile, writeFile } from 'node:fs/promises';
import type { JsonObject } from '../../../src/contract/json-value.js';
import { openApiDocument } from '../../../src/contract/openapi.js';
import { operations } from '../../../src/contract/operations.js';

const file = new URL('../../../docs/openapi/released.json', import.meta.url);

/** The contract as callers know it: the OpenAPI document of the last release. */
export async function releasedDocument(): Promise<JsonObject> {
  return JSON.parse(await readFile(file, 'utf8')) as JsonObject;
}

/** The contract as it is now. */
export function presentDocument(): JsonObject {
  return openApiDocument(operations, '1');
}

/** Keeps the document as that of the last release. */
export async function keepReleased(document: JsonObject): Promise<void> {
  await writeFile(file, `${JSON.stringify(document, null, 1)}\n`);
}
