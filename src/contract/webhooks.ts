import { z } from 'zod';
import { named } from './components.js';
import { eventTypePattern } from './events.js';
import { limits } from './limits.js';
import { command, noContent, nothing, operation } from './operation.js';
import { listPage, listQuery, searchResult } from './page.js';
import { choiceField, searchRequest, textField, timeField } from './search.js';
import { id, key, plainText } from './text.js';
import { time } from './time.js';

const tag = 'webhooks';
const webhookPath = '/v1/webhooks/{webhookId}';
const webhookParams = z.strictObject({ webhookId: id });

export const webhookStates = ['enabled', 'disabled'] as const;
export const webhookDisabledReasons = ['by-request', 'failing', 'gone'] as const;

/** `failed`: not tried any more. */
export const webhookDeliveryStates = ['pending', 'delivered', 'failed'] as const;

const several = <Item extends z.ZodType>(item: Item) =>
  z.array(item).min(1).max(limits.eventFilterValues).optional();

const filter = named(
  'WebhookFilter',
  z
    .strictObject({
      types: several(eventTypePattern),
      processInstanceIds: several(id),
      processDefinitionIds: several(id),
      bpmnProcessIds: several(key),
      businessKeys: several(key),
    })
    .describe('All that is given has to hold; of each list, one. Types as in `GET /v1/events`.'),
);

const url = plainText(limits.urlLength, 1).refine(isReceiverUrl, {
  error: 'Expected an http or https URL without user, password and fragment.',
});

const changeable = {
  name: plainText(limits.keyLength, 1).describe('For people: whose it is, and what for.'),
  url,
  filter,
  followsRedirects: z
    .boolean()
    .describe('Whether 307 and 308 are followed, at most three. Other redirects are failures.'),
};

/** A webhook without its secrets. */
export const webhook = named(
  'Webhook',
  z.object({
    webhookId: z.string(),
    name: z.string().optional(),
    url: z.string(),
    filter: z.object({
      types: z.array(z.string()).optional(),
      processInstanceIds: z.array(z.string()).optional(),
      processDefinitionIds: z.array(z.string()).optional(),
      bpmnProcessIds: z.array(z.string()).optional(),
      businessKeys: z.array(z.string()).optional(),
    }),
    followsRedirects: z.boolean(),
    state: z.enum(webhookStates),
    disabledAt: time.optional(),
    disabledBecause: z
      .enum(webhookDisabledReasons)
      .optional()
      .describe(
        '`failing`: an event was tried for three days, and nothing was taken meanwhile. `gone`: the receiver has answered 410.',
      ),
    createdAt: time,
    createdBy: z.string(),
    previousSecretUntil: time.optional().describe('Until then the secret before signs as well.'),
    lastSuccessAt: time.optional().describe('To the minute.'),
    lastFailureAt: time.optional().describe('To the minute.'),
  }),
);

const secret = z.string().describe('`whsec_…`, as the libraries of Standard Webhooks take it. Shown once.');

const attempt = z.object({
  at: time,
  durationMs: z.int(),
  statusCode: z.int().optional(),
  error: z.string().optional().describe('Why it was not taken.'),
});

/** One event for one webhook. */
export const webhookDelivery = named(
  'WebhookDelivery',
  z.object({
    deliveryId: z.string(),
    eventId: z.string().describe('The `id` of the event, and the `webhook-id` of each attempt.'),
    eventType: z.string(),
    processInstanceId: z.string().optional(),
    state: z.enum(webhookDeliveryStates),
    attempts: z.array(attempt),
    nextAttemptAt: time.optional(),
    redeliveryOf: z.string().optional(),
    createdAt: time,
    endedAt: time.optional(),
  }),
);

/** What webhooks are searched by. */
export const webhookFields = {
  webhookId: textField,
  name: textField,
  url: textField,
  state: choiceField(webhookStates),
  disabledBecause: choiceField(webhookDisabledReasons),
  createdAt: timeField,
};

export const createWebhook = operation({
  operationId: 'createWebhook',
  tag,
  method: 'post',
  path: '/v1/webhooks',
  permission: 'webhook:create',
  summary: 'Make a webhook',
  description:
    'From this answer on each event that fits the filter, and that the caller reaches, is sent to the URL as a CloudEvent, signed as Standard Webhooks say: once or more, those of one process instance in order. The secret is in this answer and nowhere else. That is also why there is no `Idempotency-Key`.',
  request: {
    ...nothing,
    body: named(
      'CreateWebhookRequest',
      z.strictObject({
        url: changeable.url,
        name: changeable.name.optional(),
        filter: filter.default({}),
        followsRedirects: changeable.followsRedirects.default(false),
      }),
    ),
  },
  responses: { 201: named('CreatedWebhook', webhook.extend({ secret })) },
  problems: ['invalid-argument', 'limit-exceeded'],
});

