import { z } from 'zod';
import { named } from './components.js';
import { limits } from './limits.js';
import { openList } from './open-list.js';
import { noContent, nothing, operation } from './operation.js';
import { listPage, listQuery } from './page.js';
import { everyRole, grantKinds } from './roles.js';
import { key, plainText } from './text.js';
import { givenTime, time } from './time.js';

/** The name of a role. */
export const role = openList(
  z.enum(everyRole as [(typeof everyRole)[number], ...(typeof everyRole)[number][]]),
);

const names = z.array(key).max(limits.grantNames).optional();

/** What a principal is narrowed to. */
export const grants = named(
  'Grants',
  z.strictObject(
    Object.fromEntries(grantKinds.map((kind) => [kind, names])) as Record<
      (typeof grantKinds)[number],
      typeof names
    >,
  ),
);

const declared = {
  name: plainText(limits.keyLength, 1).describe('For people: whose key it is, and what for.'),
  roles: z.array(role).min(1).max(everyRole.length),
};

/** A key without its secret. */
export const apiKey = named(
  'ApiKey',
  z.object({
    apiKeyId: z.string().describe('What the key begins with; it tells keys apart and opens nothing.'),
    name: z.string(),
    roles: z.array(role),
    grants,
    createdAt: time,
    createdBy: z.string(),
    expiresAt: time.optional(),
    lastUsedAt: time.optional().describe('To the minute.'),
    revokedAt: time.optional(),
    revokedBy: z.string().optional(),
  }),
);

const path = '/v1/api-keys';
const tag = 'API keys';

export const createApiKey = operation({
  operationId: 'createApiKey',
  tag,
  method: 'post',
  path,
  permission: 'api-key:create',
  summary: 'Make an API key',
  description:
    'The key itself is in this answer and nowhere else: the server keeps only a hash of it. That is also why there is no `Idempotency-Key`. Its roles and grants stay as they are; for others, make another key. Only the bootstrap administrator gives roles that hold in every tenant.',
  request: {
    ...nothing,
    body: named(
      'CreateApiKeyRequest',
      z.strictObject({ ...declared, grants: grants.default({}), expiresAt: givenTime.optional() }),
    ),
  },
  responses: { 201: named('CreatedApiKey', apiKey.extend({ apiKey: z.string().describe('Shown once.') })) },
  problems: ['invalid-argument', 'limit-exceeded'],
});

export const listApiKeys = operation({
  operationId: 'listApiKeys',
  tag,
  method: 'get',
  path,
  permission: 'api-key:read',
  summary: 'List the API keys of the tenant, the newest first, those that were revoked too',
  request: { ...nothing, query: listQuery },
  responses: { 200: z.object({ items: z.array(apiKey), page: listPage }) },
  problems: [],
});

export const revokeApiKey = operation({
  operationId: 'revokeApiKey',
  tag,
  method: 'delete',
  path: `${path}/{apiKeyId}`,
  permission: 'api-key:revoke',
  summary: 'Revoke an API key for good',
  description:
    'On this server at once, on others within ten seconds. A key that was revoked before stays so.',
  request: { ...nothing, params: z.strictObject({ apiKeyId: key }) },
  responses: { 204: noContent },
  problems: ['not-found'],
});
