import type { ElementInstance } from './state.js';

/** Places of a node; a power of two. */
const BITS = 4;
const WIDTH = 2 ** BITS;
const MASK = WIDTH - 1;

type Leaf = readonly (ElementInstance | undefined)[];
/** Of the lowest level are the element instances themselves, of the others nodes. A node without anything below it does not exist. */
type Node = Leaf | readonly (Node | undefined)[];

const emptyNode: Leaf = Array.from({ length: WIDTH }, () => undefined);

/**
 * The open element instances of a process instance by key, in order of their keys, which is that of activation. Persistent: `set` and
 * `delete` give another one that shares all but the path to the key, so that a change costs the same however many there are, and
 * whoever holds an earlier one keeps it. Two with the same content have the same structure. `JSON.stringify` writes an object by key.
 */
export class ElementInstances {
  static readonly empty = new ElementInstances(undefined, 0, 0);

  private constructor(
    private readonly root: Node | undefined,
    /** How many bits of a key are below the level of the root: 0 where the root is a leaf. */
    private readonly shift: number,
    /** How many there are. */
    readonly size: number,
  ) {}

  /** Those of an object by key, as it is stored. */
  static of(instances: Readonly<Record<number, ElementInstance>>): ElementInstances {
    let nodes: [number, Node][] = [];
    let leaf: (ElementInstance | undefined)[] = [];
    let size = 0;
    // JavaScript gives such keys in their order.
    for (const name of Object.keys(instances)) {
      const key = keyOf(Number(name));
      const number = key >>> BITS;
      if (nodes.at(-1)?.[0] !== number) nodes.push([number, (leaf = emptyNode.slice())]);
      leaf[key & MASK] = instances[key];
      size++;
    }
    let shift = 0;
    for (; nodes.length > 1 || (nodes[0] && nodes[0][0] !== 0); shift += BITS) nodes = grouped(nodes);
    return nodes[0] ? new ElementInstances(nodes[0][1], shift, size) : ElementInstances.empty;
  }

  get(key: number): ElementInstance | undefined {
    // A caller may ask for any number, also for one that is no key.
    if (key < 0 || (key | 0) !== key || key >>> this.shift > MASK) return undefined;
    let node = this.root;
    for (let { shift } = this; shift > 0 && node; shift -= BITS) node = below(node, (key >>> shift) & MASK);
    return (node as Leaf | undefined)?.[key & MASK];
  }

  has(key: number): boolean {
    return this.get(key) !== undefined;
  }

  set(key: number, instance: ElementInstance): ElementInstances {
    keyOf(key);
    let { root, shift } = this;
    for (; key >>> shift > MASK; shift += BITS) if (root) root = withPlace(emptyNode, 0, root);
    const size = this.has(key) ? this.size : this.size + 1;
    return new ElementInstances(put(root, shift, key, instance), shift, size);
  }

  delete(key: number): ElementInstances {
    if (!this.root || !this.has(key)) return this;
    let root = without(this.root, this.shift, key);
    if (!root) return ElementInstances.empty;
    let { shift } = this;
    for (; shift > 0 && isOnlyFirst(root); shift -= BITS) root = below(root, 0) ?? root;
    return new ElementInstances(root, shift, this.size - 1);
  }

  entries(): readonly (readonly [key: number, instance: ElementInstance])[] {
    const found: (readonly [number, ElementInstance])[] = [];
    for (const [first, leaf] of this.leaves()) {
      for (let place = 0; place < WIDTH; place++) {
        const instance = leaf[place];
        if (instance) found.push([first + place, instance]);
      }
    }
    return found;
  }

  keys(): readonly number[] {
    return this.entries().map(([key]) => key);
  }

  values(): readonly ElementInstance[] {
    return this.entries().map(([, instance]) => instance);
  }

  /** What is stored: an object by key. */
  toJSON(): Readonly<Record<number, ElementInstance>> {
    const stored: Record<number, ElementInstance> = {};
    for (const [first, leaf] of this.leaves()) {
      for (let place = 0; place < WIDTH; place++) {
        const instance = leaf[place];
        if (instance) stored[first + place] = instance;
      }
    }
    return stored;
  }

  /** Neighbours that are kept together, with the key of the first place: the same array as long as none of them changes. */
  leaves(): readonly (readonly [first: number, leaf: Leaf])[] {
    const found: (readonly [number, Leaf])[] = [];
    if (this.root) collect(this.root, this.shift, 0, found);
    return found;
  }
}

function keyOf(key: number): number {
  if (key >= 0 && (key | 0) === key) return key;
  throw new Error(`Expected a key of an element instance but found ${key}.`);
}

/** Puts nodes, in order of their number, into nodes that have the number without its last digit. */
function grouped(nodes: readonly (readonly [number: number, node: Node])[]): [number, Node][] {
  const above: [number, Node][] = [];
  let places: (Node | undefined)[] = [];
  for (const [number, node] of nodes) {
    if (above.at(-1)?.[0] !== number >>> BITS) {
      places = Array.from({ length: WIDTH }, () => undefined);
      above.push([number >>> BITS, places]);
    }
    places[number & MASK] = node;
  }
  return above;
}

function below(node: Node, place: number): Node | undefined {
  return (node as readonly (Node | undefined)[])[place];
}

function withPlace(node: Node, place: number, content: Node | ElementInstance | undefined): Node {
  const copy = node.slice() as (Node | ElementInstance | undefined)[];
  copy[place] = content;
  return copy as Node;
}

function put(node: Node | undefined, shift: number, key: number, instance: ElementInstance): Node {
  const place = (key >>> shift) & MASK;
  if (shift === 0) return withPlace(node ?? emptyNode, place, instance);
  return withPlace(node ?? emptyNode, place, put(node && below(node, place), shift - BITS, key, instance));
}

/** The node without the key, which is there; undefined where nothing is left. */
function without(node: Node, shift: number, key: number): Node | undefined {
  const place = (key >>> shift) & MASK;
  const inner = shift === 0 ? undefined : below(node, place);
  const copy = withPlace(node, place, inner && without(inner, shift - BITS, key));
  return copy.some((content) => content !== undefined) ? copy : undefined;
}

function isOnlyFirst(node: Node): boolean {
  return node.every((content, place) => place === 0 || content === undefined);
}

function collect(node: Node, shift: number, first: number, into: (readonly [number, Leaf])[]): void {
  if (shift === 0) {
    into.push([first, node as Leaf]);
    return;
  }
  for (let place = 0; place < WIDTH; place++) {
    const inner = below(node, place);
    if (inner) collect(inner, shift - BITS, first + place * 2 ** shift, into);
  }
}
