import type { Value } from './values/value.js';

/** What an expression may read: variables by name and the one time it knows. */
export interface FeelContext {
  /** The JSON value of a variable, `undefined` when there is no such variable. */
  get(name: string): unknown;
  /** Epoch milliseconds: what `now()` and `today()` answer, in UTC. */
  readonly now: number;
}

/** Steps an evaluation may take unless the caller gives another budget. */
export const defaultStepBudget = 100_000;
/** UTF-16 units that a single string, and nodes that a result, may have. */
export const sizeMax = 1_000_000;
/** UTF-16 units that the strings of all results of an evaluation may have together: twice what a request may bring. */
export const resultCharactersMax = 10_000_000;
/** Levels of expression nesting that may be under evaluation at once, across function calls. */
const depthMax = 1_500;

/** Thrown by an evaluation that exceeds its step budget, its size bound or its depth bound. */
export class FeelBudgetExceeded extends Error {
  override readonly name = 'FeelBudgetExceeded';
}

/** The state of one evaluation: where variables are read from, local slots, and the budget that is left. */
export class Run {
  slots: Value[];
  private stepsLeft: number;
  private depth = 0;
  private resultNodes = 0;
  private resultCharacters = 0;

  constructor(
    /** Changes where parts that see different names share a run. */
    public context: FeelContext,
    private readonly stepBudget: number,
    slotCount: number,
  ) {
    this.stepsLeft = stepBudget;
    this.slots = slotCount === 0 ? noSlots : new Array<Value>(slotCount).fill(null);
  }

  /** Takes steps from the budget; throws FeelBudgetExceeded when there are none left. */
  charge(steps: number): void {
    this.stepsLeft -= steps;
    if (this.stepsLeft < 0) {
      throw new FeelBudgetExceeded(
        `Expected the expression to finish within ${this.stepBudget} steps but it needs more.`,
      );
    }
  }

  /** Charges for text of this length before it is built; bounds the length of one string. */
  chargeText(length: number): void {
    if (length > sizeMax) {
      throw new FeelBudgetExceeded(`Expected strings of at most ${sizeMax} characters but found ${length}.`);
    }
    this.charge(1 + (length >> 6));
  }

  /** Charges for a list of this length before it is built; bounds the length of one list. */
  chargeList(length: number): void {
    if (length > sizeMax) {
      throw new FeelBudgetExceeded(`Expected lists of at most ${sizeMax} items but found ${length}.`);
    }
    this.charge(1 + length);
  }

  /** Counts what is given back: a value that is referred to many times is written as often. */
  growResult(nodes: number, characters: number): void {
    this.resultNodes += nodes;
    this.resultCharacters += characters;
    if (this.resultNodes > sizeMax) {
      throw new FeelBudgetExceeded(`Expected a result of at most ${sizeMax} values but found more.`);
    }
    if (this.resultCharacters > resultCharactersMax) {
      throw new FeelBudgetExceeded(
        `Expected a result with at most ${resultCharactersMax} characters of text but found more.`,
      );
    }
  }

  /** Notes that evaluation goes `levels` deeper; the caller leaves again by the same number. */
  enter(levels: number): void {
    this.depth += levels;
    if (this.depth > depthMax) {
      throw new FeelBudgetExceeded(`Expected at most ${depthMax} levels of nested calls and values.`);
    }
  }

  leave(levels: number): void {
    this.depth -= levels;
  }
}

const noSlots: Value[] = [];
