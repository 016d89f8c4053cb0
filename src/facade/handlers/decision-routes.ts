import {
  decisionDefinitionFields,
  deleteDecisionDefinition,
  evaluateDecision,
  getDecisionDefinition,
  getDecisionDefinitionXml,
  searchDecisionDefinitions,
} from '../../contract/decisions.js';
import { done, replyEmpty, replyWith, route } from '../handler.js';
import { searchRequestOf } from '../request/search-request.js';
import { notFound } from '../respond/refusal.js';
import { decisionDefinitionView, evaluationView } from '../views/decision-view.js';
import { searchView } from '../views/search-view.js';

const what = 'decision definition';

export const decisionRoutes = [
  route(searchDecisionDefinitions, async ({ body, context }, { runtime }) => {
    const request = searchRequestOf(decisionDefinitionFields, body);
    return searchView(
      await runtime.queries.searchDecisionDefinitions(context.tenantId, request),
      decisionDefinitionView,
    );
  }),

  route(getDecisionDefinition, async ({ params: { decisionDefinitionId }, context }, { runtime }) => {
    const row = await runtime.queries.decisionDefinition(context.tenantId, decisionDefinitionId);
    if (row === undefined) return notFound(what, decisionDefinitionId);
    return done(200, decisionDefinitionView(row));
  }),

  route(getDecisionDefinitionXml, async ({ params: { decisionDefinitionId }, context }, { runtime }) => {
    const row = await runtime.queries.decisionDefinition(context.tenantId, decisionDefinitionId);
    const resource = row && (await runtime.queries.resource(context.tenantId, row.resourceId));
    if (resource === undefined) return notFound(what, decisionDefinitionId);
    // A browser must not show it as a page of this site: XML may carry scripts.
    const headers = { 'Content-Disposition': 'attachment' };
    return done(200, resource.content, headers);
  }),

  route(deleteDecisionDefinition, async ({ params: { decisionDefinitionId }, context }, { runtime }) =>
    replyEmpty(await runtime.deleteDecisionDefinition(context, decisionDefinitionId)),
  ),

  route(evaluateDecision, async ({ body, context }, { runtime }) =>
    replyWith(await runtime.evaluateDecision(context.tenantId, body), (evaluation) =>
      done(200, evaluationView(evaluation)),
    ),
  ),
];
