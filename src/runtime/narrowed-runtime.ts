import { notFound } from './instances.js';
import { narrowedQueries } from './narrowed-queries.js';
import { refused } from './outcome.js';
import { noVariables, type Reach, reachesDecisions } from './reach.js';
import type { Runtime } from './runtime.js';

/** The use cases that take a tenant and no context, which would say how far the caller reaches. */
type WithoutContext = {
  [Name in keyof Runtime]: Runtime[Name] extends (...args: infer Args) => unknown
    ? string extends Args[0]
      ? Name
      : never
    : never;
}[keyof Runtime];

/** Worked out once for each runtime and reach, which lives as long as its principal. */
const narrowed = new WeakMap<Runtime, WeakMap<Reach, Runtime>>();

/**
 * The runtime as far as a caller reaches; without a reach the runtime itself. Commands find the reach in their context and hold to it
 * inside their transaction; what has no context is narrowed here.
 */
export function narrowedRuntime(runtime: Runtime, reach: Reach | undefined): Runtime {
  if (reach === undefined) return runtime;
  let ofRuntime = narrowed.get(runtime);
  if (ofRuntime === undefined) narrowed.set(runtime, (ofRuntime = new WeakMap()));
  let found = ofRuntime.get(reach);
  if (found === undefined) ofRuntime.set(reach, (found = narrow(runtime, reach)));
  return found;
}

function narrow(runtime: Runtime, reach: Reach): Runtime {
  const queries = narrowedQueries(runtime.queries, reach);
  const isReached = async (tenantId: string, processInstanceId: string): Promise<boolean> =>
    (await queries.processInstance(tenantId, processInstanceId)) !== undefined;
  const withoutContext = {
    async evaluateDecision(tenantId, input) {
      // Under a name that nothing has, the answer is that of what is not there.
      if (!reachesDecisions(reach)) return runtime.evaluateDecision('', input);
      return reach.withoutVariables
        ? refused('forbidden', noVariables)
        : runtime.evaluateDecision(tenantId, input);
    },
    async awaitEnd(tenantId, processInstanceId, timeoutMs, signal) {
      if (!(await isReached(tenantId, processInstanceId))) return false;
      return runtime.awaitEnd(tenantId, processInstanceId, timeoutMs, signal);
    },
    async variables(tenantId, processInstanceId, scopeElementInstanceId) {
      if (!(await isReached(tenantId, processInstanceId)))
        return notFound('process instance', processInstanceId);
      if (reach.withoutVariables) return refused('forbidden', noVariables);
      return runtime.variables(tenantId, processInstanceId, scopeElementInstanceId);
    },
    async waitingSteps(tenantId, processInstanceId) {
      if (reach.withoutVariables || !(await isReached(tenantId, processInstanceId))) return [];
      return runtime.waitingSteps(tenantId, processInstanceId);
    },
    async scriptOf(tenantId, processDefinitionId, elementId) {
      const definition = await queries.processDefinition(tenantId, processDefinitionId);
      return definition && runtime.scriptOf(tenantId, processDefinitionId, elementId);
    },
    takeNewJobs: (tenantId, type, taker) =>
      isTypeReached(reach, type) ? runtime.takeNewJobs(tenantId, type, taker) : () => undefined,
    onJobsAvailable: (tenantId, type, callback) =>
      isTypeReached(reach, type) ? runtime.onJobsAvailable(tenantId, type, callback) : () => undefined,
  } satisfies Pick<Runtime, WithoutContext>;
  return { ...runtime, ...withoutContext, queries };
}

/** New jobs are handed over by their type alone, whatever process they are of. */
function isTypeReached({ jobTypes, bpmnProcessIds }: Reach, type: string): boolean {
  return bpmnProcessIds === undefined && (jobTypes?.includes(type) ?? true);
}
