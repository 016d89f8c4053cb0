import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { JsonValue } from '../../../src/engine/json.js';
import { decision, dmn, inputData, literal, table } from '../../support/dmn-builder.js';
import { diagnosticsOf, resultOf } from './evaluate.js';

const items = [
  '<itemDefinition name="tGrade"><typeRef>string</typeRef><allowedValues><text>"a","b"</text></allowedValues></itemDefinition>',
  '<itemDefinition name="tGrades" isCollection="true"><typeRef>tGrade</typeRef></itemDefinition>',
  '<itemDefinition name="tPerson">',
  '  <itemComponent name="name"><typeRef>string</typeRef></itemComponent>',
  '  <itemComponent name="born"><typeRef>date</typeRef></itemComponent>',
  '  <itemComponent name="friends" isCollection="true"><typeRef>tPerson</typeRef></itemComponent>',
  '</itemDefinition>',
];

const typed = (typeRef: string, expression: string) =>
  dmn([items, inputData('v', 'v', typeRef), decision('d', literal(expression), { inputs: ['v'] })]);

const taken: readonly (readonly [
  typeRef: string,
  value: JsonValue,
  expression: string,
  result: JsonValue,
])[] = [
  ['number', 5, 'v + 1', 6],
  ['integer', 5, 'v', 5],
  ['string', 'x', 'v', 'x'],
  ['boolean', false, 'not(v)', true],
  ['date', '2026-02-28', '(v + duration("P1D")).month', 3],
  ['dateTime', '2026-02-28T10:00:00Z', 'v.hour', 10],
  ['date and time', '2026-02-28T10:00:00Z', 'v.hour', 10],
  ['time', '10:30:00', 'v.minute', 30],
  ['dayTimeDuration', 'PT90M', 'v.hours', 1],
  ['years and months duration', 'P1Y', 'v.years', 1],
  ['Any', [1], 'v[1]', 1],
  ['tGrade', 'a', 'v', 'a'],
  ['tGrades', ['a', 'b'], 'count(v)', 2],
  [
    'tPerson',
    { name: 'n', born: '2000-01-01', friends: [{ born: '1999-01-01' }] },
    'v.friends[1].born.year',
    1999,
  ],
  ['number', null, 'v = null', true],
];

const refused: readonly (readonly [typeRef: string, value: JsonValue])[] = [
  ['number', '5'],
  ['integer', 5.5],
  ['string', 5],
  ['boolean', 'true'],
  ['date', 'soon'],
  ['date', '2026-02-30'],
  ['dayTimeDuration', 'P1Y'],
  ['tGrade', 'c'],
  ['tGrades', 'a'],
  ['tGrades', ['a', 'c']],
  ['tPerson', { born: 'soon' }],
  ['tPerson', { friends: [{ name: 1 }] }],
];

describe('types of values in decisions', () => {
  for (const [typeRef, value, expression, result] of taken) {
    it(`take ${JSON.stringify(value)} as ${typeRef}`, async () =>
      assert.deepEqual(await resultOf(typed(typeRef, expression), { v: value }), result));
  }

  for (const [typeRef, value] of refused) {
    it(`do not take ${JSON.stringify(value)} as ${typeRef}`, async () =>
      assert.rejects(
        resultOf(typed(typeRef, 'v'), { v: value }),
        new RegExp(`inputData v to be of type ${typeRef} but found`),
      ));
  }

  it('hold inputs and outputs of tables', async () => {
    const xml = (rule: readonly string[]) =>
      dmn([
        decision(
          'd',
          table({
            inputs: [{ expression: 'x', typeRef: 'number', values: '< 100' }],
            outputs: [{ name: 'r', typeRef: 'string' }],
            rules: [rule],
          }),
        ),
      ]);
    assert.equal(await resultOf(xml(['-', '"a"']), { x: 1 }), 'a');
    assert.equal(await resultOf(xml(['-', '"a"']), {}), 'a');
    await assert.rejects(
      resultOf(xml(['-', '1']), { x: 1 }),
      /output "r" of decision table t to be of type string but found 1/,
    );
    await assert.rejects(
      resultOf(xml(['-', '"a"']), { x: 'y' }),
      /input "x" of decision table t to be of type number but found "y"/,
    );
    await assert.rejects(
      resultOf(xml(['-', '"a"']), { x: 100 }),
      /input "x" .* among its input values but found 100/,
    );
  });

  it('hold the result of a decision, and each item where its table gives a list', async () => {
    await assert.rejects(
      resultOf(dmn([decision('d', literal('1'), { typeRef: 'string' })]), {}),
      /result of decision d to be of type string/,
    );
    const xml = dmn([
      decision('d', table({ hitPolicy: 'COLLECT', inputs: [], outputs: [{}], rules: [['"a"'], ['x']] }), {
        typeRef: 'string',
      }),
    ]);
    assert.deepEqual(await resultOf(xml, { x: 'b' }), ['a', 'b']);
    await assert.rejects(resultOf(xml, { x: 1 }), /result of decision d to be of type string but found 1/);
  });

  for (const [what, extra] of [
    ['that does not exist', '<itemDefinition name="t"><typeRef>robot</typeRef></itemDefinition>'],
    ['that is made of itself', '<itemDefinition name="t"><typeRef>t</typeRef></itemDefinition>'],
  ] as const) {
    it(`refuse a type ${what}`, async () => {
      const diagnostics = await diagnosticsOf(dmn([[extra], decision('d', literal('1'))]));
      assert.equal(diagnostics[0]?.code, 'unknown-type');
    });
  }

  it('refuse a type of a column that does not exist', async () => {
    const xml = dmn([
      decision('d', table({ inputs: [{ expression: 'x', typeRef: 'robot' }], outputs: [{}], rules: [] })),
    ]);
    assert.deepEqual(
      (await diagnosticsOf(xml)).map(({ code, elementId }) => [code, elementId]),
      [['unknown-type', 'd']],
    );
  });
});
