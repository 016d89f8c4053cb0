import fc from 'fast-check';
import type { Store } from '../../../src/runtime/ports.js';
import type { FakeClock } from '../../support/fake-clock.js';
import { randomOf } from '../../fuzz/random.js';
import { assertNothingLostOrTwice } from './simulation-oracle.js';
import { type Played, Simulation, type Step, stepOf } from './simulation.js';

export type { Step };

const step: fc.Arbitrary<Step> = fc.tuple(fc.nat(1_000), fc.nat(1_000), fc.nat(3));

/** What happens in a history. */
export const steps = fc.array(step, { minLength: 10, maxLength: 120, size: 'max' });

/** Whatever else chance decides in it. */
export const dice = fc.integer();

/** An empty database of this release, and its clock. */
export interface PlayParts {
  readonly store: Store;
  readonly databaseUrl: string;
  readonly clock: FakeClock;
}

/** Plays a history and holds the database against what its clients were told. @throws AssertionError */
export async function play(
  { store, databaseUrl, clock }: PlayParts,
  history: readonly Step[],
  thrown: number,
): Promise<Played> {
  const context = { tenantId: 'tenant', actor: 'client' };
  const played = await new Simulation(store, clock, context, thrown).play(history);
  await assertNothingLostOrTwice(databaseUrl, context.tenantId, played);
  return played;
}

const perSecond = 200;
/** Things that are done from one kill to the next; in the middle the node is there again. */
const killEvery = 10;
const commands = [
  'order',
  'ticker',
  'moved',
  'begin',
  'pay',
  'completeTask',
  'ring',
  'take',
  'report',
] as const;

/** Nodes are killed so many times while people, workers and other systems do 200 things in each second of the clock. */
export function killsUnderLoad(kills: number, seed: number): readonly Step[] {
  const random = randomOf(seed);
  const done = (): readonly Step[] => [
    stepOf(random.from(commands), random.pick(1_000), random.pick(3)),
    stepOf('passSome', 1_000 / perSecond, random.pick(2)),
  ];
  return Array.from({ length: kills }, (): readonly Step[] => {
    const which = random.pick(1_000);
    const half = (): readonly Step[] => Array.from({ length: killEvery / 2 }, done).flat();
    // At once, or at its next commit; in case there was none, at once after all.
    const atLast = which % 2 === 0 ? 0 : 3;
    return [
      stepOf('kill', which, 1),
      ...half(),
      stepOf('kill', atLast, 1),
      stepOf('revive', 0, 1),
      ...half(),
    ];
  }).flat();
}
