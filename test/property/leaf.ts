import fc from 'fast-check';
import type { ScopeBuilder } from '../support/bpmn-builder.js';
import type { NodeOptions } from '../support/bpmn-options.js';

/** An element that holds no other: what it is, and a number that varies what the model says of it. */
export interface Leaf {
  readonly kind: LeafKind;
  readonly variant: number;
}

const leafKinds = [
  'task',
  'manualTask',
  'userTask',
  'serviceTask',
  'sendJob',
  'publish',
  'scriptTask',
  'businessRuleTask',
  'receiveTask',
  'callActivity',
  'catchMessage',
  'catchSignal',
  'catchTimer',
  'catchCondition',
  'catchMultiple',
  'throwMultiple',
  'throwNone',
  'throwMessage',
  'throwSignal',
  'throwJob',
  'throwEscalation',
  'throwCompensation',
] as const;

export type LeafKind = (typeof leafKinds)[number];

/** The leaves that boundary events can be attached to. */
export const activityKinds: readonly LeafKind[] = leafKinds.slice(0, 10);

export const leafArbitrary: fc.Arbitrary<Leaf> = fc.record({
  kind: fc.constantFrom(...leafKinds),
  variant: fc.nat(11),
});

/** Now and then an expression fails for some values of `n`, which every command changes. */
function sometimes(variant: number, good: string, bad: string): string {
  return variant % 4 === 3 ? `=if modulo(n, 3) = 2 then ${bad} else "${good}"` : good;
}

/** Mappings of all sorts: none, local variables that shadow, nested targets, values that are missing. */
export function mappings(variant: number): Pick<NodeOptions, 'inputs' | 'outputs'> {
  switch (variant % 6) {
    case 1:
      return { inputs: { local: '=n', n: '=local + 1' } };
    case 2:
      return { outputs: { 'out.value': '=n', n: '=n + 1' } };
    case 3:
      return { inputs: { 'deep.a': '=n', 'deep.b': '=deep.a' }, outputs: { got: '=deep', n: '=n' } };
    case 4:
      return { inputs: { missing: '=nobody' } };
    default:
      return {};
  }
}

/**
 * Adds the element behind where the scope stands. Its names are made of its id, so that no two wait for the same. `content`: further
 * lines inside an activity.
 */
export function addLeaf(
  scope: ScopeBuilder,
  id: string,
  { kind, variant }: Leaf,
  content: readonly string[] = [],
): void {
  const mapped = { ...mappings(variant), content };
  const message = { name: `m_${id}`, correlationKey: sometimes(variant, '=n', 'null') };
  const type = sometimes(variant, 'work', '1');
  const publish = { correlationKey: '=string(n)', ...(variant % 2 === 0 ? { timeToLive: 'PT1M' } : {}) };
  switch (kind) {
    case 'task':
      return void scope.task(id, { content });
    case 'manualTask':
      return void scope.manualTask(id, { content });
    case 'userTask':
      return void scope.userTask(id, { ...mapped, priority: variant % 4 === 3 ? '=100 + modulo(n, 2)' : 7 });
    case 'serviceTask':
      return void scope.serviceTask(id, { ...mapped, type });
    case 'sendJob':
      return void scope.sendTask(id, { ...mapped, type });
    case 'publish':
      return void scope.sendTask(id, { ...mapped, message: 'out', publish });
    case 'scriptTask':
      if (variant % 3 === 2) {
        const attributes = { scriptFormat: 'javascript', 'camunda:resultVariable': 'n' };
        const content = [`<bpmn:property id="${id}_pr" name="m" />`, '<bpmn:script>n + 1</bpmn:script>'];
        return void scope.scriptTask(id, { ...mapped, attributes, content });
      }
      return void scope.scriptTask(id, {
        ...mapped,
        expression: '=n + 1',
        resultVariable: variant === 0 ? 'm' : 'n',
      });
    case 'businessRuleTask':
      return void scope.businessRuleTask(id, {
        ...mapped,
        decisionId: sometimes(variant, 'successor', '"nobody"'),
        resultVariable: variant === 0 ? 'm' : 'n',
      });
    case 'receiveTask':
      return void scope.receiveTask(id, { ...mapped, message });
    case 'callActivity':
      return void scope.callActivity(id, {
        ...mapped,
        processId: sometimes(variant, 'q', '1'),
        propagateAllParentVariables: variant % 2 === 0,
        propagateAllChildVariables: variant % 3 === 0,
      });
    case 'catchMessage':
      return void scope.intermediateCatchEvent(id, { message, outputs: mapped.outputs ?? {} });
    case 'catchSignal':
      return void scope.intermediateCatchEvent(id, { signal: variant % 2 === 0 ? 'sg' : `sg_${id}` });
    case 'catchTimer':
      return void scope.intermediateCatchEvent(id, { timer: { duration: sometimes(variant, 'PT1H', '1') } });
    case 'catchMultiple':
      return void scope.intermediateCatchEvent(id, {
        message,
        signal: `sg_${id}`,
        timer: { duration: 'PT1H' },
        ...(variant % 2 === 0 ? { attributes: { parallelMultiple: true } } : {}),
      });
    case 'throwMultiple':
      return void scope.intermediateThrowEvent(id, {
        message: 'out',
        ...(variant % 2 === 0 ? { publish } : { type }),
        signal: 'sg',
        // A job and compensation both have the event wait, so it has one of them.
        ...(variant % 4 === 2 ? { compensate: true as const } : {}),
      });
    case 'catchCondition':
      return void scope.intermediateCatchEvent(id, {
        condition:
          variant % 4 === 3 ? '=if modulo(n, 3) = 2 then "no" else modulo(n, 2) = 0' : '=modulo(n, 2) = 0',
      });
    case 'throwNone':
      return void scope.intermediateThrowEvent(id);
    case 'throwMessage':
      return void scope.intermediateThrowEvent(id, { message: 'out', publish });
    case 'throwSignal':
      return void scope.intermediateThrowEvent(id, { signal: 'sg', inputs: mapped.inputs ?? {} });
    case 'throwJob':
      return void scope.intermediateThrowEvent(id, { message: 'out', type });
    case 'throwCompensation':
      return void scope.intermediateThrowEvent(id, {
        compensate: variant % 2 === 0 ? true : { waitForCompletion: false },
      });
    case 'throwEscalation':
      return void scope.intermediateThrowEvent(id, { escalation: sometimes(variant, 'E1', 'null') });
    default:
      return kind satisfies never;
  }
}
