import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { JsonValue } from '../../../src/engine/json.js';
import { xmlElement } from '../../support/xml-text.js';
import { decision, dmn, knowledgeModel, literal, table } from '../../support/dmn-builder.js';
import { diagnosticsOf, resultOf } from './evaluate.js';

const entry = (name: string | undefined, value: readonly string[], typeRef?: string) =>
  xmlElement('contextEntry', {}, [
    ...(name === undefined ? [] : xmlElement('variable', { name, typeRef })),
    ...value,
  ]);
const list = (...items: readonly (readonly string[])[]) => xmlElement('list', {}, items.flat());
const invocation = (called: string, bindings: Readonly<Record<string, string>>) =>
  xmlElement('invocation', {}, [
    ...literal(called),
    ...Object.entries(bindings).flatMap(([name, formula]) =>
      xmlElement('binding', {}, [...xmlElement('parameter', { name }), ...literal(formula)]),
    ),
  ]);
const relation = xmlElement('relation', {}, [
  ...xmlElement('column', { name: 'name' }),
  ...xmlElement('column', { name: 'rate', typeRef: 'number' }),
  ...xmlElement('row', {}, [...literal('"a"'), ...literal('x')]),
  ...xmlElement('row', {}, [...literal('"b"'), ...literal('x + 1')]),
]);
const doubling = xmlElement('functionDefinition', {}, [
  ...xmlElement('formalParameter', { name: 'n' }),
  ...literal('n * x'),
]);

const results: Readonly<Record<string, readonly [logic: readonly string[], result: JsonValue]>> = {
  'a literal expression': [literal('x + 1'), 6],
  'a context, whose entries see those before': [
    xmlElement(
      'context',
      {},
      [entry('a', literal('x')), entry('b c', literal('a + 1')), entry('d', literal('b c * 2'))].flat(),
    ),
    { a: 5, 'b c': 6, d: 12 },
  ],
  'a context with a result': [
    xmlElement('context', {}, [...entry('a', literal('x')), ...entry(undefined, literal('a * 10'))]),
    50,
  ],
  'a context inside a context': [
    xmlElement('context', {}, entry('a', xmlElement('context', {}, entry('b', literal('x'))))),
    { a: { b: 5 } },
  ],
  'a list': [list(literal('x'), list(literal('"two"'))), [5, ['two']]],
  'a relation': [
    relation,
    [
      { name: 'a', rate: 5 },
      { name: 'b', rate: 6 },
    ],
  ],
  'an invocation': [invocation('scale', { by: '10', value: 'x' }), 50],
  'an invocation that leaves a parameter out': [invocation('scale', { value: 'x' }), null],
  'a function in a context': [
    xmlElement('context', {}, [...entry('double', doubling), ...entry(undefined, literal('double(3)'))]),
    15,
  ],
  'a table in a context': [
    xmlElement('context', {}, [
      ...entry('size', table({ inputs: [{ expression: 'x' }], outputs: [{}], rules: [['> 3', '"big"']] })),
      ...entry(undefined, literal('size')),
    ]),
    'big',
  ],
  'a function as the result, which JSON has not': [doubling, null],
};

const scale = knowledgeModel('scale', ['value', 'by'], literal('value * by'));
const modelOf = (logic: readonly string[]) => dmn([scale, decision('d', logic, { knowledge: ['scale'] })]);

describe('boxed expressions', () => {
  for (const [what, [logic, result]] of Object.entries(results)) {
    it(what, async () => assert.deepEqual(await resultOf(modelOf(logic), { x: 5 }), result));
  }

  it('fail when what is called is no function, or has no such parameter', async () => {
    await assert.rejects(resultOf(modelOf(invocation('x', {})), { x: 5 }), /call a function but found none/);
    await assert.rejects(
      resultOf(modelOf(invocation('scale', { factor: '1' })), { x: 5 }),
      /parameters of its function \("value", "by"\) but found "factor"/,
    );
  });

  it('fail when an entry is of another type', async () => {
    const logic = xmlElement('context', {}, entry('a', literal('x'), 'number'));
    await assert.rejects(
      resultOf(modelOf(logic), { x: 'five' }),
      /entry "a" of .* type number but found "five"/,
    );
  });

  it('cannot run without end', async () => {
    const endless = 'count(for i in 1..10000 return count(for j in 1..10000 return i * j))';
    await assert.rejects(resultOf(modelOf(literal(endless)), {}), /within 1000000 steps/);
    const itself = '{ f: function(g) g(g), r: f(f) }.r';
    await assert.rejects(resultOf(modelOf(literal(itself)), {}), /levels|steps|stack/);
  });

  const refused: Readonly<Record<string, readonly [logic: readonly string[], code: string]>> = {
    'no logic': [[], 'missing-decision-logic'],
    'broken FEEL': [literal('1 +'), 'invalid-expression'],
    'an unknown function': [literal('nobody(1)'), 'invalid-expression'],
    'another language': [
      literal('1', { expressionLanguage: 'javascript' }),
      'unsupported-expression-language',
    ],
    'a Java function': [
      xmlElement('functionDefinition', { kind: 'Java' }, literal('1')),
      'java-not-supported',
    ],
    'what DMN 1.4 has added': [
      ['<conditional id="c"><if><literalExpression><text>true</text></literalExpression></if></conditional>'],
      'unknown-element',
    ],
    'imported values': [
      ['<literalExpression><importedValues importType="x" namespace="y" /></literalExpression>'],
      'unsupported-element',
    ],
    'an invocation of nothing': [['<invocation />'], 'missing-decision-logic'],
    'a row that does not fit': [
      xmlElement('relation', {}, [
        ...xmlElement('column', { name: 'a' }),
        ...xmlElement('row', {}, [...literal('1'), ...literal('2')]),
      ]),
      'invalid-value',
    ],
  };
  for (const [what, [logic, code]] of Object.entries(refused)) {
    it(`refuse ${what}`, async () => {
      const errors = (await diagnosticsOf(modelOf(logic))).filter(({ severity }) => severity === 'error');
      assert.ok(
        errors.some((error) => error.code === code),
        JSON.stringify(errors),
      );
      assert.ok(errors.every(({ line }) => line !== undefined));
    });
  }

  for (const language of [
    'feel',
    'FEEL',
    'https://www.omg.org/spec/DMN/20191111/FEEL/',
    'http://www.omg.org/spec/FEEL/20140401',
  ]) {
    it(`are in FEEL when they say ${language}`, async () => {
      const xml = dmn([decision('d', literal('1', { expressionLanguage: language }))], {
        attributes: { expressionLanguage: language },
      });
      assert.equal(await resultOf(xml, {}), 1);
    });
  }
});
