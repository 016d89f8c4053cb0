import { z } from 'zod';
import { named } from './components.js';
import { variables } from './json-value.js';
import { command, operation } from './operation.js';
import { key } from './text.js';

export const evaluateConditions = operation({
  operationId: 'evaluateConditions',
  tag: 'conditions',
  method: 'post',
  path: '/v1/conditions/evaluate',
  permission: 'process-instance:start',
  summary: 'Start what starts by condition',
  description:
    'Evaluates the conditional start events of the latest versions with the given variables; each whose condition is true starts an instance with them. Conditions inside of running instances need no request: they are looked at whenever a variable changes.',
  request: {
    ...command,
    body: named(
      'EvaluateConditionsRequest',
      z.strictObject({
        bpmnProcessId: key.optional().describe('Only of this process.'),
        businessKey: key
          .optional()
          .describe(
            'Of the instances that are started, but at parallel multiple start events, which take the correlation key of their messages.',
          ),
        variables: variables.optional(),
      }),
    ),
  },
  responses: {
    200: named(
      'EvaluatedConditions',
      z.object({
        startedProcessInstances: z.array(z.string()).describe('Ids of the instances that were started.'),
        problems: z
          .array(z.object({ bpmnProcessId: z.string(), elementId: z.string(), message: z.string() }))
          .describe(
            'Conditions that gave neither true nor false, such as null where a variable is missing; they have started nothing.',
          ),
      }),
    ),
  },
  problems: ['not-found', 'invalid-argument', 'limit-exceeded'],
});
