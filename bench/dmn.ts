import { readDmn } from '../src/definitions/index.js';
import type { ExecutableDecision } from '../src/engine/decision.js';
import type { JsonValue, Variables } from '../src/engine/json.js';
import { ownValue } from '../src/engine/json.js';
import { decision, dmn, literal, table } from '../test/support/dmn-builder.js';
import type { Table } from './table.js';

const roundMs = 300;
const rounds = 5;

/** Customers of five classes, four regions and any amount: 20 rules over three inputs, each a test of another kind. */
const classes = ['bronze', 'silver', 'gold', 'platinum', 'staff'];
const amounts = ['< 100', '[100..500)', '[500..1000)', '>= 1000'];
const discounts = (hitPolicy: string, aggregation?: string) =>
  table({
    hitPolicy,
    ...(aggregation === undefined ? {} : { aggregation }),
    inputs: [
      { expression: 'customer.class', typeRef: 'string' },
      { expression: 'amount', typeRef: 'number' },
      { expression: 'region' },
    ],
    outputs: [{ name: 'discount', typeRef: 'number' }],
    rules: classes.flatMap((name, rank) =>
      amounts.map((amount, step) => [
        `"${name}"`,
        amount,
        step === 0 ? '-' : '"north","south","east"',
        `${rank * 5 + step}`,
      ]),
    ),
  });

const models: Readonly<Record<string, string>> = {
  '20 rules, 3 inputs, UNIQUE': dmn([decision('d', discounts('UNIQUE'))]),
  '20 rules, 3 inputs, FIRST': dmn([decision('d', discounts('FIRST'))]),
  '20 rules, 3 inputs, COLLECT SUM': dmn([decision('d', discounts('COLLECT', 'SUM'))]),
  'the same behind two literal expressions': dmn([
    decision('amount', literal('sum(orders)')),
    decision('region', literal('if amount > 0 then "north" else "west"'), { decisions: ['amount'] }),
    decision('d', discounts('UNIQUE'), { decisions: ['amount', 'region'] }),
  ]),
};

const customers: readonly Variables[] = Array.from({ length: 20 }, (_, index): Variables => {
  const amount = [50, 300, 700, 2_000][index % 4] ?? 0;
  return { customer: { class: classes[index % 5] ?? '' }, amount, region: 'south', orders: [amount] };
});

/** Evaluations per second, with the rules that matched; each figure is the median of five rounds over 20 customers. */
export async function run(): Promise<readonly Table[]> {
  const rows: (readonly (string | number)[])[] = [];
  for (const [name, xml] of Object.entries(models)) {
    const start = performance.now();
    const decision = await compiled(xml);
    const compileMs = performance.now() - start;
    rows.push([name, Math.round(medianRate(decision)), compileMs.toFixed(1)]);
  }
  return [{ title: 'DMN', columns: ['decision', 'evaluations/s', 'read and compiled in ms'], rows }];
}

async function compiled(xml: string): Promise<ExecutableDecision> {
  const result = await readDmn({ name: 'bench.dmn', content: xml }, { purpose: 'deploy' });
  const decision = result.ok ? result.decisions.find(({ decisionId }) => decisionId === 'd') : undefined;
  if (decision === undefined)
    throw new Error(`Expected a decision but found ${JSON.stringify(result.diagnostics)}`);
  const results = new Set(customers.map((customer) => JSON.stringify(evaluate(decision, customer))));
  if (results.size < 10) throw new Error(`Expected many results but found ${[...results].join(', ')}`);
  return decision;
}

function evaluate(decision: ExecutableDecision, variables: Variables): JsonValue {
  return decision.evaluate({ now: 0, get: (name) => ownValue(variables, name) }).result;
}

function medianRate(decision: ExecutableDecision): number {
  const rates = Array.from({ length: rounds }, () => rate(decision)).sort((left, right) => left - right);
  return rates[rounds >> 1] ?? 0;
}

function rate(decision: ExecutableDecision): number {
  const start = performance.now();
  let count = 0;
  let elapsed = 0;
  while (elapsed < roundMs) {
    for (const customer of customers) evaluate(decision, customer);
    count += customers.length;
    elapsed = performance.now() - start;
  }
  return (count / elapsed) * 1000;
}
