import fc from 'fast-check';
import type { ProcessBuilder } from '../support/bpmn-builder.js';
import { ScopeBuilder, bpmn } from '../support/bpmn-builder.js';
import type { Leaf } from './leaf.js';
import { activityKinds, addLeaf, leafArbitrary, mappings } from './leaf.js';
import type { LoopKind } from './loop.js';
import { ITERATIONS, loopArbitrary, loopLines } from './loop.js';

/** A block-structured piece of a process: entered at one place, left at one place, unless it ends inside. */
export type Block =
  | { readonly kind: 'leaf'; readonly leaf: Leaf }
  | {
      readonly kind: 'sequence' | 'parallel' | 'exclusive' | 'inclusive' | 'events';
      readonly parts: readonly Block[];
      readonly variant: number;
    }
  | { readonly kind: 'loop'; readonly body: Block }
  | { readonly kind: 'link' }
  | {
      readonly kind: 'subProcess';
      readonly body: Block;
      readonly variant: number;
      readonly handlers: readonly Guard[];
    }
  | { readonly kind: 'several'; readonly activity: Block; readonly loop: LoopKind }
  | { readonly kind: 'adHoc'; readonly parts: readonly Block[]; readonly variant: number }
  | { readonly kind: 'guarded'; readonly activity: Block; readonly events: readonly Guard[] }
  | { readonly kind: 'compensable'; readonly activity: Block; readonly by: (typeof undoKinds)[number] }
  | { readonly kind: 'end'; readonly end: (typeof endKinds)[number] };

type SubProcessBlock = Extract<Block, { kind: 'subProcess' }>;

/** A boundary event, or the start of an event sub-process, with what comes behind it. */
export interface Guard {
  readonly event: (typeof guardKinds)[number] | 'compensation';
  readonly interrupting: boolean;
  readonly behind: Leaf;
}

const undoKinds = ['task', 'serviceTask', 'userTask', 'subProcess'] as const;
const endKinds = [
  'compensate',
  'cancel',
  'none',
  'error1',
  'error2',
  'terminate',
  'message',
  'signal',
  'job',
  'escalation1',
] as const;
const guardKinds = [
  'timer',
  'cycle',
  'message',
  'signal',
  'condition',
  'multiple',
  'error1',
  'errorAny',
  'escalation1',
  'escalationAny',
] as const;

const guardArbitrary: fc.Arbitrary<Guard> = fc.record({
  event: fc.constantFrom(...guardKinds),
  interrupting: fc.boolean(),
  behind: leafArbitrary,
});

const handlerArbitrary: fc.Arbitrary<Guard> = fc.record({
  event: fc.constantFrom(...guardKinds, 'compensation' as const),
  interrupting: fc.boolean(),
  behind: leafArbitrary,
});

function activityLeaf(withTrouble: boolean): fc.Arbitrary<Block> {
  return leafArbitrary
    .filter(({ kind }) => activityKinds.includes(kind))
    .map(({ kind, variant }) => ({
      kind: 'leaf',
      leaf: { kind, variant: withTrouble ? variant : 0 },
    }));
}

