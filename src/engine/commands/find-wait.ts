import type { Execution } from '../execution.js';
import type { Rejection } from '../rejection.js';
import type { Wait } from '../state.js';

type WaitOf<K extends Wait['kind']> = Extract<Wait, { kind: K }>;

/** The wait that a command names, or the rejection that says it is not there any more. */
export function findWait<K extends Wait['kind']>(
  execution: Execution,
  kind: K,
  { elementInstanceKey, waitKey }: { readonly elementInstanceKey: number; readonly waitKey: number },
): { readonly wait: WaitOf<K> } | { readonly rejection: Rejection } {
  const waits = execution.find(elementInstanceKey)?.waits ?? [];
  const wait = waits.find(
    (candidate): candidate is WaitOf<K> => candidate.kind === kind && candidate.key === waitKey,
  );
  if (wait) return { wait };
  const message = `Expected element instance ${elementInstanceKey} of ${execution.state.processInstanceId} to wait for ${kind} ${waitKey} but it does not.`;
  return { rejection: { code: 'invalid-state', message } };
}
