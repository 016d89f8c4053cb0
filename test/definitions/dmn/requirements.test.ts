import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { decision, dmn, inputData, knowledgeModel, literal, table } from '../../support/dmn-builder.js';
import { decisionsOf, diagnosticsOf, evaluationOf, resultOf } from './evaluate.js';

const one = literal('1');

/** Lending after the example of DMN 1.3, chapter 11: names with spaces, a knowledge model, a table that uses results. */
const lending = dmn([
  inputData('applicant', 'Applicant'),
  inputData('requested', 'Requested Loan'),
  knowledgeModel(
    'instalment',
    ['amount', 'rate', 'months'],
    literal('amount * rate / (1 - (1 + rate)**-months)'),
    {
      name: 'Monthly Instalment',
    },
  ),
  decision('payment', literal('Monthly Instalment(Requested Loan.amount, 0.01, Requested Loan.months)'), {
    name: 'Required Payment',
    inputs: ['requested'],
    knowledge: ['instalment'],
  }),
  decision('affordable', literal('Applicant.income * 0.4 > Required Payment'), {
    name: 'Is Affordable?',
    inputs: ['applicant'],
    decisions: ['payment'],
    typeRef: 'boolean',
  }),
  decision(
    'strategy',
    table({
      inputs: [
        { expression: 'Applicant.age', typeRef: 'number' },
        { expression: 'affordable', typeRef: 'boolean' },
      ],
      outputs: [{ name: 'strategy', typeRef: 'string' }],
      hitPolicy: 'UNIQUE',
      rules: [
        ['< 18', '-', '"decline"'],
        ['>= 18', 'false', '"bureau"'],
        ['>= 18', 'true', '"through"'],
      ],
    }),
    { name: 'Strategy', inputs: ['applicant'], decisions: ['affordable'] },
  ),
]);

const applicant = { age: 30, income: 1000 };

