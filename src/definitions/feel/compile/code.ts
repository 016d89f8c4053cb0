import { FeelBudgetExceeded, Run } from '../run.js';
import type { Value } from '../values/value.js';

/** A compiled expression: what it evaluates to in a run. Throws FeelBudgetExceeded and nothing else. */
export type Evaluator = (run: Run) => Value;

/** A compiled expression; `constant` is its value where that is known before any run, else undefined. */
export interface Code {
  readonly evaluate: Evaluator;
  readonly constant: Value | undefined;
}

/** A mistake in the source, with the character position it was found at. */
export class CompileError extends Error {
  override readonly name = 'CompileError';

  constructor(
    message: string,
    readonly position: number,
  ) {
    super(message);
  }
}

/** Steps that evaluating a constant part may take while compiling; what needs more is left to the run. */
const foldBudget = 1_000;

/** Code that evaluates in each run. */
export function dynamic(evaluate: Evaluator): Code {
  return { evaluate, constant: undefined };
}

/** Code with a known value. */
export function constant(value: Value): Code {
  return { evaluate: () => value, constant: value };
}

/** Code that depends on nothing but its parts: a constant where all of them are, evaluated now. */
export function folded(parts: readonly Code[], evaluate: Evaluator): Code {
  if (parts.some((part) => part.constant === undefined)) return dynamic(evaluate);
  try {
    return constant(evaluate(new Run({ get: () => undefined, now: 0 }, foldBudget, 0)));
  } catch (error) {
    if (error instanceof FeelBudgetExceeded) return dynamic(evaluate);
    throw error;
  }
}
