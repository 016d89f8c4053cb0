import {
  deleteProcessDefinition,
  getProcessDefinition,
  getProcessDefinitionStatistics,
  getProcessDefinitionXml,
  processDefinitionFields,
  searchProcessDefinitions,
} from '../../contract/process-definitions.js';
import { done, replyEmpty, route } from '../handler.js';
import { searchRequestOf } from '../request/search-request.js';
import { notFound } from '../respond/refusal.js';
import { processDefinitionView } from '../views/process-definition-view.js';
import { searchView } from '../views/search-view.js';

const what = 'process definition';

export const processDefinitionRoutes = [
  route(searchProcessDefinitions, async ({ body, context }, { runtime }) => {
    const request = searchRequestOf(processDefinitionFields, body);
    return searchView(
      await runtime.queries.searchProcessDefinitions(context.tenantId, request),
      processDefinitionView,
    );
  }),

  route(getProcessDefinition, async ({ params: { processDefinitionId }, context }, { runtime }) => {
    const row = await runtime.queries.processDefinition(context.tenantId, processDefinitionId);
    if (row === undefined) return notFound(what, processDefinitionId);
    return done(200, processDefinitionView(row));
  }),

  route(getProcessDefinitionXml, async ({ params: { processDefinitionId }, context }, { runtime }) => {
    const row = await runtime.queries.processDefinition(context.tenantId, processDefinitionId);
    const resource = row && (await runtime.queries.resource(context.tenantId, row.resourceId));
    if (resource === undefined) return notFound(what, processDefinitionId);
    // A browser must not show it as a page of this site: XML may carry scripts.
    const headers = { 'Content-Disposition': 'attachment' };
    return done(200, resource.content, headers);
  }),

  route(getProcessDefinitionStatistics, async ({ params: { processDefinitionId }, context }, { runtime }) => {
    const { queries } = runtime;
    const row = await queries.processDefinition(context.tenantId, processDefinitionId);
    if (row === undefined) return notFound(what, processDefinitionId);
    const items = await queries.elementStatistics(context.tenantId, processDefinitionId);
    return done(200, {
      items: items.map(({ elementId, active, completed, canceled, incidents }) => {
        return { elementId, active, completed, canceled, incidents };
      }),
    });
  }),

  route(deleteProcessDefinition, async ({ params: { processDefinitionId }, context }, { runtime }) =>
    replyEmpty(await runtime.deleteProcessDefinition(context, processDefinitionId)),
  ),
];
