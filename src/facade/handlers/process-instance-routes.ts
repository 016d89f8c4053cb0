import {
  cancelProcessInstance,
  deleteProcessInstance,
  getProcessInstance,
  getVariables,
  processInstanceFields,
  resumeProcessInstance,
  searchProcessInstances,
  setVariables,
  startProcessInstance,
  suspendProcessInstance,
} from '../../contract/process-instances.js';
import { done, replyEmpty, replyWith, route } from '../handler.js';
import { searchRequestOf } from '../request/search-request.js';
import type { StartedInstance } from '../../runtime/runtime.js';
import { notFound, refusing } from '../respond/refusal.js';
import { processInstanceView, summaryOf } from '../views/process-instance-view.js';
import { searchView } from '../views/search-view.js';
import { awaitCompletionOf } from './await-completion.js';

export const processInstanceRoutes = [
  route(startProcessInstance, async ({ body, context, onCallerGone }, { runtime, waitingRoom }) => {
    const { awaitCompletion, requestTimeoutMs, ...input } = body;
    if (!awaitCompletion) {
      const outcome = await runtime.startProcessInstance(context, input);
      return replyWith(outcome, (started) => done(201, started, locationOf(started)));
    }
    // The seat comes first: what is refused for want of one must not have been started.
    return waitingRoom.during(onCallerGone, async (signal) => {
      const outcome = await runtime.startProcessInstance(context, input);
      if (!outcome.ok) return refusing(outcome);
      const instance = await awaitCompletionOf(
        runtime,
        context.tenantId,
        outcome.value,
        requestTimeoutMs,
        signal,
      );
      const status = instance.state === 'active' ? 202 : 201;
      return replyWith(outcome, (started) => done(status, instance, locationOf(started)));
    });
  }),

  route(searchProcessInstances, async ({ body, context }, { runtime }) => {
    const special = { variables: body.filter?.variables };
    const request = searchRequestOf(processInstanceFields, body, special);
    return searchView(
      await runtime.queries.searchProcessInstances(context.tenantId, request),
      processInstanceView,
    );
  }),

  route(getProcessInstance, async ({ params: { processInstanceId }, context }, { runtime }) => {
    const row = await runtime.queries.processInstance(context.tenantId, processInstanceId);
    if (row === undefined) return notFound('process instance', processInstanceId);
    return done(200, processInstanceView(summaryOf(row)));
  }),

  route(cancelProcessInstance, async ({ params: { processInstanceId }, context }, { runtime }) =>
    replyEmpty(await runtime.cancelProcessInstance(context, processInstanceId)),
  ),

  route(suspendProcessInstance, async ({ params: { processInstanceId }, context }, { runtime }) =>
    replyEmpty(await runtime.suspendProcessInstance(context, processInstanceId)),
  ),

  route(resumeProcessInstance, async ({ params: { processInstanceId }, context }, { runtime }) =>
    replyEmpty(await runtime.resumeProcessInstance(context, processInstanceId)),
  ),

  route(deleteProcessInstance, async ({ params: { processInstanceId }, context }, { runtime }) =>
    replyEmpty(await runtime.deleteProcessInstance(context, processInstanceId)),
  ),

  route(getVariables, async ({ params: { processInstanceId }, query, context }, { runtime }) => {
    const { scopeElementInstanceId } = query;
    const outcome = await runtime.variables(context.tenantId, processInstanceId, scopeElementInstanceId);
    return replyWith(outcome, (variables) => done(200, { variables }));
  }),

  route(setVariables, async ({ params: { processInstanceId }, body, context }, { runtime }) =>
    replyEmpty(await runtime.setVariables(context, processInstanceId, body)),
  ),
];

function locationOf({ processInstanceId }: StartedInstance): Readonly<Record<string, string>> {
  return { Location: `/v1/process-instances/${encodeURIComponent(processInstanceId)}` };
}
