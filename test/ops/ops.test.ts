import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'mocha';
import type { ServerMetrics } from '../../src/server-metrics.js';
import { allMetrics, labelsOf, seriesOf } from './observed.js';

const root = join(import.meta.dirname, '../..');
const alertsFile = join(root, 'ops/prometheus/alerts.yml');

/** Labels that Prometheus adds itself. */
const scraped = ['job', 'instance'];

/** What an expression asks for: names with the labels that it selects or groups by. */
function askedBy(
  expression: string,
): readonly { readonly name: string; readonly labels: readonly string[] }[] {
  const grouped = [...expression.matchAll(/\bby \(([^)]*)\)/g)].flatMap(([, list = '']) => list.split(', '));
  return [...expression.matchAll(/\b(throughline_\w+)(?:\{([^}]*)\})?/g)].map(
    ([, name = '', matchers = '']) => ({
      name,
      labels: [
        ...[...matchers.matchAll(/(\w+) *(?:=~|!~|!=|=)/g)].map(([, label = '']) => label),
        ...grouped,
      ],
    }),
  );
}

describe('what operators are given', () => {
  let metrics: ServerMetrics;
  let series: ReadonlyMap<string, readonly string[]>;
  before(async () => {
    metrics = allMetrics();
    series = await seriesOf(metrics);
  });
  after(() => metrics.stop());

  const assertAnswered = (expression: string): void => {
    for (const { name, labels } of askedBy(expression)) {
      const had = series.get(name);
      assert.ok(had, `Expected a metric ${name} in: ${expression}`);
      for (const label of labels)
        assert.ok(
          [...had, ...scraped].includes(label),
          `Expected a label ${label} of ${name} in: ${expression}`,
        );
    }
    const opened = expression.split('(').length;
    assert.equal(opened, expression.split(')').length, expression);
  };

  it('is a dashboard whose every panel asks for metrics and labels that there are', async () => {
    const text = await readFile(join(root, 'ops/grafana/throughline.json'), 'utf8');
    const { panels, templating } = JSON.parse(text) as {
      readonly panels: readonly {
        readonly id: number;
        readonly type: string;
        readonly title: string;
        readonly targets?: readonly { readonly expr: string }[];
      }[];
      readonly templating: { readonly list: readonly { readonly name: string }[] };
    };
    assert.equal(new Set(panels.map(({ id }) => id)).size, panels.length);
    assert.deepEqual(
      templating.list.map(({ name }) => name),
      ['datasource', 'instance'],
    );
    const expressions = panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr));
    assert.ok(expressions.length > 20);
    for (const { type, title, targets = [] } of panels)
      if (type !== 'row') assert.ok(targets.length > 0, title);
    for (const expression of expressions) assertAnswered(expression);
    // What is measured is shown.
    const shown = new Set(
      expressions.flatMap(askedBy).map(({ name }) => name.replace(/_(bucket|sum|count)$/, '')),
    );
    const measured = new Set([...series.keys()].map((name) => name.replace(/_(bucket|sum|count)$/, '')));
    assert.deepEqual([...shown].sort(), [...measured].sort());
  });

  it('are alerts with a condition, a time, a severity and words for people, about metrics that there are', async () => {
    const text = await readFile(alertsFile, 'utf8');
    const rules = text.split(/^ {6}- alert: /m).slice(1);
    assert.ok(rules.length >= 10);
    const names = rules.map((rule) => rule.slice(0, rule.indexOf('\n')));
    assert.equal(new Set(names).size, names.length);
    const form =
      /^Throughline[A-Z]\w+\n {8}expr: (.+)\n {8}for: \d+m\n {8}labels:\n {10}severity: (?:warning|critical)\n {8}annotations:\n {10}summary: \S.+\n {10}description: \S.+\n$/;
    for (const rule of rules) {
      const expression = form.exec(rule)?.[1];
      assert.ok(expression, rule);
      assertAnswered(expression);
      assert.match(expression, /job="throughline"/);
      assert.match(expression, / (?:[<>]|==) [\d.]+$/, 'an alert compares');
      assert.doesNotMatch(expression, /: | #/, 'it would be no plain scalar of YAML');
    }
    for (const [label = ''] of text.matchAll(/(?<=\$labels\.)\w+/g))
      assert.ok([...series.values()].flat().concat(scraped).includes(label), label);
  });

  it('is a page that tells of every metric, and of no other', async () => {
    const page = await readFile(join(root, 'docs/observability.md'), 'utf8');
    const told = [...page.matchAll(/^\| `(throughline_\w+)` \| (.*?) \|/gm)];
    const measured = [...labelsOf(metrics)].map(
      ([name, labels]) => [name, labels.map((label) => `\`${label}\``).join(', ')] as const,
    );
    assert.deepEqual(new Map(told.map(([, name = '', labels = '']) => [name, labels])), new Map(measured));
  });
});
