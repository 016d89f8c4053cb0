import fc from 'fast-check';
import { placeholder, type Subject } from './input.js';
import { models } from './stock-models.js';

/** What is not text: numbers by which the schemas can be asked before there is a subject. */
export const numericPlaceholders: Subject = { fence: 1 };

const id = (name: string): fc.Arbitrary<unknown> =>
  fc.oneof({ weight: 12, arbitrary: fc.constant(placeholder(name)) }, { weight: 1, arbitrary: fc.uuid() });

/** Fields that hold an id, or a name that has to meet one of the subject's. */
const ofSubject: readonly string[] = [
  ...['processDefinitionId', 'targetProcessDefinitionId', 'processInstanceId', 'processInstanceIds'],
  ...[
    'elementInstanceId',
    'scopeElementInstanceId',
    'userTaskId',
    'jobId',
    'incidentId',
    'timerId',
    'batchId',
  ],
  ...['bpmnProcessId', 'decisionId', 'decisionDefinitionId', 'elementId', 'elementIds', 'toElementId'],
  ...['fromElementId', 'fromElementInstanceId', 'startElementId', 'correlationKey', 'fence'],
];

function eventTypes(): fc.Arbitrary<unknown> {
  return fc.array(fc.constantFrom('user-task.created', 'process-instance.*', 'io.throughline.job.created'), {
    minLength: 1,
    maxLength: 3,
  });
}

const values: Readonly<Record<string, () => fc.Arbitrary<unknown>>> = {
  // Time stands still: nothing may wait.
  requestTimeoutMs: () => fc.constant(0),
  content: () => fc.constantFrom(...models.map((model) => model.toXml())),
  // A place in a list that no answer has given out is refused.
  after: () => fc.constant(placeholder('cursor')),
  before: () => fc.constant(placeholder('cursor')),
  // Versions are counted from 1, and there is one.
  version: () =>
    fc.oneof(
      { weight: 6, arbitrary: fc.constant(1) },
      { weight: 1, arbitrary: fc.integer({ min: 1, max: 9 }) },
    ),
  types: eventTypes,
  url: () =>
    fc.constantFrom(
      'https://receiver.example/',
      'http://receiver.example:8080/a?b=c',
      'https://receiver.example/%20',
    ),
  ancestorElementInstanceId: () => fc.constant(placeholder('processInstanceScope')),
};

const ofOperation: Readonly<Record<string, Readonly<Record<string, () => fc.Arbitrary<unknown>>>>> = {
  correlateMessage: { name: () => id('messageName') },
  publishMessage: { name: () => id('messageName') },
  createApiKey: {
    expiresAt: () =>
      fc
        .date({ noInvalidDate: true, min: new Date('2030-01-01'), max: new Date('2100-01-01') })
        .map((date) => date.toISOString()),
    roles: () => fc.constantFrom<unknown>(['worker'], ['admin'], ['viewer', 'worker'], ['helpdesk']),
  },
  streamEvents: {
    type: eventTypes,
    lastEventId: () => fc.constant(placeholder('lastEventId')),
  },
};

/** The values of a field that has to meet something; undefined where its schema says enough. */
export function fieldValues(operationId: string, name: string): fc.Arbitrary<unknown> | undefined {
  const own = ofOperation[operationId]?.[name] ?? values[name];
  if (own !== undefined) return own();
  if (!ofSubject.includes(name)) return undefined;
  // The name of a list is that of what is in it; the schema makes the list.
  return name.endsWith('Ids') ? fc.array(id(name), { minLength: 1, maxLength: 2 }) : id(name);
}

type Body = Readonly<Record<string, unknown>>;
type Shape = (made: fc.Arbitrary<unknown>) => fc.Arbitrary<unknown>;

/** What the fields of a body have to do with each other, which JSON Schema does not say. */
export const shapes: Readonly<Record<string, Shape>> = {
  startProcessInstance: (made) =>
    either('bpmnProcessId', 'processDefinitionId', { notWithSecond: ['version'] })(
      made.map((body) => ({ ...(body as Body), requestTimeoutMs: 0 })),
    ),
  // Without a key it is for those who wait without one.
  correlateMessage: (made) =>
    fc.tuple(made, fc.nat({ max: 5 })).map(([body, chance]) => ({
      ...(body as Body),
      ...(chance === 0 ? {} : { correlationKey: placeholder('correlationKey') }),
    })),
  evaluateDecision: either('decisionId', 'decisionDefinitionId', { notWithSecond: ['version'] }),
  modifyProcessInstance: () => fc.constantFrom(...instructions),
  deploy: (made) =>
    made.map((body) => {
      const { resources } = body as { readonly resources: readonly { readonly content: string }[] };
      // One model each, under a name of its own: two would be two versions at once.
      const contents = [...new Set(resources.map(({ content }) => content))];
      return { resources: contents.map((content, index) => ({ name: `${index}.bpmn`, content })) };
    }),
  createBatch: () =>
    fc.tuple(fc.constantFrom(...batches), fc.boolean()).map(([batch, byFilter]) => ({
      ...batch,
      ...(byFilter
        ? { filter: { processInstanceId: placeholder('processInstanceId') } }
        : { processInstanceIds: [placeholder('processInstanceId')] }),
    })),
};

const instructions: readonly Body[] = [
  { activate: [{ elementId: placeholder('toElementId') }] },
  { activate: [{ elementId: placeholder('toElementId'), variables: { a: 1 } }] },
  { cancel: [{ elementId: placeholder('elementId') }] },
  { cancel: [{ elementInstanceId: placeholder('elementInstanceId') }] },
  { move: [{ fromElementId: placeholder('elementId'), toElementId: placeholder('toElementId') }] },
  {
    move: [
      { fromElementInstanceId: placeholder('elementInstanceId'), toElementId: placeholder('toElementId') },
    ],
  },
  { activate: [{ elementId: 'nowhere' }] },
  { activate: [], cancel: [{ elementId: placeholder('elementId') }], move: [] },
];

const batches: readonly Body[] = [
  { operation: 'cancel' },
  { operation: 'suspend' },
  { operation: 'resume' },
  { operation: 'delete' },
  { operation: 'retry', retries: 2 },
  {
    operation: 'migrate',
    migration: { targetProcessDefinitionId: placeholder('targetProcessDefinitionId') },
  },
  { operation: 'modify', modification: { cancel: [{ elementId: placeholder('elementId') }] } },
];

/** A body has exactly one of the two. */
function either(
  first: string,
  second: string,
  { notWithSecond }: { readonly notWithSecond: readonly string[] },
): Shape {
  return (made) =>
    fc.tuple(made, fc.boolean()).map(([body, isFirst]) => {
      const drop = isFirst ? [second] : [first, ...notWithSecond];
      const rest = Object.entries(body as Body).filter(([name]) => !drop.includes(name));
      const chosen = isFirst ? first : second;
      return { ...Object.fromEntries(rest), [chosen]: placeholder(chosen) };
    });
}
