import type { JsonValue } from '../json.js';

/** A compiled expression, or a literal that needs no evaluation. */
export type Expression = LiteralExpression | CompiledExpression;

export interface LiteralExpression {
  readonly kind: 'literal';
  readonly value: JsonValue;
}

export interface CompiledExpression {
  readonly kind: 'compiled';
  /** As written in the model, for messages. */
  readonly source: string;
  /**
   * Pure: reads variables by name through the context and answers a JSON value; FEEL's own errors are null.
   * @throws an Error that explains itself when a bound is overrun, or an operator in `${…}` finds values that it does not take.
   */
  readonly evaluate: (context: EvaluationContext) => JsonValue;
  /** Names of the variables that it may read. */
  readonly variables: readonly string[];
}

/** What an expression can see. */
export interface EvaluationContext {
  /** The value of the variable visible under that name, or undefined. */
  get(name: string): JsonValue | undefined;
  /** Of the process instance, where there is one and it has one. */
  readonly businessKey?: string;
  /** The command's time in milliseconds since the epoch: the only time the core knows. */
  readonly now: number;
}
