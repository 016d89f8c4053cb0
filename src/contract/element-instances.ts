import { z } from 'zod';
import { named } from './components.js';
import { variables } from './json-value.js';
import { limits } from './limits.js';
import { command, noContent, operation } from './operation.js';
import { id, key } from './text.js';

const activateElementsRequest = named(
  'ActivateElementsRequest',
  z.strictObject({
    elementIds: z.array(key).min(1).max(limits.instructions),
    variables: variables
      .optional()
      .describe(
        'Written before the elements are entered: each to the scope that holds it, else to the process instance.',
      ),
  }),
);

export const activateElements = operation({
  operationId: 'activateElements',
  tag: 'process instances',
  method: 'post',
  path: '/v1/element-instances/{elementInstanceId}/activate',
  permission: 'process-instance:update',
  summary: 'Choose what is done next in an ad-hoc sub-process',
  description:
    'The elements are those that no sequence flow inside leads to; all of them begin, or none. With sequential ordering one is active at a time: the others wait, in the order in which they were chosen.',
  request: {
    ...command,
    params: z.strictObject({ elementInstanceId: id }),
    body: activateElementsRequest,
  },
  responses: { 204: noContent },
  problems: ['not-found', 'invalid-argument', 'invalid-state', 'suspended', 'limit-exceeded'],
});
