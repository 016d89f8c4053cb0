import { cloudEventWriter } from '../events/cloud-event.js';
import { type EventPosition, positionText } from '../events/event-position.js';
import { eventTypePrefix } from '../events/event-type.js';
import type { PublicEvent } from '../events/public-event.js';
import type { WebhookDeliveryRow, WebhookRow } from '../runtime/ports.js';

/** Types that no journal has: a webhook alone is told them. */
export type WebhookOwnType = 'webhook.events-gone' | 'webhook.ping';

type NewDelivery = Omit<WebhookDeliveryRow, 'createdAt' | 'nextAttemptAt'>;

/** A delivery of an event, in the lane of its process instance. */
export function deliveryOf(
  event: PublicEvent,
  { webhookId, tenantId }: Pick<WebhookRow, 'webhookId' | 'tenantId'>,
  deliveryId: string,
  source: string,
): NewDelivery {
  const { entry, index: place, type: eventType } = event;
  const { sequence, processInstanceId } = entry;
  const { id: eventId, json: body } = cloudEventWriter(source)(event);
  return {
    ...{ deliveryId, webhookId, tenantId, eventId, eventType, sequence, place },
    ...(processInstanceId === '' ? {} : { processInstanceId }),
    lane: processInstanceId,
    body,
    state: 'pending',
    attempts: [],
  };
}

/** Events behind the position were removed before they could be told. */
export function eventsGoneDelivery(
  webhook: Pick<WebhookRow, 'webhookId' | 'tenantId'>,
  position: EventPosition,
  deliveryId: string,
  { source, now }: { readonly source: string; readonly now: number },
): NewDelivery {
  const { webhookId, tenantId } = webhook;
  const eventType = 'webhook.events-gone';
  const eventId = `gone-${deliveryId}`;
  const data = { after: positionText(position), afterTime: new Date(position.at).toISOString() };
  return {
    ...{ deliveryId, webhookId, tenantId, eventId, eventType },
    lane: '',
    sequence: position.sequence,
    place: 0,
    body: ownEvent(webhook, eventType, eventId, data, { source, now }),
    state: 'pending',
    attempts: [],
  };
}

/** An event that a webhook alone is told, in the JSON format of CloudEvents 1.0. */
export function ownEvent(
  { webhookId, tenantId }: Pick<WebhookRow, 'webhookId' | 'tenantId'>,
  type: WebhookOwnType,
  id: string,
  data: Readonly<Record<string, unknown>>,
  { source, now }: { readonly source: string; readonly now: number },
): string {
  return JSON.stringify({
    specversion: '1.0',
    id,
    source,
    type: `${eventTypePrefix}${type}`,
    subject: webhookId,
    time: new Date(now).toISOString(),
    datacontenttype: 'application/json',
    tenantid: tenantId,
    data,
  });
}
