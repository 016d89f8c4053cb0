import { normalizeContextKey } from 'lezer-feel';

/** The slots of one activation: of the whole expression, or of one call of a function literal. */
export class Frame {
  slotCount = 0;
  /** Slots of the enclosing frame whose values a function literal takes along when it is made. */
  readonly captures: { readonly from: number; readonly to: number }[] = [];

  constructor(readonly parent: Frame | null) {}

  allocate(): number {
    return this.slotCount++;
  }

  /** The slot here of a value that lives in `owner`, this frame or one around it. */
  reach(owner: Frame, slot: number): number {
    if (owner === this || this.parent === null) return slot;
    const from = this.parent.reach(owner, slot);
    const known = this.captures.find((capture) => capture.from === from);
    if (known !== undefined) return known.to;
    const to = this.allocate();
    this.captures.push({ from, to });
    return to;
  }
}

interface Binding {
  readonly outer: Binding | null;
  readonly frame: Frame;
  readonly slot: number;
  /** What is named: a value, a list that is still growing, or any entry of the item under a filter. */
  readonly kind: 'value' | 'growing' | 'entries';
  readonly name: string;
}

/** Where a name's value is found: first as an entry of one of these items, then in the local slot. */
export interface Resolution {
  readonly itemSlots: readonly number[];
  readonly slot: number | null;
  readonly growing: boolean;
}

/** The names that are visible at one place of the source (DMN 1.4, 10.3.2.2 scope). */
export class Scope {
  constructor(
    readonly frame: Frame = new Frame(null),
    private readonly innermost: Binding | null = null,
  ) {}

  /** A scope with one more name, and the slot that its value is kept in. */
  with(name: string, kind: 'value' | 'growing' = 'value'): { readonly scope: Scope; readonly slot: number } {
    const slot = this.frame.allocate();
    return { scope: this.bind(name, slot, kind), slot };
  }

  /** A scope inside of a filter: `item`, and before it the entries of the item (DMN 1.4, 10.3.2.5). */
  withItem(): { readonly scope: Scope; readonly slot: number } {
    const item = this.with('item');
    return { scope: item.scope.bind('', item.slot, 'entries'), slot: item.slot };
  }

  /** A scope inside of a function literal: a frame of its own that sees the names outside. */
  withFrame(): Scope {
    return new Scope(new Frame(this.frame), this.innermost);
  }

  resolve(name: string): Resolution {
    const key = normalizeContextKey(name);
    const itemSlots: number[] = [];
    for (let binding = this.innermost; binding !== null; binding = binding.outer) {
      if (binding.kind === 'entries') {
        itemSlots.push(this.frame.reach(binding.frame, binding.slot));
      } else if (binding.name === key) {
        const slot = this.frame.reach(binding.frame, binding.slot);
        return { itemSlots, slot, growing: binding.kind === 'growing' };
      }
    }
    return { itemSlots, slot: null, growing: false };
  }

  private bind(name: string, slot: number, kind: Binding['kind']): Scope {
    const binding = { outer: this.innermost, frame: this.frame, slot, kind, name: normalizeContextKey(name) };
    return new Scope(this.frame, binding);
  }
}
