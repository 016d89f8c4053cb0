import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'mocha';
import { bpmn, bpmnFile } from '../support/bpmn-builder.js';
import { deployAsIs } from '../support/read-model.js';

const undrawn = (id: string, task = 't') => bpmn(id).startEvent(`${id}-s`).task(task).endEvent(`${id}-e`);
const drawn = (xml: string, ...ids: readonly string[]) =>
  xml.replace(
    '</bpmn:definitions>',
    `<i:BPMNDiagram xmlns:i="http://www.omg.org/spec/BPMN/20100524/DI"><i:BPMNPlane>${ids
      .map((id) => `<i:BPMNShape bpmnElement="${id}" />`)
      .join('')}</i:BPMNPlane></i:BPMNDiagram></bpmn:definitions>`,
  );
const told = async (xml: string) =>
  (await deployAsIs(xml)).diagnostics.map(({ severity, code, elementId }) => [severity, code, elementId]);

describe('the drawing of a model', () => {
  it('is missed by each executable process that has none', async () => {
    const file = bpmnFile([undrawn('p', 't'), undrawn('q', 'u')]);
    const missed = (id: string) => ['info', 'no-diagram', id];
    assert.deepEqual(await told(file), [missed('p'), missed('q')]);
    assert.deepEqual(await told(drawn(file, 't')), [missed('q')]);
    assert.deepEqual(await told(drawn(file, 't', 'u')), []);
  });

  it('is there in what modelers write', async () => {
    const model = readFileSync(new URL('vendors/signavio-like.bpmn', import.meta.url), 'utf8');
    assert.ok((await deployAsIs(model)).diagnostics.every(({ code }) => code !== 'no-diagram'));
  });

  it('is not asked for where the model is refused', async () => {
    const codes = (await told(undrawn('p').flow('p-s', 'ghost').toXml())).map(([, code]) => code);
    assert.ok(!codes.includes('no-diagram'));
  });
});
