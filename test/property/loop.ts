import fc from 'fast-check';
import { multiInstance, standardLoop } from '../support/bpmn-loops.js';
import type { RootElements } from '../support/bpmn-root-elements.js';

/** How an activity is done several times: what it is, and a number that varies what the model says of it. */
export interface LoopKind {
  readonly kind: 'parallel' | 'sequential' | 'standard';
  readonly variant: number;
}

export function loopArbitrary(withTrouble: boolean): fc.Arbitrary<LoopKind> {
  return fc.record({
    kind: fc.constantFrom('parallel' as const, 'sequential' as const, 'standard' as const),
    variant: withTrouble ? fc.nat(11) : fc.nat(1),
  });
}

/** Iterations of a loop without trouble. */
export const ITERATIONS = 2;

/** The lines inside the activity. Those of variants 0 and 1 have so many iterations, whatever happens. */
export function loopLines({ kind, variant }: LoopKind, roots: RootElements): readonly string[] {
  const maximum = String(ITERATIONS);
  if (kind === 'standard') {
    const condition = variant < 2 ? '=true' : variant % 4 === 3 ? '=if n = 2 then null else n < 5' : '=n < 5';
    return standardLoop({ testBefore: variant % 2 === 0, maximum, condition });
  }
  return multiInstance({
    sequential: kind === 'sequential',
    attributes: behaviorOf(variant, roots),
    ...(variant === 0
      ? { cardinality: maximum }
      : { collection: collections[variant % 4] ?? '', item: 'item' }),
    ...(variant % 3 === 1 ? { outputCollection: 'collected', output: '=item' } : {}),
    ...(variant > 5 ? { completionCondition: '=modulo(n, 2) = 1 or numberOfCompletedInstances > 2' } : {}),
  });
}

/** What the iterations throw as they complete: an event for each, or one with the first. */
function behaviorOf(variant: number, roots: RootElements): Readonly<Record<string, string>> {
  const definition = variant % 4 < 2 ? roots.signalDefinition('sg') : roots.escalationDefinition('E1');
  if (variant === 4 || variant === 10) return { behavior: 'None', noneBehaviorEventRef: definition };
  if (variant === 5 || variant === 11) return { behavior: 'One', oneBehaviorEventRef: definition };
  return {};
}

const collections = ['=[1]', '=[1, 2]', '=for i in 1..3 return n', '=if modulo(n, 3) = 2 then null else []'];
