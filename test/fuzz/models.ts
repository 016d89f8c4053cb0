import { readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const folders = ['test/conformance/models', 'test/definitions/vendors', 'test/journeys', 'processes', 'docs'];
const root = new URL('../../', import.meta.url);

/** A model of ours to begin with. */
export interface Model {
  readonly name: string;
  readonly xml: string;
}

/** Every model of ours that is well-formed enough to be changed, in order of name. */
export function ownModels(): readonly Model[] {
  return folders.flatMap((folder) => {
    const url = new URL(`${folder}/`, root);
    return readdirSync(fileURLToPath(url), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.bpmn'))
      .sort()
      .map((name) => ({ name: `${folder}/${name}`, xml: readFileSync(new URL(name, url), 'utf8') }))
      .filter(({ xml }) => xml.length < 60_000 && xml.includes('<'));
  });
}
