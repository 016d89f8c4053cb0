import { z } from 'zod';
import { named } from './components.js';
import { jsonValue } from './json-value.js';
import { openList } from './open-list.js';
import { nothing, operation } from './operation.js';
import { searchResult } from './page.js';
import { choiceField, searchRequest, textField, timeField } from './search.js';
import { id, key } from './text.js';
import { givenTime, time } from './time.js';

/** What kind of somebody has made a change. */
export const auditedPrincipalKinds = [
  'administrator',
  'api-key',
  'token',
  'person',
  'channel',
  'server',
] as const;

const state = z.record(z.string(), jsonValue);

/** One change that somebody has made, or had made by a batch. */
export const auditEntry = named(
  'AuditEntry',
  z.object({
    auditId: z.string().describe('Rises with time.'),
    at: time,
    tenantId: z.string(),
    operation: z
      .string()
      .describe(
        'The `operationId`; of what a batch does to an instance, such as `cancelProcessInstance`; `signIn` and `signOut` of people.',
      ),
    principalId: z.string(),
    principalName: z.string().optional(),
    principalKind: openList(z.enum(auditedPrincipalKinds)),
    targetId: z.string().optional().describe('What it was done to, or what it made.'),
    processInstanceId: z.string().optional(),
    batchId: z.string().optional().describe('The batch that did it, or that it made.'),
    targets: z.record(z.string(), z.string()).describe('Every id, by what it is the id of.'),
    sourceAddress: z.string().optional().describe('Behind TRUSTED_PROXIES proxies.'),
    requestId: z.string().optional().describe('The `X-Request-Id` of the answer.'),
    traceId: z.string().optional(),
    before: state
      .optional()
      .describe('Of operations on what is there; values of variables are under `variables`.'),
    after: state.optional(),
  }),
);

export const auditFields = {
  auditId: textField,
  at: timeField,
  operation: textField,
  principalId: textField,
  principalName: textField,
  principalKind: choiceField(auditedPrincipalKinds),
  targetId: textField,
  processInstanceId: textField,
  batchId: textField,
  sourceAddress: textField,
  requestId: textField,
  traceId: textField,
};

const tag = 'audit';

export const searchAuditEntries = operation({
  operationId: 'searchAuditEntries',
  tag,
  method: 'post',
  path: '/v1/audit-entries/search',
  permission: 'audit:read',
  summary: 'Search the audit log',
  request: { ...nothing, body: searchRequest(auditFields, {}) },
  responses: { 200: searchResult(auditEntry) },
  problems: [],
});

export const exportAuditEntries = operation({
  operationId: 'exportAuditEntries',
  tag,
  method: 'get',
  path: '/v1/audit-entries/export',
  permission: 'audit:read',
  summary: 'Export the audit log',
  description:
    'One `AuditEntry` in each line, the oldest first, as fast as the reader takes them. A connection that breaks off before the end of the answer tells that there are more: go on with `from` the `at` of the last, and drop repeats by `auditId`.',
  request: {
    ...nothing,
    query: z.strictObject({
      from: givenTime.optional(),
      to: givenTime.optional().describe('Before that time; default: all that there are when it begins.'),
      operation: key.optional(),
      principalId: key.optional(),
      processInstanceId: id.optional(),
    }),
  },
  responses: { 200: z.string() },
  produces: 'application/x-ndjson',
  problems: [],
});
