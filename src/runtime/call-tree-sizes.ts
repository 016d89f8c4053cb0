import { CALL_TREE_LIMIT } from '../engine/limits.js';
import type { Transaction } from './ports.js';

/** After how many calls in one tree the active instances in it are counted. */
const LOOK_AFTER = 1000;

/** How long a tree that was found full is not counted again, milliseconds. */
const FULL_MS = 1000;

const TREES_KEPT = 10_000;

/** What is known of a tree: how many calls to let pass before the next look, and until when there is none. */
interface CallTree {
  callsLeft: number;
  fullUntil: number;
}

/**
 * Bounds how many active instances one instance may have called, directly or through others. Counted now and then, and not for each call:
 * every node lets up to {@link LOOK_AFTER} calls pass between two looks, and so the bound may be passed by as many for each node, and by what
 * is being started at that moment. In exchange nothing is written, no row is locked, and a call costs the look-up of an index entry or two.
 */
export class CallTreeSizes {
  private readonly trees = new Map<string, CallTree>();

  constructor(readonly limit: number = CALL_TREE_LIMIT) {}

  /** Whether one more instance may be called; it is taken to be. */
  async admit(
    { processInstances, now }: Pick<Transaction, 'processInstances' | 'now'>,
    tenantId: string,
    rootProcessInstanceId: string,
  ): Promise<boolean> {
    const tree = this.tree(rootProcessInstanceId);
    if (tree.callsLeft <= 0) {
      if (now < tree.fullUntil) return false;
      const active = await processInstances.countActiveCalled(tenantId, rootProcessInstanceId, this.limit);
      tree.callsLeft = Math.min(LOOK_AFTER, this.limit - active);
      if (tree.callsLeft <= 0) {
        tree.fullUntil = now + FULL_MS;
        return false;
      }
    }
    tree.callsLeft--;
    return true;
  }

  /** The least recently used ones are forgotten: those that grow are not among them. */
  private tree(rootProcessInstanceId: string): CallTree {
    const tree = this.trees.get(rootProcessInstanceId) ?? {
      callsLeft: Math.min(LOOK_AFTER, this.limit),
      fullUntil: 0,
    };
    this.trees.delete(rootProcessInstanceId);
    this.trees.set(rootProcessInstanceId, tree);
    if (this.trees.size > TREES_KEPT) {
      const oldest = this.trees.keys().next().value;
      if (oldest !== undefined) this.trees.delete(oldest);
    }
    return tree;
  }
}
