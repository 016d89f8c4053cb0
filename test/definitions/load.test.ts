import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { bpmn } from '../support/bpmn-builder.js';
import { deploy, load } from '../support/read-model.js';
import type { Model } from '../support/read-model.js';

const started = () => bpmn('p').startEvent('s');

async function codes(model: Model): Promise<readonly string[]> {
  const result = await load(model);
  return result.diagnostics.filter((it) => it.severity === 'error').map((it) => it.code);
}

const nested = (levels: number): string =>
  levels === 0 ? '' : `<bpmn:subProcess id="x${levels}">${nested(levels - 1)}</bpmn:subProcess>`;

describe('loading a model that is deployed', () => {
  const tolerated: Readonly<Record<string, Model>> = {
    'a way out of a gateway without condition': started()
      .exclusiveGateway('g')
      .endEvent('a')
      .at('g')
      .when('=x')
      .endEvent('b'),
    'two none start events': started().endEvent('e').startEvent('s2').connectTo('e'),
    'a default flow with a condition': started()
      .exclusiveGateway('g')
      .when('=x', { isDefault: true })
      .endEvent('e'),
    'an attribute that BPMN does not have': started().task('t', { attributes: { colour: 'red' } }),
    'an attribute that is no whole number': started().task('t', {
      attributes: { completionQuantity: '1.5' },
    }),
    'a long process id': bpmn('p'.repeat(300)).startEvent('s'),
    'a misplaced extension': started().parallelGateway('g', { inputs: { a: '=1' } }),
    'a file that is too long': started().raw(`<!--${'x'.repeat(6_000_000)}-->`),
    'elements that are too deep': started().raw(nested(250)),
    'a dangling reference that nothing needs': started().raw(
      '<bpmn:association id="a" sourceRef="s" targetRef="ghost" />',
    ),
  };
  for (const [what, model] of Object.entries(tolerated)) {
    it(`takes ${what}, which a deployment does not`, async () => {
      assert.equal((await deploy(model)).ok, false);
      const result = await load(model);
      assert.ok(result.ok, JSON.stringify(result.diagnostics));
      assert.equal(result.processes.length, 1);
    });
  }

  it('tells what a deployment would not take as warnings', async () => {
    const result = await load(started().endEvent('e').startEvent('s2').connectTo('e'));
    assert.deepEqual(
      result.diagnostics.map(({ severity, code }) => [severity, code]),
      [['warning', 'invalid-start-event']],
    );
  });

  const hour = { timer: { duration: 'PT1H' } };
  const refused: Readonly<Record<string, readonly [Model, string]>> = {
    'what is no XML': ['no XML', 'not-xml'],
    'an element that is not executed': [started().element('complexGateway', 'g'), 'unsupported-element'],
    'an expression that does not compile': [started().when('=(').endEvent('e'), 'invalid-expression'],
    'a service task without job': [started().serviceTask('a'), 'missing-implementation'],
    'a flow to nowhere': [started().flow('s', 'ghost'), 'invalid-flow'],
    'a boundary event on nothing': [
      started().boundaryEvent('b', { attachedTo: 'ghost', ...hour }),
      'invalid-attachment',
    ],
    'a message that does not exist': [
      started().receiveTask('r', { attributes: { messageRef: 'ghost' } }),
      'missing-message',
    ],
    'a signal that does not exist': [
      started().endEvent('e', { content: ['<bpmn:signalEventDefinition signalRef="ghost" />'] }),
      'missing-signal',
    ],
    'an error that does not exist': [
      started().endEvent('e', { content: ['<bpmn:errorEventDefinition errorRef="ghost" />'] }),
      'missing-error-code',
    ],
  };
  for (const [what, [model, code]] of Object.entries(refused)) {
    it(`refuses ${what}, from which nothing can be built`, async () => {
      assert.deepEqual(await codes(model), [code]);
    });
  }
});
