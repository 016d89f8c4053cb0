import type { Run, Value } from '../feel/index.js';
import { builtInValue } from '../feel/builtins/registry.js';
import { same } from '../feel/values/comparison.js';
import { passes } from '../feel/values/membership.js';
import { DecisionFailure } from './decision-failure.js';
import { textOf } from './value-types.js';

/** How the rules that match make one result (DMN 1.3, 8.2.10). */
export const hitPolicies = [
  'UNIQUE',
  'FIRST',
  'PRIORITY',
  'ANY',
  'COLLECT',
  'RULE ORDER',
  'OUTPUT ORDER',
] as const;

export type HitPolicy = (typeof hitPolicies)[number];

/** How COLLECT makes one value of many (DMN 1.3, 8.2.10). */
export const aggregators = ['SUM', 'MIN', 'MAX', 'COUNT'] as const;

export type Aggregator = (typeof aggregators)[number];

/** A rule that matched, by its number from 1, and what it gives: a value per output, and the result made of them. */
export interface Hit {
  readonly ruleIndex: number;
  readonly values: readonly Value[];
  readonly result: Value;
}

/** What a policy needs of its table. */
export interface HitRules {
  readonly policy: HitPolicy;
  readonly aggregator?: Aggregator;
  /** The order of an output's values, the first being the most important; undefined for outputs without. */
  readonly priorities: readonly (readonly Value[] | undefined)[];
  /** The table in messages. */
  readonly table: string;
}

/** Whether a further rule can change nothing any more. */
export function isDecided(policy: HitPolicy, hits: number): boolean {
  return policy === 'FIRST' && hits > 0;
}

/** Whether the result is a list with an item per rule. */
export function givesList(policy: HitPolicy, aggregator: Aggregator | undefined): boolean {
  return (
    policy === 'RULE ORDER' || policy === 'OUTPUT ORDER' || (policy === 'COLLECT' && aggregator === undefined)
  );
}

/** The result of at least one hit. @throws DecisionFailure when the rules break the policy */
export function resultOf(run: Run, rules: HitRules, hits: readonly Hit[]): Value {
  const first = hits[0]?.result ?? null;
  switch (rules.policy) {
    case 'UNIQUE':
      if (hits.length > 1) throw broken(rules, 'one rule to match', hits);
      return first;
    case 'FIRST':
      return first;
    case 'ANY':
      if (hits.some(({ result }) => !same(run, result, first)))
        throw broken(rules, 'all rules that match to give the same', hits);
      return first;
    case 'PRIORITY':
      return byPriority(run, rules, hits)[0]?.result ?? null;
    case 'OUTPUT ORDER':
      return byPriority(run, rules, hits).map(({ result }) => result);
    case 'RULE ORDER':
      return hits.map(({ result }) => result);
    case 'COLLECT': {
      const results = hits.map(({ result }) => result);
      return rules.aggregator === undefined
        ? results
        : aggregated(run, rules.table, rules.aggregator, results);
    }
    default:
      return rules.policy satisfies never;
  }
}

function broken({ policy, table }: HitRules, expected: string, hits: readonly Hit[]): DecisionFailure {
  const numbers = hits.map(({ ruleIndex }) => ruleIndex).join(', ');
  return new DecisionFailure(
    `Expected ${expected} in ${table} (hit policy ${policy}) but found rules ${numbers}.`,
  );
}

function aggregated(run: Run, table: string, aggregator: Aggregator, values: readonly Value[]): Value {
  if (aggregator === 'COUNT') return values.length;
  const result = builtInValue(aggregator.toLowerCase())?.call(run, [values]) ?? null;
  if (result !== null) return result;
  const found = values.map((value) => textOf(run, value)).join(', ');
  throw new DecisionFailure(
    `Expected values of which ${table} can give the ${aggregator} but found ${found.slice(0, 200)}.`,
  );
}

/** By the first output, then the second, and so on; hits that are equal in that stay in the order of the rules. */
function byPriority(run: Run, { priorities, table }: HitRules, hits: readonly Hit[]): readonly Hit[] {
  const ranked = hits.map((hit) => ({
    hit,
    ranks: priorities.map((order, output) =>
      order === undefined ? 0 : rankOf(run, order, hit.values[output] ?? null, table),
    ),
  }));
  run.chargeList(ranked.length);
  ranked.sort((a, b) => {
    const output = a.ranks.findIndex((rank, index) => rank !== b.ranks[index]);
    return output === -1 ? 0 : (a.ranks[output] ?? 0) - (b.ranks[output] ?? 0);
  });
  return ranked.map(({ hit }) => hit);
}

function rankOf(run: Run, order: readonly Value[], value: Value, table: string): number {
  run.chargeList(order.length);
  const rank = order.findIndex((listed) => passes(run, value, listed) === true);
  if (rank !== -1) return rank;
  throw new DecisionFailure(
    `Expected each output of ${table} to be among its output values, which give the priority, but found ${textOf(run, value)}.`,
  );
}
