/** A source of numbers that are the same for the same seed. */
export interface Random {
  /** An integer from 0 to `count - 1`; 0 when `count` is 0. */
  pick(count: number): number;
  /** One of the items. @throws TypeError for none */
  from<Item>(items: readonly Item[]): Item;
  /** True once in `count` times. */
  oneIn(count: number): boolean;
}

/** Mulberry32. */
export function randomOf(seed: number): Random {
  let state = seed | 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  const pick = (count: number) => Math.floor(next() * count);
  return {
    pick,
    from<Item>(items: readonly Item[]): Item {
      if (items.length === 0) throw new TypeError('Expected items to choose from but found none.');
      return items[pick(items.length)] as Item;
    },
    oneIn: (count) => pick(count) === 0,
  };
}

/** The seed of one file of a run. */
export function seedOf(runSeed: number, index: number): number {
  return Math.imul(runSeed ^ Math.imul(index + 1, 0x9e3779b1), 0x85ebca6b) | 0;
}
