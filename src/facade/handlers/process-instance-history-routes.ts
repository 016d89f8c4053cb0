import {
  getHistory,
  listElementInstances,
  listTimers,
  triggerTimer,
} from '../../contract/process-instance-history.js';
import type { Runtime } from '../../runtime/runtime.js';
import { done, replyEmpty, route } from '../handler.js';
import { notFound } from '../respond/refusal.js';
import { elementInstanceView, timerView } from '../views/element-instance-view.js';
import { historyEntryView } from '../views/history-view.js';

export const processInstanceHistoryRoutes = [
  route(listElementInstances, async ({ params: { processInstanceId }, query, context }, { runtime }) => {
    if (!(await exists(runtime, context.tenantId, processInstanceId))) return unknown(processInstanceId);
    const { items, endCursor } = await runtime.queries.elementInstances(
      context.tenantId,
      processInstanceId,
      query,
    );
    return done(200, { items: items.map(elementInstanceView), page: { endCursor } });
  }),

  route(getHistory, async ({ params: { processInstanceId }, query, context }, { runtime, redact }) => {
    if (!(await exists(runtime, context.tenantId, processInstanceId))) return unknown(processInstanceId);
    const { items, endCursor } = await runtime.queries.history(context.tenantId, processInstanceId, query);
    const entries = items.map((entry) => historyEntryView(processInstanceId, entry, redact));
    return done(200, { items: entries, page: { endCursor } });
  }),

  route(listTimers, async ({ params: { processInstanceId }, context }, { runtime }) => {
    if (!(await exists(runtime, context.tenantId, processInstanceId))) return unknown(processInstanceId);
    const timers = await runtime.queries.timersOf(context.tenantId, processInstanceId);
    return done(200, { items: timers.map((timer) => timerView(processInstanceId, timer)) });
  }),

  route(triggerTimer, async ({ params: { processInstanceId, timerId }, context }, { runtime }) =>
    replyEmpty(await runtime.triggerTimer(context, processInstanceId, timerId)),
  ),
];

async function exists(runtime: Runtime, tenantId: string, processInstanceId: string): Promise<boolean> {
  return (await runtime.queries.processInstance(tenantId, processInstanceId)) !== undefined;
}

function unknown(processInstanceId: string) {
  return notFound('process instance', processInstanceId);
}