/** Blocks of every kind, nested a few levels. Without `withTrouble`, none that ends early, fails or repeats. */
export function blockArbitrary(withTrouble: boolean): fc.Arbitrary<Block> {
  const leaf: fc.Arbitrary<Block> = leafArbitrary.map(({ kind, variant }) => ({
    kind: 'leaf',
    leaf: { kind, variant: withTrouble ? variant : 0 },
  }));
  const { block } = fc.letrec<{ block: Block; subProcess: Block }>((tie) => {
    const parts = (minLength: number, maxLength: number) => fc.array(tie('block'), { minLength, maxLength });
    const variant = fc.nat(11);
    const group = (kind: 'sequence' | 'parallel' | 'exclusive' | 'inclusive' | 'events', most: number) =>
      fc.record({ kind: fc.constant(kind), parts: parts(1, most), variant });
    const handlers = fc.uniqueArray(handlerArbitrary, { maxLength: 2, selector: ({ event }) => event });
    const activity = fc.oneof(activityLeaf(withTrouble), tie('subProcess'));
    const several = fc.record({
      kind: fc.constant('several' as const),
      activity,
      loop: loopArbitrary(withTrouble),
    });
    const adHoc = fc.record({
      kind: fc.constant('adHoc' as const),
      parts: fc.array(fc.oneof(activity, several), { minLength: 1, maxLength: 3 }),
      variant: withTrouble ? variant : fc.nat(1),
    });
    const calm = [
      { arbitrary: leaf, weight: 5 },
      { arbitrary: fc.constant<Block>({ kind: 'link' }), weight: 1 },
      { arbitrary: group('sequence', 3), weight: 3 },
      { arbitrary: group('parallel', 3), weight: 3 },
      { arbitrary: group('exclusive', 3), weight: 2 },
      { arbitrary: group('inclusive', 4), weight: 2 },
      { arbitrary: tie('subProcess'), weight: 2 },
      { arbitrary: several, weight: 2 },
      { arbitrary: adHoc, weight: 1 },
    ];
    const trouble = [
      { arbitrary: group('events', 3), weight: 2 },
      { arbitrary: fc.record({ kind: fc.constant('loop' as const), body: tie('block') }), weight: 2 },
      {
        arbitrary: fc.record({
          kind: fc.constant('guarded' as const),
          activity: fc.oneof(activity, several, adHoc),
          events: fc.uniqueArray(guardArbitrary, {
            minLength: 1,
            maxLength: 3,
            selector: ({ event }) => event,
          }),
        }),
        weight: 4,
      },
      {
        arbitrary: fc.record({
          kind: fc.constant('compensable' as const),
          activity,
          by: fc.constantFrom(...undoKinds),
        }),
        weight: 3,
      },
      {
        arbitrary: fc.record({ kind: fc.constant('end' as const), end: fc.constantFrom(...endKinds) }),
        weight: 1,
      },
    ];
    return {
      block: fc.oneof(
        { depthSize: 'small', maxDepth: 4, withCrossShrink: true },
        ...calm,
        ...(withTrouble ? trouble : []),
      ),
      subProcess: fc.record({
        kind: fc.constant('subProcess' as const),
        body: tie('block'),
        variant: withTrouble ? variant : fc.constant(0),
        handlers: withTrouble ? handlers : fc.constant([]),
      }),
    };
  });
  return block;
}

/** The process that consists of the block. */
export function processOf(block: Block): ProcessBuilder {
  const process = bpmn('p').startEvent('start');
  if (new Writer().write(process, block)) process.endEvent('end');
  return process;
}

/** The same behind the start `first`: of a parallel group of messages, or a parallel multiple start event. */
export function processStartedBy(kind: 'group' | 'gathered', block: Block): ProcessBuilder {
  const process = bpmn('p');
  const message = (name: string) => ({ message: { name, correlationKey: '=string(n)' } });
  if (kind === 'gathered')
    process.startEvent('first', { message: 'm', signal: 'sg', attributes: { parallelMultiple: true } });
  else
    process
      .eventBasedGateway('group', { attributes: { instantiate: true, eventGatewayType: 'Parallel' } })
      .intermediateCatchEvent('second', message('m_second'))
      .endEvent('secondEnd')
      .at('group')
      .intermediateCatchEvent('first', message('m_first'));
  if (new Writer().write(process, block)) process.endEvent('end');
  return process;
}

/** How often each element of a block without trouble is activated when everything is done once; `n` is 0 throughout. */
export function expectedActivations(block: Block): ReadonlyMap<string, number> {
  const writer = new Writer();
  writer.write(bpmn('p').startEvent('start'), block);
  return new Map([...writer.expected, ['start', 1], ['end', 1]]);
}

class Writer {
  readonly expected = new Map<string, number>();
  private count = 0;
  /** How often what is written now is done; 0 where it is not on the path that is taken. */
  private times = 1;
  /** How many transactions there are around. */
  private transactions = 0;

  /** Writes the block behind where the scope stands. @returns whether a way leads out of it */
  write(scope: ScopeBuilder, block: Block): boolean {
    switch (block.kind) {
      case 'leaf':
        addLeaf(scope, this.id(block.leaf.kind), block.leaf);
        return true;
      case 'sequence':
        return block.parts.every((part) => this.write(scope, part));
      case 'parallel':
      case 'exclusive':
      case 'inclusive':
      case 'events':
        return this.writeBranches(scope, block.kind, block.parts, block.variant);
      case 'link':
        this.writeLink(scope);
        return true;
      case 'loop':
        return this.writeLoop(scope, block.body);
      case 'subProcess':
      case 'several':
      case 'adHoc':
        this.writeActivity(scope, block);
        return true;
      case 'guarded':
        return this.writeGuarded(scope, block.activity, block.events);
      case 'compensable':
        return this.writeCompensable(scope, block.activity, block.by);
      case 'end':
        this.writeEnd(scope, block.end);
        return false;
      default:
        return block satisfies never;
    }
  }