describe('decision requirements', () => {
  it('are evaluated first, each once, and told in that order', async () => {
    const variables = { Applicant: applicant, 'Requested Loan': { amount: 1000, months: 12 } };
    const { result, evaluatedDecisions } = await evaluationOf(lending, variables, 'strategy');
    assert.equal(result, 'through');
    assert.deepEqual(
      evaluatedDecisions.map(({ decisionId, decisionType }) => [decisionId, decisionType]),
      [
        ['payment', 'literalExpression'],
        ['affordable', 'literalExpression'],
        ['strategy', 'decisionTable'],
      ],
    );
    assert.ok(Math.abs(Number(evaluatedDecisions[0]?.result) - 88.85) < 0.01);
  });

  it('are left out when something that does not need them is asked for', async () => {
    const { evaluatedDecisions } = await evaluationOf(
      lending,
      { 'Requested Loan': { amount: 1000, months: 12 } },
      'payment',
    );
    assert.equal(evaluatedDecisions.length, 1);
  });

  it('give each file a decision per decision element', async () => {
    const decisions = await decisionsOf(lending);
    assert.deepEqual(
      decisions.map(({ decisionId, name }) => [decisionId, name]),
      [
        ['payment', 'Required Payment'],
        ['affordable', 'Is Affordable?'],
        ['strategy', 'Strategy'],
      ],
    );
  });

  it('are told as a circle when they are one', async () => {
    const xml = dmn([
      decision('a', one, { decisions: ['b'] }),
      decision('b', one, { decisions: ['c'] }),
      decision('c', one, { decisions: ['b'] }),
    ]);
    const [diagnostic] = await diagnosticsOf(xml);
    assert.equal(diagnostic?.code, 'requirement-circle');
    assert.match(diagnostic.message, /circle (b → c → b|c → b → c)\./);
    assert.ok(diagnostic.line);
  });

  it('are told as a circle between functions of the model, too', async () => {
    const xml = dmn([decision('d', one), knowledgeModel('f', ['x'], literal('f(x)'), { knowledge: ['f'] })]);
    assert.equal((await diagnosticsOf(xml))[0]?.code, 'requirement-circle');
  });

  it('must point at something of the right kind in the same file', async () => {
    const wrong = [
      decision('a', one, { decisions: ['nobody'] }),
      decision('a', one, { inputs: ['b'] }),
      decision('a', one, { knowledge: ['b'] }),
    ];
    for (const broken of wrong) {
      const [diagnostic] = await diagnosticsOf(dmn([decision('b', one), broken]));
      assert.equal(diagnostic?.code, 'invalid-requirement');
      assert.equal(diagnostic.elementId, 'a');
    }
  });

  it('must have different names', async () => {
    const xml = dmn([
      inputData('i', 'same'),
      decision('b', one, { name: 'same' }),
      decision('a', one, { inputs: ['i'], decisions: ['b'] }),
    ]);
    assert.match((await diagnosticsOf(xml))[0]?.message ?? '', /are both "same"/);
  });

  it('are found by name before variables of the caller, by id, and by the outputs of a required table', async () => {
    const season = decision(
      'season_id',
      table({
        inputs: [{ expression: 'm' }],
        outputs: [{ name: 'season' }],
        rules: [
          ['< 7', '"first"'],
          ['>= 7', '"second"'],
        ],
      }),
      { name: 'Season of the year' },
    );
    const using = (source: string) =>
      resultOf(dmn([season, decision('d', literal(source), { decisions: ['season_id'] })]), {
        m: 3,
        season: 'of the caller',
        other: 'visible',
      });
    assert.equal(await using('Season of the year'), 'first');
    assert.equal(await using('season_id'), 'first');
    assert.equal(await using('season'), 'first');
    assert.equal(await using('other'), 'visible');
  });

  it('hand over dates as dates', async () => {
    const xml = dmn([
      decision('due', literal('date("2026-01-31") + duration("P1D")')),
      decision('d', literal('due.month'), { decisions: ['due'] }),
    ]);
    assert.equal(await resultOf(xml, {}), 2);
    assert.equal(await resultOf(xml, {}, 'due'), '2026-02-01');
  });

  it('hand over functions with what they have seen', async () => {
    // A decision is no function by declaration: it is called through a context.
    const through = dmn([
      decision('maker', literal('{ f: function(a) a + base }')),
      decision('d', literal('maker.f(1)'), { decisions: ['maker'] }),
    ]);
    assert.equal(await resultOf(through, { base: 10 }), 11);
  });

  it('know no variable of the caller inside a function of the model', async () => {
    const xml = dmn([
      knowledgeModel('outer', ['x'], literal('inner(x) + 1'), { knowledge: ['inner'] }),
      knowledgeModel('inner', ['x'], literal('if secret = null then x * 2 else 0')),
      decision('d', literal('outer(20)'), { knowledge: ['outer'] }),
    ]);
    assert.equal(await resultOf(xml, { secret: 7, x: 9 }), 41);
  });

  it('can be a function whose body is a table', async () => {
    const body = table({
      inputs: [{ expression: 'x' }],
      outputs: [{ name: 'size' }],
      rules: [
        ['< 10', '"small"'],
        ['>= 10', '"big"'],
      ],
    });
    const xml = dmn([
      knowledgeModel('size of', ['x'], body),
      decision('d', literal('for n in numbers return size of(n)'), { knowledge: ['size of'] }),
    ]);
    assert.deepEqual(
      await resultOf(xml.replace(/id="size of"/, 'id="size"').replace('#size of', '#size'), {
        numbers: [1, 10],
      }),
      ['small', 'big'],
    );
  });

  it('read over decision services and knowledge sources', async () => {
    const xml = dmn([
      decision('d', one),
      ['<knowledgeSource id="k" name="Law" />', '<decisionService id="s" name="S" />'],
    ]);
    assert.deepEqual(
      (await diagnosticsOf(xml)).map(({ code, elementId }) => [code, elementId]),
      [['not-considered', 's']],
    );
  });
});
