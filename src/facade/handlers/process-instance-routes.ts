import {
  cancelProcessInstance,
  getProcessInstance,
  getVariables,
  processInstanceFields,
  searchProcessInstances,
  setVariables,
  startProcessInstance,
} from '../../contract/process-instances.js';
import { done, replyEmpty, replyWith, route } from '../handler.js';
import { searchRequestOf } from '../request/search-request.js';
import { notFound } from '../respond/refusal.js';
import { processInstanceView, summaryOf } from '../views/process-instance-view.js';
import { searchView } from '../views/search-view.js';
import { awaitCompletionOf } from './await-completion.js';

export const processInstanceRoutes = [
  route(startProcessInstance, async ({ body, context, signal }, services) => {
    const { awaitCompletion, requestTimeoutMs, ...input } = body;
    const outcome = await services.runtime.startProcessInstance(context, input);
    if (!outcome.ok || !awaitCompletion) {
      return replyWith(outcome, (started) => done(201, started, locationOf(started.processInstanceId)));
    }
    const awaited = await services.waitingRoom.during(() =>
      awaitCompletionOf(services.runtime, context.tenantId, outcome.value, requestTimeoutMs, signal),
    );
    return replyWith(outcome, ({ processInstanceId }) =>
      done(awaited.state === 'active' ? 202 : 201, awaited, locationOf(processInstanceId)),
    );
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

  route(getVariables, async ({ params: { processInstanceId }, query, context }, { runtime }) => {
    const { scopeElementInstanceId } = query;
    const outcome = await runtime.variables(context.tenantId, processInstanceId, scopeElementInstanceId);
    return replyWith(outcome, (variables) => done(200, { variables }));
  }),

  route(setVariables, async ({ params: { processInstanceId }, body, context }, { runtime }) =>
    replyEmpty(await runtime.setVariables(context, processInstanceId, body)),
  ),
];

function locationOf(processInstanceId: string): Readonly<Record<string, string>> {
  return { Location: `/v1/process-instances/${encodeURIComponent(processInstanceId)}` };
}
