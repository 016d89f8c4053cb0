import { ElementInstances } from './element-instances.js';
import type { ElementInstance, ProcessInstanceState } from './state.js';

type Leaf = ReturnType<ElementInstances['leaves']>[number][1];

/** From so many open element instances on, texts of what has not changed since the last document are kept. */
const KEPT_FROM = 64;

const texts = new WeakMap<Leaf, string>();

/**
 * The JSON of a state, as it is stored. A command changes few of the element instances, so that of many the texts of the others are those
 * of the document before.
 */
export function documentOf(state: ProcessInstanceState): string {
  const { elementInstances } = state;
  if (elementInstances.size < KEPT_FROM) return JSON.stringify(state);
  const inner = elementInstances.leaves().map(([first, leaf]) => textOf(first, leaf));
  return `${JSON.stringify({ ...state, elementInstances: undefined }).slice(0, -1)},"elementInstances":{${inner.join(',')}}}`;
}

/** The state of a document. @throws SyntaxError when it is not JSON */
export function stateOf(document: string): ProcessInstanceState {
  return revived(JSON.parse(document) as StoredState);
}

/** A state as JSON holds it. */
type StoredState = Omit<ProcessInstanceState, 'elementInstances'> & {
  readonly elementInstances: Readonly<Record<number, ElementInstance>>;
};

/** The state that was parsed from JSON. */
function revived(stored: StoredState): ProcessInstanceState {
  return { ...stored, elementInstances: ElementInstances.of(stored.elementInstances) };
}

/** A leaf has its place in the keys for good. */
function textOf(first: number, leaf: Leaf): string {
  const known = texts.get(leaf);
  if (known !== undefined) return known;
  let text = '';
  leaf.forEach((instance, place) => {
    if (instance) text += `${text && ','}"${first + place}":${JSON.stringify(instance)}`;
  });
  texts.set(leaf, text);
  return text;
}
