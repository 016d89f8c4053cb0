import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { Activity, MultiInstanceLoop } from '../../src/engine/process-model.js';
import { bpmn } from '../support/bpmn-builder.js';
import type { MultiInstanceOptions } from '../support/bpmn-loops.js';
import { multiInstance, standardLoop } from '../support/bpmn-loops.js';
import { deployed, refused } from '../support/read-model.js';

const tasks = (options: MultiInstanceOptions) =>
  bpmn('p')
    .startEvent('s')
    .task('x', { content: multiInstance(options) });

async function loopOf(model: ReturnType<typeof tasks>): Promise<MultiInstanceLoop> {
  const { process } = await deployed(model);
  const loop = (process.elements.get('x') as Activity).loop;
  assert.equal(loop?.kind, 'multiInstance');
  return loop;
}

const invalid = { code: 'invalid-loop', at: 'x' } as const;

describe('activities that are done several times', () => {
  it('are read from zeebe:loopCharacteristics', async () => {
    const loop = await loopOf(
      tasks({
        sequential: true,
        collection: '=items',
        item: 'item',
        outputCollection: 'results',
        output: '=result.value',
        completionCondition: '=done',
      }),
    );
    const { isSequential, itemVariable, output, completionCondition, collection } = loop;
    assert.deepEqual(
      [isSequential, itemVariable, output?.collection, output?.elementVariable],
      [true, 'item', 'results', 'result'],
    );
    assert.deepEqual(
      [collection, completionCondition, output?.element].map((it) => it?.kind === 'compiled' && it.source),
      ['=items', '=done', '=result.value'],
    );
  });

  it('keep no variable of its own for an output that is computed', async () => {
    const { output } = await loopOf(
      tasks({ cardinality: '3', outputCollection: 'r', output: '=loopCounter * 2' }),
    );
    assert.equal(output?.elementVariable, undefined);
  });

  for (const prefix of ['camunda', 'operaton']) {
    for (const [collection, source] of [
      ['items', 'items'],
      ['${order.items}', '${order.items}'],
      ['=order.items', '=order.items'],
    ] as const) {
      it(`are read from ${prefix}:collection="${collection}"`, async () => {
        const attributes = { [`${prefix}:collection`]: collection, [`${prefix}:elementVariable`]: 'item' };
        const loop = await loopOf(
          tasks({ attributes, completionCondition: '${nrOfCompletedInstances >= 2}' }),
        );
        assert.deepEqual(
          [loop.itemVariable, loop.collection?.kind === 'compiled' && loop.collection.source],
          ['item', source],
        );
      });
    }
  }

  it('are read from the data that BPMN itself names', async () => {
    const model = tasks({
      content: [
        '<bpmn:loopDataInputRef>d1</bpmn:loopDataInputRef>',
        '<bpmn:loopDataOutputRef>d2</bpmn:loopDataOutputRef>',
        '<bpmn:inputDataItem id="i" name="item" />',
        '<bpmn:outputDataItem id="o" name="result" />',
      ],
    }).raw('<bpmn:dataObject id="d1" name="items" />', '<bpmn:dataObject id="d2" name="results" />');
    const loop = await loopOf(model);
    assert.deepEqual(
      [loop.itemVariable, loop.output?.collection, loop.output?.elementVariable],
      ['item', 'results', 'result'],
    );
    assert.equal(loop.collection?.kind === 'compiled' && loop.collection.source, 'items');
  });

  it('are refused without a collection and without a cardinality, and with both', async () => {
    await refused(tasks({}), invalid);
    await refused(tasks({ collection: '=items', cardinality: '3' }), invalid);
  });

  it('are refused with an output collection without its element', async () => {
    await refused(tasks({ collection: '=items', outputCollection: 'results' }), invalid);
  });

  it('are refused with a cardinality that is no number, or too large', async () => {
    const expected = { code: 'invalid-value', at: 'x' } as const;
    await refused(tasks({ cardinality: 'many' }), expected);
    await refused(tasks({ cardinality: '10001' }), expected);
  });

  for (const behavior of ['None', 'One', 'Complex']) {
    it(`are refused with behavior="${behavior}" and nothing to throw`, async () => {
      const model = tasks({ collection: '=items', attributes: { behavior } });
      await refused(model, { code: 'invalid-loop', at: 'x' });
    });
  }

  it('are refused directly behind an event-based gateway', async () => {
    const message = { name: 'm', correlationKey: '=k' };
    const model = bpmn('p')
      .startEvent('s')
      .eventBasedGateway('g')
      .receiveTask('x', { message, content: multiInstance({ cardinality: '2' }) })
      .at('g')
      .intermediateCatchEvent('c', { timer: { duration: 'PT1H' } });
    await refused(model, { code: 'invalid-event-gateway', at: 'x' });
  });

  for (const text of ['2.9', '1e1', 'many'])
    it(`take no loopMaximum="${text}"`, async () => {
      const xml = bpmn('p')
        .startEvent('s')
        .task('x', { content: standardLoop({ maximum: text }) })
        .toXml();
      await refused(xml, {
        code: 'invalid-number',
        at: 'x',
        line: xml.slice(0, xml.indexOf('loopMaximum')).split('\n').length,
        message: new RegExp(`loopMaximum of standardLoopCharacteristics of task x .* found "${text}"`),
      });
    });

  it('as loops are read with condition, maximum and when they are tested', async () => {
    const content = standardLoop({ testBefore: true, condition: '=x', maximum: 3 });
    const { process } = await deployed(bpmn('p').startEvent('s').task('x', { content }));
    const loop = (process.elements.get('x') as Activity).loop;
    assert.deepEqual(loop?.kind === 'standard' && [loop.testBefore, loop.maximum, loop.condition?.kind], [
      true,
      3,
      'compiled',
    ]);
  });

  it('as loops are refused without an end, and with a maximum below 1', async () => {
    for (const options of [{}, { maximum: 0 }, { condition: '=x', maximum: -1 }]) {
      await refused(
        bpmn('p')
          .startEvent('s')
          .task('x', { content: standardLoop(options) }),
        invalid,
      );
    }
  });
});
