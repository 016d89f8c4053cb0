import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { JsonValue } from '../../../src/engine/json.js';
import { decision, dmn, table } from '../../support/dmn-builder.js';
import type { OutputOptions, TableOptions } from '../../support/dmn-builder.js';
import { diagnosticsOf, evaluationOf } from './evaluate.js';

const ranked = { name: 'grade', values: '"high","middle","low"' };
const grades = [
  ['> 10', '"low"'],
  ['> 20', '"high"'],
  ['> 20', '"middle"'],
  ['> 30', '"high"'],
];
const points = [
  ['> 10', '1'],
  ['> 20', '5'],
  ['> 20', '3'],
];
const twoOutputs: readonly OutputOptions[] = [
  { name: 'grade', values: '"high","low"' },
  { name: 'rate', values: '3,2,1' },
];
const both = [
  ['> 10', '"low"', '1'],
  ['> 10', '"low"', '3'],
  ['> 20', '"high"', '1'],
  ['> 20', '"high"', '2'],
];

function tableOf(options: Partial<TableOptions> & Pick<TableOptions, 'rules'>): string {
  const columns = { inputs: [{ expression: 'x' }], outputs: [{ name: 'grade' }] };
  return dmn([decision('d', table({ ...columns, ...options }))]);
}

interface Case {
  readonly policy: string;
  readonly table: Partial<TableOptions> & Pick<TableOptions, 'rules'>;
  /** By the value of x: the result and the numbers of the rules that matched, or what the failure says. */
  readonly cases: readonly (readonly [x: JsonValue, result: JsonValue | RegExp, rules?: readonly number[]])[];
}

const cases: readonly Case[] = [
  {
    policy: 'UNIQUE by default',
    table: {
      rules: [
        ['<= 10', '"low"'],
        ['> 10', '"high"'],
      ],
    },
    cases: [
      [10, 'low', [1]],
      [11, 'high', [2]],
      ['text', null, []],
      [null, null, []],
    ],
  },
  {
    policy: 'UNIQUE',
    table: { hitPolicy: 'UNIQUE', rules: grades },
    cases: [
      [15, 'low', [1]],
      [5, null, []],
      [25, /one rule to match in decision table t \(hit policy UNIQUE\) but found rules 1, 2, 3/],
    ],
  },
  {
    policy: 'FIRST',
    table: { hitPolicy: 'FIRST', rules: grades },
    cases: [
      [35, 'low', [1]],
      [5, null, []],
    ],
  },
  {
    policy: 'ANY',
    table: {
      hitPolicy: 'ANY',
      rules: [
        ['> 10', '"a"'],
        ['> 20', '"a"'],
        ['> 30', '"b"'],
      ],
    },
    cases: [
      [25, 'a', [1, 2]],
      [35, /all rules that match to give the same .* rules 1, 2, 3/],
    ],
  },
  {
    policy: 'PRIORITY',
    table: { hitPolicy: 'PRIORITY', outputs: [ranked], rules: grades },
    cases: [
      [15, 'low', [1]],
      [25, 'high', [1, 2, 3]],
      [5, null, []],
    ],
  },
  {
    policy: 'PRIORITY of several outputs, the first deciding',
    table: { hitPolicy: 'PRIORITY', outputs: twoOutputs, rules: both },
    cases: [
      [15, { grade: 'low', rate: 3 }, [1, 2]],
      [25, { grade: 'high', rate: 2 }, [1, 2, 3, 4]],
    ],
  },
  {
    policy: 'COLLECT',
    table: { hitPolicy: 'COLLECT', rules: points },
    cases: [
      [25, [1, 5, 3], [1, 2, 3]],
      [15, [1], [1]],
      [5, null, []],
    ],
  },
  {
    policy: 'COLLECT of several outputs',
    table: { hitPolicy: 'COLLECT', outputs: twoOutputs, rules: both.slice(0, 2) },
    cases: [
      [
        15,
        [
          { grade: 'low', rate: 1 },
          { grade: 'low', rate: 3 },
        ],
        [1, 2],
      ],
    ],
  },
  {
    policy: 'COLLECT SUM',
    table: { hitPolicy: 'COLLECT', aggregation: 'SUM', rules: points },
    cases: [
      [25, 9, [1, 2, 3]],
      [5, null, []],
    ],
  },
  {
    policy: 'COLLECT MIN',
    table: { hitPolicy: 'COLLECT', aggregation: 'MIN', rules: points },
    cases: [[25, 1]],
  },
  {
    policy: 'COLLECT MAX',
    table: { hitPolicy: 'COLLECT', aggregation: 'MAX', rules: points },
    cases: [[25, 5]],
  },
  {
    policy: 'COLLECT COUNT',
    table: { hitPolicy: 'COLLECT', aggregation: 'COUNT', rules: points },
    cases: [
      [25, 3],
      [5, 0, []],
    ],
  },
  {
    policy: 'COLLECT SUM of what cannot be added',
    table: {
      hitPolicy: 'COLLECT',
      aggregation: 'SUM',
      rules: [
        ['> 10', '1'],
        ['> 10', '"a"'],
        ['> 20', ''],
      ],
    },
    cases: [[15, /values of which decision table t can give the SUM but found 1, "a"/]],
  },
  {
    policy: 'RULE ORDER',
    table: { hitPolicy: 'RULE ORDER', outputs: [ranked], rules: grades },
    cases: [
      [35, ['low', 'high', 'middle', 'high'], [1, 2, 3, 4]],
      [5, null, []],
    ],
  },
  {
    policy: 'OUTPUT ORDER',
    table: { hitPolicy: 'OUTPUT ORDER', outputs: [ranked], rules: grades },
    cases: [[35, ['high', 'high', 'middle', 'low'], [1, 2, 3, 4]]],
  },
  {
    policy: 'a default output where no rule matches',
    table: { outputs: [{ default: '"none"' }], rules: [['> 10', '"a"']] },
    cases: [
      [5, 'none', []],
      [15, 'a', [1]],
    ],
  },
  {
    policy: 'a default output of one of several outputs',
    table: {
      outputs: [{ name: 'a', default: '1 + 1' }, { name: 'b' }],
      rules: [['> 10', '1', '2']],
    },
    cases: [[5, { a: 2, b: null }, []]],
  },
  {
    policy: 'a default output in a table that gives lists',
    table: { hitPolicy: 'RULE ORDER', outputs: [{ default: '0' }], rules: [['> 10', '1']] },
    cases: [[5, [0], []]],
  },
  {
    policy: 'an empty output entry, which is null',
    table: { outputs: [{ name: 'a' }, { name: 'b' }], rules: [['-', '', 'x + 1']] },
    cases: [[5, { a: null, b: 6 }, [1]]],
  },
  {
    policy: 'an empty input entry, which takes everything',
    table: { rules: [['', '"any"']] },
    cases: [
      [null, 'any', [1]],
      [{ a: 1 }, 'any', [1]],
    ],
  },
  {
    policy: 'no rules at all',
    table: { rules: [] },
    cases: [[1, null, []]],
  },
  {
    policy: 'output values that an output is not among',
    table: { hitPolicy: 'FIRST', outputs: [ranked], rules: [['> 10', '"unheard of"']] },
    cases: [[15, /output "grade" of decision table t to be among its output values but found "unheard of"/]],
  },
  {
    policy: 'a null in a table that goes by priority',
    table: { hitPolicy: 'PRIORITY', outputs: [ranked], rules: [['> 10', '']] },
    cases: [[15, /among its output values, which give the priority, but found null/]],
  },
];

