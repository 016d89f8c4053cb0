import type { z } from 'zod';
import { type apiKey, createApiKey, listApiKeys, revokeApiKey } from '../../contract/api-keys.js';
import { isRole } from '../../contract/roles.js';
import { type ApiKeyContext, principalIdOf } from '../../identity/api-keys.js';
import type { ApiKeyRow } from '../../runtime/ports.js';
import type { RequestContext } from '../../runtime/runtime.js';
import { done, route } from '../handler.js';
import { notFound } from '../respond/refusal.js';
import { grantsView } from '../views/grants-view.js';
import { optionalTimeText, timeText } from '../views/time-text.js';

export const apiKeyRoutes = [
  route(createApiKey, async ({ body, context, principal }, { apiKeys }) => {
    const { expiresAt, ...input } = body;
    const created = await apiKeys.create(
      { ...input, ...(expiresAt === undefined ? {} : { expiresAt: Date.parse(expiresAt) }) },
      principal,
      auditedContext(context),
    );
    if (!created.ok) return created;
    return done(201, { ...apiKeyView(created.row), apiKey: created.token });
  }),

  route(listApiKeys, async ({ query, context }, { runtime }) => {
    const { items, page } = await runtime.queries.searchApiKeys(context.tenantId, {
      filter: {},
      sort: [{ field: 'createdAt', order: 'desc' }],
      page: query,
    });
    return done(200, { items: items.map(apiKeyView), page: { endCursor: page.endCursor } });
  }),

  route(revokeApiKey, async ({ params: { apiKeyId }, context }, { apiKeys, credentialWatch }) => {
    if (!(await apiKeys.revoke(apiKeyId, auditedContext(context)))) return notFound('API key', apiKeyId);
    credentialWatch.lookAgain(principalIdOf(apiKeyId));
    return done(204, undefined);
  }),
];

/** Both operations change something: the audit log knows who asks. */
function auditedContext({ audit, ...context }: RequestContext): ApiKeyContext {
  if (audit === undefined) throw new Error('Expected a change of API keys to be audited.');
  return { ...context, audit };
}

/** A key as the contract shows it: without anything that opens. */
function apiKeyView(row: ApiKeyRow): z.input<typeof apiKey> {
  return {
    apiKeyId: row.apiKeyId,
    name: row.name,
    roles: row.roles.filter(isRole),
    grants: grantsView(row.grants),
    createdAt: timeText(row.createdAt),
    createdBy: row.createdBy,
    expiresAt: optionalTimeText(row.expiresAt),
    lastUsedAt: optionalTimeText(row.lastUsedAt),
    revokedAt: optionalTimeText(row.revokedAt),
    revokedBy: row.revokedBy,
  };
}
