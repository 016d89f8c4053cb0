import type { JsonValue, Variables } from './json.js';
import type { CalledBinding, EvaluationContext } from './process-model.js';

/** Which decision a business rule task calls: its id in the DMN model and how its version is chosen. */
export interface DecisionReference {
  readonly decisionId: string;
  readonly binding: CalledBinding;
}

/** A decision as the shell has found it, ready to be evaluated. */
export interface BoundDecision {
  readonly decisionDefinitionId: string;
  readonly decisionId: string;
  readonly version: number;
  readonly decision: ExecutableDecision;
}

/** One decision of a DMN model with everything that it requires, compiled when it was deployed or loaded. */
export interface ExecutableDecision {
  readonly decisionId: string;
  readonly name?: string;
  readonly versionTag?: string;
  /** What the results of a decision table are made of; undefined for every other logic. */
  readonly table?: {
    /** The names of its outputs, in order; with one the results are its values, with several they are objects. */
    readonly outputs: readonly string[];
    /** The result is a list of what each matching rule gives. */
    readonly isList: boolean;
  };
  /**
   * Pure: the same context, the same answer. @throws an Error that explains itself when the data does not fit the model:
   * a broken hit policy, a value of another type, an overrun budget.
   */
  readonly evaluate: (context: EvaluationContext) => DecisionEvaluation;
}

/** What a decision has come to, and how. */
export interface DecisionEvaluation {
  readonly result: JsonValue;
  /** Every decision that was evaluated, in that order: what is required first, the one that was asked for last. */
  readonly evaluatedDecisions: readonly EvaluatedDecision[];
}

export interface EvaluatedDecision {
  readonly decisionId: string;
  readonly decisionName?: string;
  /** The XML element of its logic, such as `decisionTable` or `literalExpression`. */
  readonly decisionType: string;
  readonly result: JsonValue;
  /** Of a decision table: the values of its inputs, in order. */
  readonly inputs?: readonly EvaluatedInput[];
  /** Of a decision table: the rules that matched, in the order of the model. */
  readonly matchedRules?: readonly MatchedRule[];
}

export interface EvaluatedInput {
  readonly inputId?: string;
  /** The label of the column, else the expression. */
  readonly inputName: string;
  readonly value: JsonValue;
}

export interface MatchedRule {
  readonly ruleId?: string;
  /** From 1, as modelers number rules. */
  readonly ruleIndex: number;
  /** Values by the name of the output. */
  readonly outputs: Variables;
  readonly annotations?: readonly string[];
}

/** The shell has looked for a decision in vain; says what was expected and what was found. */
export interface MissingDecision {
  readonly missing: string;
}

/** What the shell knows of a decision: undefined when it has not looked for it yet. */
export type DecisionLookup = (reference: DecisionReference) => BoundDecision | MissingDecision | undefined;

/**
 * Thrown out of `advance` when it needs a decision that the shell has not looked for: the shell looks for it and sends the
 * same command again, which nothing has changed yet.
 */
export class DecisionNeeded extends Error {
  constructor(readonly reference: DecisionReference) {
    super(`Expected decision "${reference.decisionId}" to have been looked for.`);
  }
}
