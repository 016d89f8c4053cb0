import { incidentFields, resolveIncident, searchIncidents } from '../../contract/incidents.js';
import { replyEmpty, route } from '../handler.js';
import { searchRequestOf } from '../request/search-request.js';
import { incidentView } from '../views/incident-view.js';
import { searchView } from '../views/search-view.js';

export const incidentRoutes = [
  route(searchIncidents, async ({ body, context }, { runtime }) => {
    const request = searchRequestOf(incidentFields, body);
    return searchView(await runtime.queries.searchIncidents(context.tenantId, request), incidentView);
  }),

  route(resolveIncident, async ({ params: { incidentId }, context }, { runtime }) =>
    replyEmpty(await runtime.resolveIncident(context, incidentId)),
  ),
];
