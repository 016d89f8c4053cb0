import { z } from 'zod';
import { named } from './components.js';
import { variables } from './json-value.js';
import { limits } from './limits.js';
import { command, operation } from './operation.js';
import { key } from './text.js';

const correlation = { name: key, correlationKey: key.optional(), variables: variables.optional() };

const publishedMessage = named(
  'PublishedMessage',
  z.object({
    messageId: z.string(),
    outcome: z
      .enum(['correlated', 'started', 'buffered', 'discarded'])
      .describe(
        'buffered: it is kept for its time to live, or waits at a parallel multiple start event for the other triggers. ' +
          'discarded: nobody waits or can be started now, and there is no time to live.',
      ),
    processInstanceIds: z.array(z.string()),
    duplicate: z
      .boolean()
      .optional()
      .describe('The messageId was seen within its time to live; nothing was changed.'),
  }),
);

export const publishMessage = operation({
  operationId: 'publishMessage',
  tag: 'messages',
  method: 'post',
  path: '/v1/messages',
  permission: 'message:publish',
  summary: 'Publish a message',
  description:
    'It is correlated, starts an instance, or is buffered for its time to live. With a correlation key it does not start a process of which ' +
    'a message with the same key has started an instance that is active; when that has ended, the oldest that is buffered starts the next. ' +
    'At a parallel multiple start event it waits, whatever its time to live, until the other triggers have arrived; too many there are refused. ' +
    'A `messageId` counts once for each tenant and message name within the time to live of the message that had it first: a further message ' +
    'with it is answered as that was, with `duplicate`, and changes nothing, also when its correlation key or variables differ. Without a ' +
    'time to live a `messageId` is not remembered.',
  request: {
    ...command,
    body: named(
      'PublishMessageRequest',
      z.strictObject({
        ...correlation,
        messageId: key.optional(),
        timeToLiveMs: z.int().min(0).max(limits.timeToLiveMs).optional(),
      }),
    ),
  },
  responses: { 202: publishedMessage },
  problems: ['invalid-argument', 'limit-exceeded'],
});

export const correlateMessage = operation({
  operationId: 'correlateMessage',
  tag: 'messages',
  method: 'post',
  path: '/v1/messages/correlate',
  permission: 'message:publish',
  summary: 'Correlate a message now, or not at all',
  request: { ...command, body: named('CorrelateMessageRequest', z.strictObject(correlation)) },
  responses: { 200: z.object({ processInstanceId: z.string() }) },
  problems: ['no-subscription', 'suspended', 'invalid-argument', 'limit-exceeded'],
});
