import { evaluate as evaluateWithFeelin } from 'feelin';
import { compileFeelExpression } from '../src/definitions/feel/index.js';

/**
 * Evaluations per second of five expressions, beside feelin, which interprets the text each time. Run it with
 * `npx tsx bench/feel.ts`. Each figure is the median of five rounds; compiling is not part of ours.
 */
const expressions: readonly string[] = [
  'amount > 100 and customer.status = "gold"',
  'if amount > 1000 then "manual" else if amount > 100 then "check" else "auto"',
  'sum(items.price) * (1 + vat)',
  'count(items[price > 10 and quantity >= 2]) > 0',
  'date and time(created) + duration("P3D") < @"2024-02-01T00:00:00Z"',
];

const variables: Readonly<Record<string, unknown>> = {
  amount: 150,
  vat: 0.19,
  customer: { status: 'gold', name: 'Ada' },
  created: '2024-01-15T10:00:00Z',
  items: [
    { price: 5, quantity: 1 },
    { price: 20, quantity: 2 },
    { price: 12.5, quantity: 1 },
  ],
};

const roundMs = 200;
const rounds = 5;

for (const expression of expressions) {
  const compiled = compileFeelExpression(expression);
  if (!compiled.ok) throw new Error(`Expected ${expression} to compile but ${compiled.message}`);
  const context = { get: (name: string) => variables[name], now: Date.UTC(2024, 0, 15) };
  const own = medianRate(() => compiled.evaluate(context));
  const other = medianRate(() => evaluateWithFeelin(expression, { ...variables }).value);
  const ratio = (own / other).toFixed(0);
  console.log(`${format(own)}/s  feelin ${format(other)}/s  ${ratio.padStart(5)}×  ${expression}`);
}

function medianRate(evaluate: () => unknown): number {
  const rates = Array.from({ length: rounds }, () => rate(evaluate)).sort((left, right) => left - right);
  return rates[rounds >> 1] ?? 0;
}

function rate(evaluate: () => unknown): number {
  const start = performance.now();
  let count = 0;
  let elapsed = 0;
  while (elapsed < roundMs) {
    for (let index = 0; index < 50; index++) evaluate();
    count += 50;
    elapsed = performance.now() - start;
  }
  return (count / elapsed) * 1000;
}

function format(perSecond: number): string {
  return Math.round(perSecond).toLocaleString('en-US').padStart(12);
}
