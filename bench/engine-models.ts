import { bpmn } from '../test/support/bpmn-builder.js';
import type { ProcessBuilder, ScopeBuilder } from '../test/support/bpmn-builder.js';
import { multiInstance } from '../test/support/bpmn-loops.js';

/** What an order knows: twenty variables, the usual mixture of texts, numbers, lists and a nested object. */
export const orderVariables = {
  orderId: 'A-2026-000123',
  channel: 'web',
  customerId: 'C-778899',
  customerName: 'Ada Lovelace',
  email: 'ada@example.com',
  language: 'en',
  amount: 149.9,
  currency: 'EUR',
  items: [
    { sku: 'P-1', quantity: 2, price: 49.95 },
    { sku: 'P-2', quantity: 1, price: 50 },
  ],
  address: { street: 'Main Street 1', city: 'Berlin', zip: '10115', country: 'DE' },
  gold: false,
  score: 0,
  attempts: 0,
  voucher: null,
  campaign: 'spring',
  createdAt: '2026-01-01T08:00:00Z',
  express: true,
  risk: 'low',
  notes: '',
  consent: true,
};

/** An order on its way: conditions, a parallel block, a sub-process with a boundary timer, people and services to wait for. */
export function orderModel(): ProcessBuilder {
  return bpmn('order')
    .startEvent('received')
    .scriptTask('total', {
      expression: '=sum(for i in items return i.quantity * i.price)',
      resultVariable: 'amount',
    })
    .exclusiveGateway('how-checked')
    .when('=amount > 1000 and not(gold)')
    .userTask('check', { assignee: '=customerId' })
    .connectTo('checked')
    .at('how-checked')
    .when('=risk = "low" and amount > 10')
    .serviceTask('score', { type: 'score', inputs: { id: '=customerId' }, outputs: { score: '=points' } })
    .exclusiveGateway('checked')
    .at('how-checked')
    .otherwise()
    .connectTo('checked')
    .at('checked')
    .parallelGateway('fork')
    .serviceTask('reserve', { type: 'reserve' })
    .parallelGateway('join')
    .at('fork')
    .task('prepare')
    .exclusiveGateway('channel')
    .when('=channel = "web"')
    .intermediateThrowEvent('web')
    .exclusiveGateway('channelled')
    .connectTo('join')
    .at('channel')
    .otherwise()
    .manualTask('other')
    .connectTo('channelled')
    .at('join')
    .subProcess('fulfil', (inner) =>
      inner
        .startEvent('begin')
        .exclusiveGateway('speed')
        .when('=express and address.country = "DE"')
        .task('express-label')
        .connectTo('labelled')
        .at('speed')
        .otherwise()
        .task('label')
        .exclusiveGateway('labelled')
        .userTask('pack', { candidateGroups: '=["warehouse"]' })
        .task('weigh')
        .endEvent('packed'),
    )
    .exclusiveGateway('outcome')
    .when('=score >= 5')
    .task('thank')
    .task('close')
    .endEvent('done')
    .at('outcome')
    .otherwise()
    .connectTo('close')
    .boundaryEvent('late', { attachedTo: 'fulfil', timer: { duration: 'P2D' } })
    .endEvent('given-up');
}

/** So many jobs one after the other. */
export function sequenceModel(length: number): ProcessBuilder {
  const process = bpmn(`sequence${length}`).startEvent('s');
  for (let index = 0; index < length; index++) process.serviceTask(`t${index}`, { type: 'work' });
  return process.endEvent('e');
}

/** So many jobs at once, joined. */
export function fanModel(width: number): ProcessBuilder {
  const process = bpmn(`fan${width}`)
    .startEvent('s')
    .parallelGateway('fork')
    .parallelGateway('join')
    .endEvent('e')
    .at('fork');
  for (let index = 0; index < width; index++)
    process.at('fork').serviceTask(`t${index}`, { type: 'work' }).connectTo('join');
  return process;
}

/** One job that is done so many times. */
export function multiInstanceModel(times: number, sequential: boolean): ProcessBuilder {
  const content = multiInstance({ sequential, cardinality: String(times) });
  return bpmn(`multi${times}`).startEvent('s').serviceTask('t', { type: 'work', content }).endEvent('e');
}

/** A job inside so many sub-processes. */
export function nestedModel(depth: number): ProcessBuilder {
  const fill = (scope: ScopeBuilder, level: number): ScopeBuilder => {
    scope.startEvent(`s${level}`);
    if (level === depth) scope.serviceTask('t', { type: 'work' });
    else scope.subProcess(`sub${level}`, (inner) => fill(inner, level + 1));
    return scope.endEvent(`e${level}`);
  };
  const process = bpmn(`nested${depth}`);
  fill(process, 0);
  return process;
}

/** A file of so many elements: blocks of a condition, two ways and their merge. */
export function largeModel(elements: number): ProcessBuilder {
  const process = bpmn('large').startEvent('s');
  for (let block = 0; block < elements / 5; block++) {
    process
      .exclusiveGateway(`split${block}`)
      .when(`=x > ${block}`)
      .serviceTask(`job${block}`, { type: 'work', inputs: { a: `=x + ${block}` } })
      .exclusiveGateway(`merge${block}`)
      .at(`split${block}`)
      .otherwise()
      .userTask(`task${block}`, { assignee: '=someone' })
      .connectTo(`merge${block}`)
      .at(`merge${block}`)
      .task(`next${block}`);
  }
  return process.endEvent('e');
}
