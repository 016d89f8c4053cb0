import fc from 'fast-check';
import type { Store } from '../../../src/runtime/ports.js';
import type { FakeClock } from '../../support/fake-clock.js';
import { assertNothingLostOrTwice } from './simulation-oracle.js';
import { Simulation, type Step } from './simulation.js';

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
): Promise<void> {
  const context = { tenantId: 'tenant', actor: 'client' };
  const played = await new Simulation(store, clock, context, thrown).play(history);
  await assertNothingLostOrTwice(databaseUrl, context.tenantId, played);
}
