import type { z } from 'zod';
import type { startedInstance } from '../../contract/process-instances.js';
import type { Runtime, StartedInstance } from '../../runtime/runtime.js';

/**
 * Waits until a started instance has ended, or the time is over, or the signal aborts: the state then, and with an end
 * its variables and error code.
 */
export async function awaitCompletionOf(
  runtime: Runtime,
  tenantId: string,
  started: StartedInstance,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<z.input<typeof startedInstance>> {
  const { processInstanceId } = started;
  await runtime.awaitEnd(tenantId, processInstanceId, timeoutMs, signal);
  const row = await runtime.queries.processInstance(tenantId, processInstanceId);
  const state = row?.state.status ?? started.state;
  if (row === undefined || state === 'active') return { ...started, state };
  const variables = await runtime.variables(tenantId, processInstanceId);
  return {
    ...started,
    state,
    ...(variables.ok ? { variables: variables.value } : {}),
    ...(row.state.errorCode === undefined ? {} : { errorCode: row.state.errorCode }),
  };
}