export const searchWebhooks = operation({
  operationId: 'searchWebhooks',
  tag,
  method: 'post',
  path: '/v1/webhooks/search',
  permission: 'webhook:read',
  summary: 'Search webhooks',
  request: { ...nothing, body: searchRequest(webhookFields, {}) },
  responses: { 200: searchResult(webhook) },
  problems: [],
});

export const getWebhook = operation({
  operationId: 'getWebhook',
  tag,
  method: 'get',
  path: webhookPath,
  permission: 'webhook:read',
  summary: 'Get a webhook',
  request: { ...nothing, params: webhookParams },
  responses: { 200: webhook },
  problems: ['not-found'],
});

export const updateWebhook = operation({
  operationId: 'updateWebhook',
  tag,
  method: 'patch',
  path: webhookPath,
  permission: 'webhook:update',
  summary: 'Change a webhook, disable or enable it',
  description:
    'What is absent stays. A webhook that is enabled again goes on where it stood. What it tells goes as far as its creator reached, whoever changes it.',
  request: {
    ...nothing,
    params: webhookParams,
    body: named('UpdateWebhookRequest', z.strictObject({ ...changeable, enabled: z.boolean() }).partial()),
  },
  responses: { 200: webhook },
  problems: ['not-found', 'invalid-argument'],
});

export const deleteWebhook = operation({
  operationId: 'deleteWebhook',
  tag,
  method: 'delete',
  path: webhookPath,
  permission: 'webhook:delete',
  summary: 'Delete a webhook for good',
  request: { ...nothing, params: webhookParams },
  responses: { 204: noContent },
  problems: ['not-found'],
});

export const rotateWebhookSecret = operation({
  operationId: 'rotateWebhookSecret',
  tag,
  method: 'post',
  path: `${webhookPath}/rotate-secret`,
  permission: 'webhook:update',
  summary: 'Give a webhook a new secret',
  description:
    'Until the overlap is over each message has two signatures, of the new secret and of the one before. `overlapMs: 0` ends the old one at once. The secret is in this answer and nowhere else.',
  request: {
    ...nothing,
    params: webhookParams,
    body: named(
      'RotateWebhookSecretRequest',
      z.strictObject({
        overlapMs: z.int().min(0).max(limits.webhookOverlapMs).default(limits.webhookOverlapDefaultMs),
      }),
    ),
  },
  responses: { 200: z.object({ secret, previousSecretUntil: time.optional() }) },
  problems: ['not-found'],
});

export const pingWebhook = operation({
  operationId: 'pingWebhook',
  tag,
  method: 'post',
  path: `${webhookPath}/ping`,
  permission: 'webhook:test',
  summary: 'Send a test event and tell what came of it',
  description:
    'An event of type `io.throughline.webhook.ping`, signed like all others, sent once, also while the webhook is disabled. It is in no log.',
  request: { ...nothing, params: webhookParams },
  responses: { 200: z.object({ taken: z.boolean(), attempt }) },
  problems: ['not-found'],
});

export const listWebhookDeliveries = operation({
  operationId: 'listWebhookDeliveries',
  tag,
  method: 'get',
  path: `${webhookPath}/deliveries`,
  permission: 'webhook:read',
  summary: 'List the deliveries of a webhook, the newest first',
  description: 'Those that have ended are kept for WEBHOOK_LOG_TTL.',
  request: {
    ...nothing,
    params: webhookParams,
    query: listQuery.extend({ state: z.enum(webhookDeliveryStates).optional(), eventId: id.optional() }),
  },
  responses: { 200: z.object({ items: z.array(webhookDelivery), page: listPage }) },
  problems: ['not-found'],
});

export const redeliverWebhook = operation({
  operationId: 'redeliverWebhook',
  tag,
  method: 'post',
  path: `${webhookPath}/deliveries/{deliveryId}/redeliver`,
  permission: 'webhook:update',
  summary: 'Deliver an event again',
  description:
    'The same event with the same `webhook-id`, as a delivery of its own, tried like any other. It waits for no other, so that it may come out of order.',
  request: { ...command, params: z.strictObject({ webhookId: id, deliveryId: id }) },
  responses: { 202: webhookDelivery },
  problems: ['not-found', 'invalid-state'],
});

function isReceiverUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, username, password, hash } = new URL(text);
  return /^https?:$/.test(protocol) && username === '' && password === '' && hash === '';
}
