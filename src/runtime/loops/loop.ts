import type { RequestContext } from '../runtime.js';

/** How often a loop looks without being woken: what another node has written is found then at the latest. */
export const LOOK_AGAIN_MS = 1_000;

/** Pause after a failure, so that a database that is away is not asked without end. */
export const RETRY_MS = 1_000;

/** Pause before looking again at what only a later release knows: a node of that release does it meanwhile. */
export const UNKNOWN_MS = 10_000;

/** Pause before looking again for what was there but not given to us: another node has it. */
export const TAKEN_MS = 100;

/** Who acts when a loop does. */
export function loopContext(tenantId: string, loop: 'timer' | 'delivery'): RequestContext {
  return { tenantId, actor: loop };
}
