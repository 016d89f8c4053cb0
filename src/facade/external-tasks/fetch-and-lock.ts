import type { z } from 'zod';
import type { Clock } from '../../platform/clock.js';
import type { ActivatedJob, RequestContext, Runtime } from '../../runtime/runtime.js';
import { RefusedRequest } from '../respond/refusal.js';
import type { fetchAndLockRequest, Topic } from './external-task-requests.js';

type FetchAndLock = z.infer<typeof fetchAndLockRequest>;

export interface FetchContext {
  readonly runtime: Runtime;
  readonly clock: Clock;
  readonly context: RequestContext;
  /** Aborts when the caller goes or the server stops. */
  readonly signal: AbortSignal;
}

/** Jobs of the topics, in their order, up to `maxTasks` in all; waits for the first up to `asyncResponseTimeout`. */
export async function fetchAndLock(
  request: FetchAndLock,
  fetching: FetchContext,
): Promise<readonly ActivatedJob[]> {
  const { clock, signal } = fetching;
  const until = clock.elapsed() + (request.asyncResponseTimeout ?? 0);
  const offers = new Offers(request.topics ?? [], fetching);
  try {
    for (;;) {
      offers.seen();
      const jobs = await takeOnce(request, fetching);
      if (jobs.length > 0 || signal.aborted || clock.elapsed() >= until) return jobs;
      await offers.next(until);
    }
  } finally {
    offers.close();
  }
}

async function takeOnce(
  { workerId, maxTasks, topics }: FetchAndLock,
  { runtime, context, signal }: FetchContext,
): Promise<readonly ActivatedJob[]> {
  const taken: ActivatedJob[] = [];
  for (const topic of topics ?? []) {
    if (taken.length >= maxTasks || signal.aborted) break;
    const outcome = await runtime.activateJobs(context, {
      type: topic.topicName,
      worker: workerId,
      maxJobs: maxTasks - taken.length,
      timeoutMs: topic.lockDuration,
      ...(topic.variables ? { fetchVariables: topic.variables } : {}),
      ...filterOf(topic),
    });
    if (!outcome.ok) throw new RefusedRequest(outcome.problem);
    taken.push(...outcome.value);
  }
  return taken;
}

function filterOf(topic: Topic) {
  const processDefinitionIds = both(topic.processDefinitionId, topic.processDefinitionIdIn);
  const bpmnProcessIds = both(topic.processDefinitionKey, topic.processDefinitionKeyIn);
  const only = {
    ...(topic.businessKey ? { businessKey: topic.businessKey } : {}),
    ...(processDefinitionIds ? { processDefinitionIds } : {}),
    ...(bpmnProcessIds ? { bpmnProcessIds } : {}),
  };
  return Object.keys(only).length > 0 ? { only } : {};
}

/** What both the one and the list allow; undefined where neither says anything. */
function both(one: string | null | undefined, many: readonly string[] | null | undefined) {
  if (!one) return many ?? undefined;
  return !many || many.includes(one) ? [one] : [];
}

/** Whether there may be jobs of one of several topics. */
class Offers {
  private readonly stops: readonly (() => void)[];
  private offered = false;
  private wake: (() => void) | undefined;

  constructor(
    topics: readonly Topic[],
    private readonly fetching: FetchContext,
  ) {
    const { runtime, context } = fetching;
    const names = new Set(topics.map(({ topicName }) => topicName));
    this.stops = [...names].map((name) =>
      runtime.onJobsAvailable(context.tenantId, name, () => {
        this.offered = true;
        this.wake?.();
      }),
    );
  }

  /** What is offered from here on ends the next wait. */
  seen(): void {
    this.offered = false;
  }

  /** Resolves when something was offered since `seen`, at that time by the clock's `elapsed()`, or when the signal aborts. */
  next(until: number): Promise<void> {
    const { clock, signal } = this.fetching;
    if (this.offered || signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const end = (): void => {
        this.wake = undefined;
        timer.cancel();
        signal.removeEventListener('abort', end);
        resolve();
      };
      this.wake = end;
      const timer = clock.setTimer(clock.now() + until - clock.elapsed(), end);
      signal.addEventListener('abort', end);
    });
  }

  close(): void {
    for (const stop of this.stops) stop();
  }
}
