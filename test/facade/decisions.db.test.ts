import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import request from 'supertest';
import {
  deleteDecisionDefinition,
  evaluateDecision,
  getDecisionDefinition,
  getDecisionDefinitionXml,
  searchDecisionDefinitions,
} from '../../src/contract/decisions.js';
import { deploy } from '../../src/contract/deployments.js';
import { bpmn } from '../support/bpmn-builder.js';
import { call, refused } from '../support/contract-client.js';
import { decision, dmn, inputData, literal, table } from '../support/dmn-builder.js';
import { useServer } from './use-server.js';

const discountTable = (rate: string) =>
  table({
    inputs: [{ expression: 'points', label: 'Points', typeRef: 'number' }],
    outputs: [{ name: 'discount', typeRef: 'number' }],
    rules: [
      ['< 100', '0'],
      ['>= 100', rate],
    ],
  });
const discount = (rate = '5') =>
  dmn([
    decision('points', literal('orders * 10'), { name: 'Points' }),
    decision('discount', discountTable(rate), {
      name: 'Discount',
      decisions: ['points'],
      versionTag: `r${rate}`,
    }),
  ]);
const unknown = { decisionDefinitionId: 'no-such-id' };

describe('decisions over REST', () => {
  const server = useServer();
  const deployed = async (content: string, name = 'discount.dmn') =>
    (await call(server(), deploy, 201, { body: { resources: [{ name, content }] } })).decisionDefinitions;
  const evaluated = (body: object) => call(server(), evaluateDecision, 200, { body });

  it('are deployed in versions, each decision of a file by itself', async () => {
    const first = await deployed(discount());
    assert.deepEqual(
      first.map(({ decisionId, name, version, versionTag }) => [decisionId, name, version, versionTag]),
      [
        ['points', 'Points', 1, undefined],
        ['discount', 'Discount', 1, 'r5'],
      ],
    );
    assert.deepEqual(await deployed(discount()), first);
    const second = await deployed(discount('7'));
    assert.deepEqual(
      second.map(({ version, versionTag }) => [version, versionTag]),
      [
        [2, undefined],
        [2, 'r7'],
      ],
    );
    assert.notEqual(second[0]?.decisionDefinitionId, first[0]?.decisionDefinitionId);
  });

  it('are only validated on a dry run', async () => {
    const body = { resources: [{ name: 'discount.dmn', content: discount() }] };
    const { decisionDefinitions } = await call(server(), deploy, 200, { query: { dryRun: 'true' }, body });
    assert.deepEqual(decisionDefinitions[1], {
      decisionId: 'discount',
      name: 'Discount',
      version: 1,
      versionTag: 'r5',
    });
    assert.equal((await call(server(), searchDecisionDefinitions, 200)).page.totalItems, 0);
  });

  it('are deployed together with processes, as XML and as files', async () => {
    const process = bpmn('p').startEvent('s').toXml();
    const body = {
      resources: [
        { name: 'p.bpmn', content: process },
        { name: 'd.dmn', content: discount() },
      ],
    };
    const both = await call(server(), deploy, 201, { body });
    assert.deepEqual([both.processDefinitions.length, both.decisionDefinitions.length], [1, 2]);
    const xml = await request(server().url)
      .post('/v1/deployments')
      .type('application/xml')
      .send(discount('6'));
    assert.equal(xml.body.decisionDefinitions[0].version, 2);
    const file = await request(server().url)
      .post('/v1/deployments')
      .attach('f', Buffer.from(discount('7')), 'x.dmn');
    assert.equal(file.body.decisionDefinitions[0].version, 3);
  });

  it('are refused as a whole, with element and line', async () => {
    const broken = discount().replace('orders * 10', 'orders *');
    const body = {
      resources: [
        { name: 'p.bpmn', content: bpmn('p').startEvent('s').toXml() },
        { name: 'd.dmn', content: broken },
      ],
    };
    const { diagnostics = [] } = await refused(server(), deploy, 'invalid-model', { body });
    const errors = diagnostics.filter(({ severity }) => severity === 'error');
    assert.deepEqual(
      errors.map(({ code, elementId, resource }) => [code, elementId, resource]),
      [['invalid-expression', 'points', 'd.dmn']],
    );
    assert.ok(errors[0]?.line);
    const twice = { resources: ['a.dmn', 'b.dmn'].map((name) => ({ name, content: discount() })) };
    const twins = await refused(server(), deploy, 'invalid-model', { body: twice });
    assert.equal(twins.diagnostics?.[0]?.code, 'duplicate-decision');
    for (const content of ['<not closed', '<!DOCTYPE x>', '<definitions/>', bpmn('p').toXml(), dmn([])])
      await refused(server(), deploy, 'invalid-model', { body: { resources: [{ name: 'x.dmn', content }] } });
  });

  it('are found, shown as they were deployed, and deleted', async () => {
    await deployed(discount());
    await deployed(discount('7'));
    const { items } = await call(server(), searchDecisionDefinitions, 200, {
      body: { filter: { decisionId: 'discount' }, sort: [{ field: 'version', order: 'desc' }] },
    });
    assert.deepEqual(
      items.map(({ version, resourceName }) => [version, resourceName]),
      [
        [2, 'discount.dmn'],
        [1, 'discount.dmn'],
      ],
    );
    const params = { decisionDefinitionId: items[0]?.decisionDefinitionId ?? '' };
    assert.deepEqual(await call(server(), getDecisionDefinition, 200, { params }), items[0]);
    assert.equal(await call(server(), getDecisionDefinitionXml, 200, { params }), discount('7'));
    await call(server(), deleteDecisionDefinition, 204, { params });
    assert.equal((await evaluated({ decisionId: 'discount', variables: { orders: 10 } })).version, 1);
    for (const operation of [getDecisionDefinition, getDecisionDefinitionXml, deleteDecisionDefinition]) {
      await refused(server(), operation, 'not-found', { params });
      await refused(server(), operation, 'not-found', { params: unknown });
    }
  });

  it('answer result, rules and everything that was evaluated', async () => {
    const [, definition] = await deployed(discount());
    const variables = { orders: 12 };
    const answer = await evaluated({ decisionId: 'discount', variables });
    const rule = { ruleId: 't_2', ruleIndex: 2, outputs: { discount: 5 } };
    assert.deepEqual(answer, {
      decisionId: 'discount',
      decisionDefinitionId: definition?.decisionDefinitionId,
      version: 1,
      result: 5,
      matchedRules: [rule],
      evaluatedDecisions: [
        { decisionId: 'points', decisionName: 'Points', decisionType: 'literalExpression', result: 120 },
        {
          decisionId: 'discount',
          decisionName: 'Discount',
          decisionType: 'decisionTable',
          result: 5,
          inputs: [{ inputId: 't_i1', inputName: 'Points', value: 120 }],
          matchedRules: [rule],
        },
      ],
    });
    await deployed(discount('7'));
    assert.equal((await evaluated({ decisionId: 'discount', variables })).result, 7);
    assert.equal((await evaluated({ decisionId: 'discount', version: 1, variables })).result, 5);
    const { decisionDefinitionId } = answer;
    assert.equal((await evaluated({ decisionDefinitionId, variables })).result, 5);
  });

  it('refuse what they cannot decide, and what does not exist', async () => {
    await deployed(
      dmn([
        inputData('n', 'n', 'number'),
        decision('d', literal('n'), { inputs: ['n'] }),
        decision('endless', literal('count(for i in 1..100000 return count(for j in 1..100000 return i))')),
        decision(
          'two',
          table({
            inputs: [{ expression: 'n' }],
            outputs: [{}],
            rules: [
              ['-', '1'],
              ['-', '2'],
            ],
          }),
        ),
      ]),
    );
    const failing: readonly (readonly [object, RegExp])[] = [
      [{ decisionId: 'd', variables: { n: 'x' } }, /inputData n to be of type number but found "x"/],
      [{ decisionId: 'two', variables: {} }, /one rule to match .* rules 1, 2/],
      [{ decisionId: 'endless' }, /within 1000000 steps|at most/],
    ];
    for (const [body, detail] of failing) {
      const problem = await refused(server(), evaluateDecision, 'decision-failed', { body });
      assert.equal(problem.status, 422);
      assert.match(problem.detail ?? '', detail);
    }
    for (const body of [{ decisionId: 'x' }, { decisionId: 'd', version: 2 }, unknown])
      await refused(server(), evaluateDecision, 'not-found', { body });
    for (const body of [
      {},
      { decisionId: 'd', decisionDefinitionId: 'x' },
      { decisionDefinitionId: 'x', version: 1 },
    ])
      await refused(server(), evaluateDecision, 'invalid-argument', { body });
    await refused(server(), evaluateDecision, 'validation-failed', { body: { decisionId: 1 } });
  });
});
