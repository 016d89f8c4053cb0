import type { z } from 'zod';
import {
  createWebhook,
  deleteWebhook,
  getWebhook,
  listWebhookDeliveries,
  pingWebhook,
  redeliverWebhook,
  rotateWebhookSecret,
  searchWebhooks,
  updateWebhook,
  webhookFields,
} from '../../contract/webhooks.js';
import { limits } from '../../contract/limits.js';
import { positionText } from '../../events/event-position.js';
import type { WebhookFilter } from '../../runtime/ports.js';
import { newWebhookSecret } from '../../webhooks/webhook-secret.js';
import { done, replyEmpty, replyWith, route, type Services } from '../handler.js';
import { searchRequestOf } from '../request/search-request.js';
import { notFound, refuse } from '../respond/refusal.js';
import { searchView } from '../views/search-view.js';
import { optionalTimeText } from '../views/time-text.js';
import { attemptView, webhookDeliveryView, webhookView } from '../views/webhook-view.js';

export const webhookRoutes = [
  route(createWebhook, async ({ body, context }, services) => {
    const { name, filter, followsRedirects } = body;
    const url = receiverUrl(services, body.url);
    const secret = newWebhookSecret();
    const here = await services.eventHub.here();
    const outcome = await services.runtime.createWebhook(context, {
      ...{ url, followsRedirects, secret },
      filter: filterOf(filter),
      ...(name === undefined ? {} : { name }),
      position: positionText({ ...here, at: services.clock.now() }),
    });
    return replyWith(outcome, (row) => done(201, { ...webhookView(row), secret }));
  }),

  route(searchWebhooks, async ({ body, context }, { runtime }) => {
    const request = searchRequestOf(webhookFields, body);
    return searchView(await runtime.queries.searchWebhooks(context.tenantId, request), webhookView);
  }),

  route(getWebhook, async ({ params: { webhookId }, context }, { runtime }) => {
    const row = await runtime.queries.webhook(context.tenantId, webhookId);
    return row === undefined ? notFound('webhook', webhookId) : done(200, webhookView(row));
  }),

  route(updateWebhook, async ({ params: { webhookId }, body, context }, services) => {
    const { name, filter, followsRedirects, enabled } = body;
    const url = body.url === undefined ? undefined : receiverUrl(services, body.url);
    const outcome = await services.runtime.updateWebhook(context, webhookId, {
      ...(name === undefined ? {} : { name }),
      ...(url === undefined ? {} : { url }),
      ...(filter === undefined ? {} : { filter: filterOf(filter) }),
      ...(followsRedirects === undefined ? {} : { followsRedirects }),
      ...(enabled === undefined ? {} : { enabled }),
    });
    return replyWith(outcome, (row) => done(200, webhookView(row)));
  }),

  route(deleteWebhook, async ({ params: { webhookId }, context }, { runtime }) =>
    replyEmpty(await runtime.deleteWebhook(context, webhookId)),
  ),

  route(rotateWebhookSecret, async ({ params: { webhookId }, body, context }, { runtime }) => {
    const secret = newWebhookSecret();
    const { overlapMs } = body;
    const outcome = await runtime.rotateWebhookSecret(context, webhookId, { secret, overlapMs });
    return replyWith(outcome, ({ previousSecretUntil }) =>
      done(200, { secret, previousSecretUntil: optionalTimeText(previousSecretUntil) }),
    );
  }),

  route(pingWebhook, async ({ params: { webhookId }, context, onCallerGone }, services) => {
    const row = await services.runtime.queries.webhook(context.tenantId, webhookId);
    if (row === undefined) return notFound('webhook', webhookId);
    const { attempt, isTaken } = await services.waitingRoom.during(onCallerGone, (signal) =>
      services.webhookSender.ping(row, signal),
    );
    return done(200, { taken: isTaken, attempt: attemptView(attempt) });
  }),

  route(listWebhookDeliveries, async ({ params: { webhookId }, query, context }, { runtime }) => {
    const { tenantId } = context;
    const { queries } = runtime;
    if ((await queries.webhook(tenantId, webhookId)) === undefined) return notFound('webhook', webhookId);
    const { state, eventId, ...page } = query;
    const { items, page: found } = await queries.searchWebhookDeliveries(tenantId, webhookId, {
      filter: {
        ...(state === undefined ? {} : { state: { $eq: state } }),
        ...(eventId === undefined ? {} : { eventId: { $eq: eventId } }),
      },
      sort: [{ field: 'deliveryId', order: 'desc' }],
      page,
    });
    return done(200, { items: items.map(webhookDeliveryView), page: { endCursor: found.endCursor } });
  }),

  route(redeliverWebhook, async ({ params: { webhookId, deliveryId }, context }, { runtime }) =>
    replyWith(await runtime.redeliverWebhook(context, webhookId, deliveryId), (row) =>
      done(202, webhookDeliveryView(row)),
    ),
  ),
];

/** As it is kept, shown and called: as the URL's parser writes it (WHATWG URL, 4.5). */
function receiverUrl({ webhookSender }: Services, given: string): string {
  const url = new URL(given);
  url.hash = '';
  const refusal =
    url.href.length > limits.urlLength
      ? `Expected a URL of at most ${limits.urlLength} characters when it is encoded but found ${url.href.length}.`
      : webhookSender.refusalOf(url.href);
  if (refusal === undefined) return url.href;
  throw refuse('invalid-argument', refusal, { errors: [{ path: '/url', message: refusal }] });
}

/** Without what is undefined. */
function filterOf(given: z.output<typeof createWebhook.request.body>['filter']): WebhookFilter {
  return Object.fromEntries(Object.entries(given).filter(([, values]) => values !== undefined));
}
