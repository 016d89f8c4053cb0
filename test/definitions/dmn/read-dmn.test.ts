import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { readDmn } from '../../../src/definitions/index.js';
import { lineOf } from '../../support/xml-text.js';
import { decision, dmn, inputData, knowledgeModel, literal, table } from '../../support/dmn-builder.js';
import { decisionsOf, diagnosticsOf, evaluate, resultOf } from './evaluate.js';

const one = decision('d', literal('1'));

describe('reading DMN', () => {
  for (const version of ['1.3', '1.4', '1.5'] as const) {
    it(`takes DMN ${version}`, async () => assert.equal(await resultOf(dmn([one], { version }), {}), 1));
  }

  for (const version of ['1.1', '1.2'] as const) {
    it(`refuses DMN ${version} by name`, async () => {
      const [diagnostic] = await diagnosticsOf(dmn([one], { version }));
      assert.equal(diagnostic?.code, 'unsupported-dmn-version');
      assert.match(diagnostic.message, new RegExp(`found DMN ${version}`));
      assert.equal(diagnostic.line, 2);
    });
  }

  it('names element and line of what is wrong', async () => {
    const xml = dmn([
      one,
      decision(
        'wrong',
        table({
          inputs: [{ expression: 'x' }],
          outputs: [{}],
          rules: [
            ['1', '1'],
            ['((', '1'],
          ],
        }),
      ),
    ]);
    const [diagnostic, ...more] = await diagnosticsOf(xml);
    assert.equal(more.length, 0);
    assert.equal(diagnostic?.code, 'invalid-expression');
    assert.equal(diagnostic.elementId, 'wrong');
    assert.equal(diagnostic.line, lineOf(xml, 't_2'));
  });

  it('refuses a child that stands twice where there is one', async () => {
    const text = '<literalExpression id="l"><text>1</text></literalExpression>';
    for (const [what, content] of [
      ['expression', [text, '<context id="second" />']],
      ['text', ['<literalExpression><text>1</text>', '<text id="second">2</text></literalExpression>']],
      ['variable', ['<variable name="a" />', '<variable id="second" name="b" />', text]],
    ] as const) {
      const xml = dmn([['<decision id="d" name="d">', ...content, '</decision>']]);
      const [diagnostic, ...more] = await diagnosticsOf(xml);
      assert.deepEqual([diagnostic?.code, more.length], ['duplicate-child', 0]);
      assert.match(diagnostic?.message ?? '', new RegExp(what));
      assert.equal(diagnostic?.line, lineOf(xml, 'second'));
    }
  });

  it('takes what draws, comments and decorates a model', async () => {
    const xml = dmn(
      [
        decision('d', literal('1'), { versionTag: 'v1' }),
        [
          '<textAnnotation id="a"><text>hello</text></textAnnotation>',
          '<association id="s"><sourceRef href="#d" /><targetRef href="#a" /></association>',
        ],
        [
          '<di:DMNDI xmlns:di="https://www.omg.org/spec/DMN/20191111/DMNDI/"><di:DMNDiagram><di:DMNShape dmnElementRef="d">',
          '<dc:Bounds xmlns:dc="http://www.omg.org/spec/DMN/20180521/DC/" height="80" width="180" x="160" y="100" />',
          '</di:DMNShape></di:DMNDiagram></di:DMNDI>',
        ],
      ],
      {
        attributes: {
          'xmlns:m': 'http://camunda.org/schema/modeler/1.0',
          'm:executionPlatform': 'Camunda Cloud',
        },
      },
    );
    assert.deepEqual(await diagnosticsOf(xml), []);
    assert.equal((await decisionsOf(xml))[0]?.versionTag, 'v1');
  });

  it('reads a long chain of decisions without gathering for each all before it, and evaluates its end', async () => {
    const links = Array.from({ length: 1_500 }, (_, index) =>
      decision(`d${index + 1}`, literal(`d${index} + 1`), { decisions: [`d${index}`] }),
    );
    const xml = dmn([decision('d0', literal('0')), ...links]);
    assert.equal(await resultOf(xml, {}, 'd1500'), 1_500);
  });

  it('takes the version tag of Camunda 7', async () => {
    const attributes = {
      'xmlns:camunda': 'http://camunda.org/schema/1.0/dmn',
      'camunda:versionTag': 'seven',
    };
    const xml = dmn([decision('d', literal('1'), { attributes })]);
    assert.equal((await decisionsOf(xml))[0]?.versionTag, 'seven');
  });

  it('says which extensions it does not know', async () => {
    const xml = dmn([decision('d', literal('1'), { attributes: { 'xmlns:v': 'urn:vendor', 'v:x': '1' } })]);
    assert.deepEqual(
      (await diagnosticsOf(xml)).map(({ code, severity }) => [code, severity]),
      [['unknown-extension', 'info']],
    );
  });

  it('takes names with operators and key words in them', async () => {
    const xml = dmn([
      inputData('i', 'gross-net of this'),
      decision('d', literal('gross-net of this + 1'), { inputs: ['i'] }),
    ]);
    assert.equal(await resultOf(xml, { 'gross-net of this': 4 }), 5);
  });

  it('knows the time of the command only', async () => {
    assert.equal(await resultOf(dmn([decision('d', literal('string(today())'))]), {}), '2026-01-01');
  });

  it('does not reach anything of the host', async () => {
    const sources = ['constructor', '__proto__', 'process', 'globalThis', 'x.constructor', 'x.__proto__'];
    for (const source of sources) {
      const result = await readDmn(
        { name: 'x', content: dmn([decision('d', literal(source))]) },
        { purpose: 'deploy' },
      );
      if (result.ok)
        for (const each of result.decisions) assert.equal(evaluate(each, { x: {} }).result, null);
    }
  });

  it('never throws, whatever a file looks like, and what deploys evaluates or says why not', async function () {
    this.timeout(20_000);
    const xml = dmn([
      '<itemDefinition name="g"><typeRef>string</typeRef></itemDefinition>'.split('\n'),
      inputData('i', 'age', 'number'),
      knowledgeModel('f', ['x'], literal('x * 2')),
      decision('a', literal('f(age)'), { inputs: ['i'], knowledge: ['f'], typeRef: 'number' }),
      decision(
        'b',
        table({
          hitPolicy: 'PRIORITY',
          inputs: [{ expression: 'a', typeRef: 'number', values: '> 0' }],
          outputs: [{ name: 'r', typeRef: 'g', values: '"x","y"', default: '"y"' }, { name: 's' }],
          rules: [
            ['> 10', '"x"', '1'],
            ['> 20', '"y"', 'a'],
          ],
        }),
        { decisions: ['a'] },
      ),
    ]);
    let deployed = 0;
    for (const mutant of mutants(xml)) {
      const result = await readDmn({ name: 'm.dmn', content: mutant }, { purpose: 'deploy' });
      if (!result.ok) {
        assert.ok(result.diagnostics.some(({ severity }) => severity === 'error'));
        continue;
      }
      deployed += 1;
      for (const each of result.decisions) {
        try {
          each.evaluate({ now: 0, get: (name) => (name === 'age' ? 11 : undefined) });
        } catch (error) {
          assert.ok(
            error instanceof Error && ['DecisionFailure', 'FeelBudgetExceeded'].includes(error.name),
            String(error),
          );
        }
      }
    }
    assert.ok(deployed > 50, `Expected some mutants to deploy but found ${deployed}`);
  });
});

/** The file with each of its lines left out, repeated and swapped with the next, each attribute left out or changed, and cut. */
function* mutants(xml: string): Iterable<string> {
  const lines = xml.split('\n');
  for (const [index, line] of lines.entries()) {
    const [before, after] = [lines.slice(0, index), lines.slice(index + 1)];
    yield [...before, ...after].join('\n');
    yield [...before, line, line, ...after].join('\n');
    yield [...before, ...after.slice(0, 1), line, ...after.slice(1)].join('\n');
    yield [...before, line.slice(0, line.length >> 1)].join('\n');
    for (const [attribute] of line.matchAll(/ [\w:]+="[^"]*"/g)) {
      yield [...before, line.replace(attribute, ''), ...after].join('\n');
      yield [...before, line.replace(attribute, attribute.replace(/="[^"]*"/, '="#d"')), ...after].join('\n');
      yield [...before, line.replace(attribute, attribute.replace(/="[^"]*"/, '="a"')), ...after].join('\n');
    }
    if (line.includes('<text>'))
      yield [...before, line.replace(/<text>.*<\/text>/, '<text>-</text>'), ...after].join('\n');
  }
}
