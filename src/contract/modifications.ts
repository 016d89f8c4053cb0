import { z } from 'zod';
import { named } from './components.js';
import { variables } from './json-value.js';
import { limits } from './limits.js';
import { command, operation } from './operation.js';
import { processInstanceParams, processInstancePath, processInstanceStates } from './process-instances.js';
import { id, key } from './text.js';

const target = {
  variables: variables
    .optional()
    .describe(
      'Written before the element is entered: each to the scope that holds it, else to the process instance.',
    ),
  ancestorElementInstanceId: id
    .optional()
    .describe(
      'The open sub-process (or iteration of one) in which to activate; needed where several are open. A token that is moved stays in its own.',
    ),
};

const activation = z.strictObject({ elementId: key, ...target });

const cancellation = z
  .strictObject({ elementInstanceId: id.optional(), elementId: key.optional() })
  .refine((given) => (given.elementInstanceId === undefined) !== (given.elementId === undefined), {
    error: 'Expected exactly one of elementInstanceId and elementId.',
  });

const move = z
  .strictObject({
    fromElementInstanceId: id.optional(),
    fromElementId: key.optional(),
    toElementId: key,
    ...target,
  })
  .refine((given) => (given.fromElementInstanceId === undefined) !== (given.fromElementId === undefined), {
    error: 'Expected exactly one of fromElementInstanceId and fromElementId.',
  });

const modifyRequest = named(
  'ModifyProcessInstanceRequest',
  z
    .strictObject({
      activate: z.array(activation).max(limits.instructions).default([]),
      cancel: z.array(cancellation).max(limits.instructions).default([]),
      move: z.array(move).max(limits.instructions).default([]),
    })
    .refine((given) => given.activate.length + given.cancel.length + given.move.length > 0, {
      error: 'Expected at least one instruction.',
    }),
);

/** A process instance as a modification has left it. */
const modifiedInstance = named(
  'ModifiedProcessInstance',
  z.object({
    processInstanceId: z.string(),
    state: z.enum(processInstanceStates).describe('After everything that could be done at once.'),
  }),
);

export const modifyProcessInstance = operation({
  operationId: 'modifyProcessInstance',
  tag: 'process instances',
  method: 'post',
  path: `${processInstancePath}/modify`,
  permission: 'process-instance:modify',
  summary: 'Put, take away and move tokens of a process instance',
  description:
    'All instructions or none: `errors` of a refusal says which cannot be done, and why. Sub-processes around an element are used where they are open, else entered without their start events. A token that is put at a join counts as arrived by an incoming flow on which no other can come any more. An activity that needs several tokens (`startQuantity`) begins at once. Boundary events cannot be activated. A sub-process that is left empty is canceled, and so is the instance in the end.',
  request: { ...command, params: processInstanceParams, body: modifyRequest },
  responses: { 200: modifiedInstance },
  problems: ['not-found', 'invalid-argument', 'invalid-state', 'limit-exceeded'],
});
