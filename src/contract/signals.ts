import { z } from 'zod';
import { named } from './components.js';
import { variables } from './json-value.js';
import { command, operation } from './operation.js';
import { key } from './text.js';

export const broadcastSignal = operation({
  operationId: 'broadcastSignal',
  tag: 'signals',
  method: 'post',
  path: '/v1/signals',
  permission: 'signal:broadcast',
  summary: 'Broadcast a signal',
  description: 'Everybody who waits when it is committed gets it.',
  request: {
    ...command,
    body: named('BroadcastSignalRequest', z.strictObject({ name: key, variables: variables.optional() })),
  },
  responses: {
    202: named(
      'BroadcastSignal',
      z.object({
        signalId: z.string(),
        subscriptions: z.int().min(0).describe('How many waiting subscriptions will get it.'),
        startedProcessInstances: z.array(z.string()).describe('Ids of the instances that it started.'),
      }),
    ),
  },
  problems: ['invalid-argument', 'limit-exceeded'],
});
