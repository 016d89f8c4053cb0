import { correlateMessage, publishMessage } from '../../contract/messages.js';
import { done, replyWith, route } from '../handler.js';

export const messageRoutes = [
  route(publishMessage, async ({ body, context }, { runtime }) =>
    replyWith(await runtime.publishMessage(context, body), (published) =>
      done(202, {
        messageId: published.messageId,
        outcome: published.outcome,
        processInstanceIds: [...published.processInstanceIds],
        duplicate: published.duplicate,
      }),
    ),
  ),

  route(correlateMessage, async ({ body, context }, { runtime }) =>
    replyWith(await runtime.correlateMessage(context, body), ({ processInstanceId }) =>
      done(200, { processInstanceId }),
    ),
  ),
];