  private id(kind: string): string {
    const id = `${kind}_${++this.count}`;
    if (this.times > 0) this.expected.set(id, this.times);
    return id;
  }

  private writeBranches(
    scope: ScopeBuilder,
    kind: 'parallel' | 'exclusive' | 'inclusive' | 'events',
    parts: readonly Block[],
    variant: number,
  ): boolean {
    const split = this.id(kind);
    if (kind === 'parallel') scope.parallelGateway(split);
    else if (kind === 'exclusive') scope.exclusiveGateway(split);
    else if (kind === 'inclusive') scope.inclusiveGateway(split);
    else scope.eventBasedGateway(split);
    const ends: string[] = [];
    const { times } = this;
    parts.forEach((part, index) => {
      const isLast = index === parts.length - 1;
      const isTaken =
        (kind !== 'exclusive' && kind !== 'inclusive') ||
        (kind === 'exclusive' ? index === 0 : parts.length === 1 || (!isLast && index % 2 === 0));
      this.times = isTaken ? times : 0;
      scope.at(split);
      if (kind === 'exclusive' && parts.length > 1) {
        // Without a default flow there may be no way out.
        if (isLast && variant !== 11) scope.otherwise();
        else scope.when(`=modulo(n, ${parts.length}) = ${index}`);
      }
      if (kind === 'inclusive' && parts.length > 1) {
        // With n = 0 every other flow is taken; the last is the default flow.
        if (isLast) scope.otherwise();
        else scope.when(`=modulo(n + ${index}, 2) = 0`);
      }
      const before = this.id(kind === 'events' ? 'caught' : 'branch');
      if (kind === 'events') writeCaught(scope, before, index + variant);
      else scope.task(before);
      if (!this.write(scope, part)) return;
      const after = this.id('after');
      scope.task(after);
      ends.push(after);
    });
    this.times = times;
    if (ends.length === 0) return false;
    const merge = this.id('merge');
    scope.at(undefined);
    if (kind === 'parallel') scope.parallelGateway(merge);
    else if (kind === 'inclusive') scope.inclusiveGateway(merge);
    else scope.exclusiveGateway(merge);
    for (const end of ends) scope.flow(end, merge);
    scope.at(merge);
    // What a join has seen n times was activated once.
    return true;
  }

  private writeLink(scope: ScopeBuilder): void {
    const link = this.id('link');
    scope.intermediateThrowEvent(link, { link }).at(undefined);
    scope.intermediateCatchEvent(this.id('linked'), { link });
  }

  private writeLoop(scope: ScopeBuilder, body: Block): boolean {
    const begin = this.id('loop');
    scope.exclusiveGateway(begin);
    if (!this.write(scope, body)) return false;
    const wait = this.id('again');
    const split = this.id('repeat');
    scope.userTask(wait).exclusiveGateway(split).when('=modulo(n, 3) = 0').connectTo(begin).otherwise();
    scope.task(this.id('left'));
    return true;
  }

  /** @returns the id of what boundary events can be attached to */
  private writeActivity(scope: ScopeBuilder, block: Block, content: readonly string[] = []): string {
    switch (block.kind) {
      case 'leaf': {
        const id = this.id(block.leaf.kind);
        addLeaf(scope, id, block.leaf, content);
        return id;
      }
      case 'subProcess':
        return this.writeSubProcess(scope, block, content);
      case 'several': {
        this.times *= ITERATIONS;
        const id = this.writeActivity(scope, block.activity, loopLines(block.loop, scope.roots));
        this.times /= ITERATIONS;
        return id;
      }
      case 'adHoc':
        return this.writeAdHoc(scope, block.parts, block.variant);
      default:
        throw new Error(`Expected an activity but found ${block.kind}.`);
    }
  }

  /** Variants 0 and 1 begin with everything, all at once or one after the other. */
  private writeAdHoc(scope: ScopeBuilder, parts: readonly Block[], variant: number): string {
    const id = this.id('adHoc');
    const ids: string[] = [];
    const inner = new ScopeBuilder(scope.roots);
    for (const part of parts) ids.push(this.writeActivity(inner.at(undefined), part));
    const chosen = `=[${ids.map((inside) => `"${inside}"`).join(', ')}]`;
    scope.adHocSubProcess(id, () => inner, {
      ...(variant % 4 === 2 ? {} : { activeElements: chosen }),
      ...(variant > 5 ? { completionCondition: '=modulo(n, 2) = 1' } : {}),
      attributes: {
        ordering: variant % 2 === 0 ? 'Parallel' : 'Sequential',
        cancelRemainingInstances: variant % 3 !== 0,
      },
    });
    return id;
  }

