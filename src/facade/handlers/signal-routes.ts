import { broadcastSignal } from '../../contract/signals.js';
import { done, replyWith, route } from '../handler.js';

export const signalRoutes = [
  route(broadcastSignal, async ({ body, context }, { runtime }) =>
    replyWith(await runtime.broadcastSignal(context, body), (broadcast) =>
      done(202, {
        signalId: broadcast.signalId,
        subscriptions: broadcast.subscriptions,
        startedProcessInstances: [...broadcast.startedProcessInstances],
      }),
    ),
  ),
];
