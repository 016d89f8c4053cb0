import { z } from 'zod';
import { named } from './components.js';
import { flag } from './flag.js';
import { limits } from './limits.js';
import { command, operation } from './operation.js';
import { processInstanceParams, processInstancePath } from './process-instances.js';
import { id, key } from './text.js';

/** To which definition, and what has another id there. */
export const migrateRequest = named(
  'MigrateProcessInstanceRequest',
  z.strictObject({
    targetProcessDefinitionId: id,
    mappings: z
      .array(z.strictObject({ from: key, to: key }))
      .max(limits.instructions)
      .default([])
      .describe(
        'Elements, and sequence flows that lead to a join, by the ids of both definitions. What is not named keeps its id.',
      ),
  }),
);

const migratedInstance = named(
  'MigratedProcessInstance',
  z.object({
    processInstanceId: z.string(),
    sourceProcessDefinitionId: z.string(),
    targetProcessDefinitionId: z.string(),
    dryRun: z.boolean().describe('Nothing was changed: it could be done.'),
  }),
);

export const migrateProcessInstance = operation({
  operationId: 'migrateProcessInstance',
  tag: 'process instances',
  method: 'post',
  path: `${processInstancePath}/migrate`,
  permission: 'process-instance:migrate',
  dryRunPermission: 'process-instance:preview-migration',
  summary: 'Let a process instance go on by another definition',
  description:
    'Jobs, user tasks and called instances go on under their ids. Events that the target waits for as the source did go on waiting, timers until the same time; others are armed anew or disarmed. What is active and has no place in the target refuses the whole: `errors` tells each element and why.',
  request: {
    ...command,
    params: processInstanceParams,
    query: z.strictObject({
      dryRun: flag.default(false).describe('Only says whether it can be done.'),
    }),
    body: migrateRequest,
  },
  responses: { 200: migratedInstance },
  problems: ['not-found', 'invalid-argument', 'invalid-state', 'limit-exceeded'],
});
