import type { ModelResource } from './read-bpmn.js';

/** The languages of models that can be deployed. */
export type ModelKind = 'bpmn' | 'dmn';

/** How far into a file its root element is looked for. */
const headLength = 100_000;

/** What a file is meant to be: by its name, else by the namespaces of its root element; BPMN where neither tells. */
export function modelKindOf({ name, content }: ModelResource): ModelKind {
  const extension = /\.(bpmn|dmn)$/i.exec(name)?.[1]?.toLowerCase();
  if (extension === 'dmn') return 'dmn';
  const head = content.slice(0, headLength).replace(/<!--[^]*?-->/g, '');
  const rootTag = /<[A-Za-z_][^<>]*>/.exec(head)?.[0] ?? '';
  const isDmn = /omg\.org\/spec\/DMN\//.test(rootTag) && !/omg\.org\/spec\/BPMN\//.test(rootTag);
  return isDmn ? 'dmn' : 'bpmn';
}
