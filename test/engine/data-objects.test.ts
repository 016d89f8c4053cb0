import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { bpmn } from '../support/bpmn-builder.js';
import { runOf } from './process-run.js';

const input = (source: string, target: string, inside = '') =>
  `<bpmn:dataInputAssociation><bpmn:sourceRef>${source}</bpmn:sourceRef><bpmn:targetRef>${target}</bpmn:targetRef>${inside}</bpmn:dataInputAssociation>`;
const output = (source: string, target: string, inside = '') =>
  `<bpmn:dataOutputAssociation><bpmn:sourceRef>${source}</bpmn:sourceRef><bpmn:targetRef>${target}</bpmn:targetRef>${inside}</bpmn:dataOutputAssociation>`;
const specification = `<bpmn:ioSpecification>
  <bpmn:dataInput id="in" name="request" /><bpmn:dataOutput id="out" name="answer" />
  <bpmn:inputSet><bpmn:dataInputRefs>in</bpmn:dataInputRefs></bpmn:inputSet>
  <bpmn:outputSet><bpmn:dataOutputRefs>out</bpmn:dataOutputRefs></bpmn:outputSet>
</bpmn:ioSpecification>`;

describe('data objects and properties (BPMN 2.0.2 §10.4.1)', () => {
  it('are null variables of the process from the start; what it is started with goes before', async () => {
    const model = bpmn('p')
      .startEvent('s')
      .userTask('u')
      .raw(
        '<bpmn:dataObject id="o1" name="order" /><bpmn:dataObject id="o2" />',
        '<bpmn:dataObjectReference id="r2" name="invoice" dataObjectRef="o2" />',
        '<bpmn:dataObject id="o3" name="Purchase order [approved]" />',
      );
    assert.deepEqual((await runOf(model)).variables(), { order: null, invoice: null });
    const run = await runOf(model, { variables: { order: { id: 7 }, x: 1 } });
    assert.deepEqual(run.variables(), { order: { id: 7 }, invoice: null, x: 1 });
  });

  it('are there for an instance that a message starts, too', async () => {
    const model = bpmn('p')
      .startEvent('s', { message: 'm' })
      .userTask('u')
      .raw('<bpmn:dataObject id="o1" name="order" /><bpmn:dataObject id="o2" name="other" />');
    const run = await runOf(model, { startElementId: 's', variables: { order: 1 } });
    assert.deepEqual(run.variables(), { order: 1, other: null });
  });

  it('belong to the sub-process that holds them: what is written inside reaches it and ends with it', async () => {
    const model = bpmn('p')
      .startEvent('s')
      .subProcess('sub', (inner) =>
        inner
          .startEvent('is')
          .userTask('a')
          .userTask('b')
          .endEvent('ie')
          .raw('<bpmn:dataObject id="o" name="draft" />'),
      )
      .userTask('after');
    const run = await runOf(model, { variables: { draft: 'outer' } });
    assert.deepEqual(run.localOf('sub'), { draft: null });
    run.completeTask('a', { draft: 'inner', shared: 1 });
    assert.deepEqual(run.localOf('sub'), { draft: 'inner' });
    assert.equal(run.visibleAt('b')['draft'], 'inner');
    await run.restart(model);
    run.completeTask('b');
    assert.deepEqual(run.variables(), { draft: 'outer', shared: 1 });
  });

  it('of an activity are its own: what is written to a property ends with it, or is mapped out', async () => {
    const properties = ['<bpmn:property id="pr" name="scratch" />'];
    const kept = await runOf(
      bpmn('p').startEvent('s').userTask('u', { content: properties }).userTask('after'),
    );
    assert.deepEqual(kept.localOf('u'), { scratch: null });
    kept.completeTask('u', { scratch: 1, y: 2 });
    assert.deepEqual(kept.variables(), { y: 2 });
    const mapped = await runOf(
      bpmn('p')
        .startEvent('s')
        .userTask('u', { content: properties, outputs: { z: '=scratch + 1' } })
        .userTask('after'),
    );
    mapped.completeTask('u', { scratch: 1, y: 2 });
    assert.deepEqual(mapped.variables(), { z: 2 });
  });
});

describe('data associations (BPMN 2.0.2 §10.4.2)', () => {
  const objects =
    '<bpmn:dataObject id="o1" name="order" /><bpmn:dataObjectReference id="r1" dataObjectRef="o1" /><bpmn:dataObject id="o2" name="offer" />';

  it('copy from a data object into an input and from an output into a data object', async () => {
    const run = await runOf(
      bpmn('p')
        .startEvent('s')
        .userTask('u', { content: [specification, input('r1', 'in'), output('out', 'o2')] })
        .userTask('after')
        .raw(objects),
      { variables: { order: { id: 7 } } },
    );
    assert.deepEqual(run.localOf('u'), { request: { id: 7 } });
    run.completeTask('u', { answer: 'yes', note: 1 });
    assert.deepEqual(run.variables(), { order: { id: 7 }, offer: 'yes', answer: 'yes', note: 1 });
  });

  it('transform, and assign', async () => {
    const transformation = '<bpmn:transformation>=order.id * 2</bpmn:transformation>';
    const assignment =
      '<bpmn:assignment><bpmn:from>=answer.price</bpmn:from><bpmn:to>offer.price</bpmn:to></bpmn:assignment>';
    const run = await runOf(
      bpmn('p')
        .startEvent('s')
        .userTask('u', {
          content: [specification, input('r1', 'in', transformation), output('out', 'o2', assignment)],
        })
        .userTask('after')
        .raw(objects),
      { variables: { order: { id: 7 } } },
    );
    assert.deepEqual(run.localOf('u'), { request: 14 });
    run.completeTask('u', { answer: { price: 5 } });
    assert.deepEqual(run.variables()['offer'], { price: 5 });
  });

  it('without named ends say only what is drawn, as modelers write them', async () => {
    const run = await runOf(
      bpmn('p')
        .startEvent('s')
        .userTask('u', {
          content: [
            '<bpmn:property id="placeholder" name="__targetRef_placeholder" />',
            input('r1', 'placeholder'),
          ],
        })
        .userTask('after')
        .raw(objects),
      { variables: { order: 1 } },
    );
    assert.deepEqual(run.localOf('u'), undefined);
  });
});