describe('hit policies of decision tables', () => {
  for (const { policy, table: options, cases: examples } of cases) {
    it(policy, async () => {
      const xml = tableOf(options);
      for (const [x, expected, rules] of examples) {
        const evaluating = evaluationOf(xml, { x });
        if (expected instanceof RegExp) {
          await assert.rejects(evaluating, expected);
          continue;
        }
        const { result, evaluatedDecisions } = await evaluating;
        assert.deepEqual(result, expected, `x = ${JSON.stringify(x)}`);
        const matched = evaluatedDecisions[0]?.matchedRules?.map(({ ruleIndex }) => ruleIndex);
        if (rules) assert.deepEqual(matched, rules, `x = ${JSON.stringify(x)}`);
      }
    });
  }

  it('tell inputs and rules that matched', async () => {
    const rules = [['> 10', '"high"', '2']];
    const { evaluatedDecisions } = await evaluationOf(
      tableOf({
        inputs: [{ expression: 'x * 2', label: 'Twice' }],
        outputs: [{ name: 'a' }, { name: 'b' }],
        rules,
      }),
      { x: 6 },
    );
    assert.deepEqual(evaluatedDecisions, [
      {
        decisionId: 'd',
        decisionName: 'd',
        decisionType: 'decisionTable',
        result: { a: 'high', b: 2 },
        inputs: [{ inputId: 't_i1', inputName: 'Twice', value: 12 }],
        matchedRules: [{ ruleId: 't_1', ruleIndex: 1, outputs: { a: 'high', b: 2 } }],
      },
    ]);
  });

  const refused: Readonly<
    Record<string, readonly [Partial<TableOptions> & Pick<TableOptions, 'rules'>, RegExp]>
  > = {
    'an unknown policy': [{ hitPolicy: 'SOMEHOW', rules: [] }, /hit policy to be one of UNIQUE/],
    'an unknown aggregation': [
      { hitPolicy: 'COLLECT', aggregation: 'AVG', rules: [] },
      /aggregation to be one of/,
    ],
    'an aggregation without COLLECT': [{ aggregation: 'SUM', rules: [] }, /SUM with the hit policy COLLECT/],
    'an aggregation of several outputs': [
      { hitPolicy: 'COLLECT', aggregation: 'SUM', outputs: twoOutputs, rules: [] },
      /one output where COLLECT gives the SUM but found 2/,
    ],
    'PRIORITY without output values': [
      { hitPolicy: 'PRIORITY', rules: [] },
      /output values, which give the priority/,
    ],
    'a row with too few cells': [{ rules: [['> 10']] }, /1 input and 1 output entries.* but found 1 and 0/],
    'outputs of the same name': [
      { outputs: [{ name: 'a' }, { name: 'a' }], rules: [] },
      /different names but found a, a/,
    ],
    'several outputs without names': [
      { outputs: [{}, { name: 'a' }], rules: [] },
      /several outputs .* one without/,
    ],
    'no output': [{ outputs: [], rules: [] }, /have an output but found none/],
    'an input without expression': [
      { inputs: [{ expression: ' ' }], rules: [] },
      /inputExpression with text/,
    ],
  };
  for (const [what, [options, message]] of Object.entries(refused)) {
    it(`refuse ${what}`, async () => {
      const errors = (await diagnosticsOf(tableOf(options))).filter(({ severity }) => severity === 'error');
      assert.equal(errors.length > 0, true);
      for (const { code, elementId, line } of errors) {
        assert.equal(code, 'invalid-decision-table');
        assert.equal(elementId, 'd');
        assert.ok(line);
      }
      assert.match(errors.map((error) => error.message).join('\n'), message);
    });
  }
});
