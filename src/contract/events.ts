import { z } from 'zod';
import { named } from './components.js';
import { eventTypeNames, eventTypePrefix, isEventTypePattern, withoutPrefix } from './event-types.js';
import { jsonValue } from './json-value.js';
import { limits } from './limits.js';
import { openList } from './open-list.js';
import { nothing, operation } from './operation.js';
import { plainText, id, key } from './text.js';
import { time } from './time.js';

/** Types of events that somebody wants. Read without the prefix. */
export const eventTypePattern = z.codec(
  plainText(limits.keyLength, 1).refine(isEventTypePattern, {
    error: `Expected a type of event such as user-task.created, or process-instance.* for all of one kind.`,
  }),
  z.string().describe('Such as `user-task.created`, or `process-instance.*` for all of one kind.'),
  { decode: withoutPrefix, encode: (name) => name },
);

/** What happened, as streams tell it: CloudEvents 1.0 in JSON. */
export const cloudEvent = named(
  'CloudEvent',
  z.object({
    specversion: z.literal('1.0'),
    id: z
      .string()
      .describe('The same for the same event, whenever and however it is told: drop repeats by it.'),
    source: z.string().describe('EVENT_SOURCE of the server.'),
    type: openList(z.enum(eventTypeNames.map((name) => `${eventTypePrefix}${name}` as const))),
    subject: z
      .string()
      .describe('The id of what it is about: the user task, job, …, or the process instance.'),
    time,
    datacontenttype: z.literal('application/json'),
    tenantid: z.string(),
    sequence: z
      .string()
      .describe('Sorts as text: events of one process instance in the order in which they happened.'),
    processinstanceid: z.string().optional(),
    processdefinitionid: z.string().optional(),
    bpmnprocessid: z.string().optional(),
    businesskey: z.string().optional(),
    traceparent: z.string().optional().describe('Of the request that caused it (W3C Trace Context).'),
    data: z
      .record(z.string(), jsonValue)
      .describe('Ids and names; no values of variables, and no texts that may hold some.'),
  }),
);

/** A parameter that may be given several times. */
const several = (item: z.ZodType<string, string>) =>
  z
    .codec(
      z.union([item, z.array(item).min(1).max(limits.eventFilterValues)]),
      z.array(z.string()).min(1).max(limits.eventFilterValues),
      { decode: (given) => (Array.isArray(given) ? given : [given]), encode: (list) => list },
    )
    .optional();

/** Which events are wanted: all that is given has to hold, of each list one. */
const query = z.strictObject({
  type: several(eventTypePattern),
  processInstanceId: several(id),
  processDefinitionId: several(id),
  bpmnProcessId: several(key),
  businessKey: several(key),
  lastEventId: plainText(limits.idLength, 1)
    .optional()
    .describe('As the header, for those who cannot set one; the header counts.'),
});

const headers = z.object({
  'last-event-id': plainText(limits.idLength)
    .optional()
    .describe('The `id` of the last event that the client has had.'),
});

export const streamEvents = operation({
  operationId: 'streamEvents',
  tag: 'events',
  method: 'get',
  path: '/v1/events',
  permission: 'event:read',
  summary: 'Follow what happens',
  description:
    'Server-sent events for as long as the connection lasts; `data` of each is a `CloudEvent` in one line. It begins with what is committed from now on, or behind `Last-Event-ID`: on any node, also after a restart, nothing is missed, and something may be told twice. Parameters may be given several times. An event without data only moves `Last-Event-ID` on, and keeps the connection alive.',
  request: { ...nothing, query, headers },
  responses: { 200: z.string() },
  produces: 'text/event-stream',
  streams: cloudEvent,
  problems: ['events-gone'],
});
