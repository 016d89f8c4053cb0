import { done } from '../outcome.js';
import type { RelayClaim, RelayedJob } from '../ports.js';
import type { UseCase } from '../unit.js';

/** Claims jobs that are to be put on a queue: see `JobStore.relay`. */
export function relayJobs(claim: Omit<RelayClaim, 'tenantId'>): UseCase<readonly RelayedJob[]> {
  return async ({ tx, context: { tenantId } }) => done(await tx.jobs.relay({ ...claim, tenantId }));
}

/** Has jobs put on their queue again, because it has lost them; answers how many. */
export function forgetRelayedJobs(type: string, limit: number): UseCase<number> {
  return async ({ tx, context: { tenantId } }) => done(await tx.jobs.forgetRelayed(tenantId, type, limit));
}