  private writeSubProcess(
    scope: ScopeBuilder,
    { body, variant, handlers }: SubProcessBlock,
    content: readonly string[] = [],
  ): string {
    const isTransaction = variant % 4 === 3;
    const id = this.id(isTransaction ? 'transaction' : 'sub');
    this.transactions += isTransaction ? 1 : 0;
    scope[isTransaction ? 'transaction' : 'subProcess'](
      id,
      (inner) => {
        inner.startEvent(this.id('innerStart'));
        if (this.write(inner, body)) inner.endEvent(this.id('innerEnd'));
        for (const handler of handlers) this.writeEventSubProcess(inner, handler);
        return inner;
      },
      { ...mappings(variant), content },
    );
    if (!isTransaction) return id;
    this.transactions--;
    scope.boundaryEvent(this.id('canceled'), { attachedTo: id, cancel: true }).task(this.id('undone')).at(id);
    return id;
  }

  private writeCompensable(scope: ScopeBuilder, activity: Block, by: (typeof undoKinds)[number]): boolean {
    this.writeActivity(scope, activity);
    scope.compensatedBy(this.id('undo'), (around, id, options) => {
      if (by !== 'subProcess') return around[by](id, { type: 'undo', ...options });
      const inside = (inner: ScopeBuilder) =>
        inner.startEvent(this.id('undoStart')).userTask(this.id('undoing'));
      return around.subProcess(id, inside, options);
    });
    return true;
  }

  private writeGuarded(scope: ScopeBuilder, activity: Block, events: readonly Guard[]): boolean {
    const host = this.writeActivity(scope, activity);
    for (const { event, interrupting, behind } of events) {
      const id = this.id('boundary');
      scope.boundaryEvent(id, { attachedTo: host, ...guardOptions(id, event, interrupting) });
      addLeaf(scope, this.id(behind.kind), behind);
      scope.endEvent(this.id('guardEnd'));
    }
    scope.at(host);
    return true;
  }

  /** With a user task first: what it throws may start another one, and that this one again. */
  private writeEventSubProcess(scope: ScopeBuilder, { event, interrupting, behind }: Guard): void {
    scope.eventSubProcess(this.id('eventSub'), (inner) => {
      const start = this.id('eventStart');
      inner.startEvent(start, guardOptions(start, event, interrupting)).userTask(this.id('handled'));
      addLeaf(inner, this.id(behind.kind), behind);
      return inner.endEvent(this.id('eventEnd'));
    });
  }

  private writeEnd(scope: ScopeBuilder, end: (typeof endKinds)[number]): void {
    scope.endEvent(this.id('end'), {
      ...{
        none: {},
        compensate: { compensate: true as const },
        cancel: this.transactions > 0 ? { cancel: true } : {},
        error1: { error: 'E1' },
        error2: { error: 'E2' },
        terminate: { terminate: true },
        message: { message: 'out', publish: { correlationKey: '=1' } },
        signal: { signal: 'sg' },
        escalation1: { escalation: 'E1' },
        job: { message: 'out', type: 'work' },
      }[end],
    });
  }
}

function guardOptions(id: string, event: Guard['event'], interrupting: boolean) {
  return {
    interrupting: event.startsWith('error') || (interrupting && event !== 'cycle'),
    ...{
      timer: { timer: { duration: 'PT2H' } },
      cycle: { timer: { cycle: 'R3/PT1H' } },
      message: { message: { name: `m_${id}`, correlationKey: '=n' } },
      signal: { signal: 'sg' },
      condition: { condition: '=modulo(n, 3) = 1' },
      multiple: {
        message: { name: `m_${id}`, correlationKey: '=n' },
        signal: `sg_${id}`,
        attributes: { parallelMultiple: id.length % 2 === 0 },
      },
      error1: { error: 'E1' },
      errorAny: { error: true as const },
      escalation1: { escalation: 'E1' },
      escalationAny: { escalation: true as const },
      compensation: { compensate: true as const },
    }[event],
  };
}

function writeCaught(scope: ScopeBuilder, id: string, variant: number): void {
  const message = { name: `m_${id}`, correlationKey: '=n' };
  if (variant % 3 === 0) scope.intermediateCatchEvent(id, { message });
  else if (variant % 3 === 1) scope.intermediateCatchEvent(id, { timer: { duration: 'PT1H' } });
  else scope.intermediateCatchEvent(id, { signal: `sg_${id}` });
}
