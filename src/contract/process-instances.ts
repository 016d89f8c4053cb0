import { z } from 'zod';
import { named } from './components.js';
import { jsonValue, variableName, variables } from './json-value.js';
import { limits } from './limits.js';
import { command, noContent, nothing, operation } from './operation.js';
import { searchResult } from './page.js';
import {
  booleanField,
  choiceField,
  numberField,
  searchFilter,
  searchRequest,
  textField,
  timeField,
} from './search.js';
import { id, key } from './text.js';
import { time } from './time.js';

/** `canceled`: by somebody or the caller activity. `terminated`: by a terminate end event or an uncaught error end event. */
export const processInstanceStates = ['active', 'completed', 'canceled', 'terminated'] as const;

const state = z.enum(processInstanceStates);

/** The path parameter of everything about one instance. */
export const processInstanceParams = z.strictObject({ processInstanceId: id });

/** The path of everything about one instance. */
export const processInstancePath = '/v1/process-instances/{processInstanceId}';

const startRequest = named(
  'StartProcessInstanceRequest',
  z
    .strictObject({
      bpmnProcessId: key.optional(),
      processDefinitionId: id.optional(),
      version: z
        .int()
        .min(1)
        .max(limits.integer)
        .optional()
        .describe('With bpmnProcessId; default the latest.'),
      businessKey: key.optional(),
      variables: variables.optional(),
      startElementId: key.optional(),
      awaitCompletion: z.boolean().default(false),
      requestTimeoutMs: z.int().min(0).max(limits.requestTimeoutMs).default(limits.awaitCompletionDefaultMs),
    })
    .refine((given) => (given.bpmnProcessId === undefined) !== (given.processDefinitionId === undefined), {
      error: 'Expected exactly one of bpmnProcessId and processDefinitionId.',
    })
    .refine((given) => given.version === undefined || given.processDefinitionId === undefined, {
      error: 'Expected no version with a processDefinitionId, which is one version.',
      path: ['version'],
    }),
);

/** A process instance that has just been started. */
export const startedInstance = named(
  'StartedProcessInstance',
  z.object({
    processInstanceId: z.string(),
    processDefinitionId: z.string(),
    bpmnProcessId: z.string(),
    version: z.int(),
    businessKey: z.string().optional(),
    state: state.describe('After everything that could be done at once.'),
    variables: z
      .record(z.string(), jsonValue)
      .optional()
      .describe('With awaitCompletion, when it has ended.'),
    errorCode: z.string().optional().describe('With awaitCompletion, when an uncaught error ended it.'),
  }),
);

/** One running or ended process instance. */
export const processInstance = named(
  'ProcessInstance',
  z.object({
    processInstanceId: z.string(),
    processDefinitionId: z.string(),
    bpmnProcessId: z.string(),
    version: z.int(),
    businessKey: z.string().optional(),
    state,
    errorCode: z.string().optional().describe('Of the error end event that nobody caught.'),
    hasIncident: z.boolean(),
    suspended: z.boolean(),
    startedAt: time,
    endedAt: time.optional(),
    parentProcessInstanceId: z.string().optional(),
    parentElementInstanceId: z.string().optional(),
  }),
);

/** What process instances are searched by, besides variables. */
export const processInstanceFields = {
  processInstanceId: textField,
  processDefinitionId: textField,
  bpmnProcessId: textField,
  version: numberField,
  businessKey: textField,
  state: choiceField(processInstanceStates),
  errorCode: textField,
  hasIncident: booleanField,
  suspended: booleanField,
  startedAt: timeField,
  endedAt: timeField,
  parentProcessInstanceId: textField,
};

const ofVariables = {
  variables: z
    .array(z.strictObject({ name: variableName, value: jsonValue }))
    .max(limits.filterValues)
    .optional()
    .describe('Variables of the instance that have exactly these values.'),
};

/** Which process instances, as in their search. */
export const processInstanceFilter = named(
  'ProcessInstanceFilter',
  searchFilter(processInstanceFields, ofVariables),
);

const tag = 'process instances';

export const startProcessInstance = operation({
  operationId: 'startProcessInstance',
  tag,
  method: 'post',
  path: '/v1/process-instances',
  permission: 'process-instance:start',
  summary: 'Start a process instance',
  description:
    'With `awaitCompletion` the answer waits for the end: 201 with state and variables when it has ended, 202 when it still runs after `requestTimeoutMs`.',
  request: { ...command, body: startRequest },
  responses: { 201: startedInstance, 202: startedInstance },
  problems: ['not-found', 'invalid-argument', 'invalid-state', 'limit-exceeded'],
});

export const searchProcessInstances = operation({
  operationId: 'searchProcessInstances',
  tag,
  method: 'post',
  path: '/v1/process-instances/search',
  permission: 'process-instance:read',
  summary: 'Search process instances',
  request: { ...nothing, body: searchRequest(processInstanceFields, ofVariables) },
  responses: { 200: searchResult(processInstance) },
  problems: ['invalid-argument'],
});

export const getProcessInstance = operation({
  operationId: 'getProcessInstance',
  tag,
  method: 'get',
  path: processInstancePath,
  permission: 'process-instance:read',
  summary: 'Get a process instance',
  request: { ...nothing, params: processInstanceParams },
  responses: { 200: processInstance },
  problems: ['not-found'],
});

export const cancelProcessInstance = operation({
  operationId: 'cancelProcessInstance',
  tag,
  method: 'post',
  path: `${processInstancePath}/cancel`,
  permission: 'process-instance:cancel',
  summary: 'Cancel a process instance',
  request: { ...command, params: processInstanceParams },
  responses: { 204: noContent },
  problems: ['not-found', 'invalid-state', 'limit-exceeded'],
});

export const suspendProcessInstance = operation({
  operationId: 'suspendProcessInstance',
  tag,
  method: 'post',
  path: `${processInstancePath}/suspend`,
  permission: 'process-instance:update',
  summary: 'Suspend a process instance',
  description:
    'It stands still until it is resumed. Timers do not fire, jobs are not given out, messages, signals and the ends of called instances are kept for it; user tasks cannot be completed. A job that a worker holds can still be completed or failed: its result is kept. What it called goes on.',
  request: { ...command, params: processInstanceParams },
  responses: { 204: noContent },
  problems: ['not-found', 'invalid-state', 'limit-exceeded'],
});

export const resumeProcessInstance = operation({
  operationId: 'resumeProcessInstance',
  tag,
  method: 'post',
  path: `${processInstancePath}/resume`,
  permission: 'process-instance:update',
  summary: 'Resume a suspended process instance',
  description: 'Timers that came due meanwhile fire at once; what was kept for the instance is delivered.',
  request: { ...command, params: processInstanceParams },
  responses: { 204: noContent },
  problems: ['not-found', 'invalid-state', 'limit-exceeded'],
});

export const deleteProcessInstance = operation({
  operationId: 'deleteProcessInstance',
  tag,
  method: 'delete',
  path: processInstancePath,
  permission: 'process-instance:delete',
  summary: 'Delete a process instance that has ended',
  description:
    'With its history, variables, user tasks and incidents, and with the instances that it called: afterwards only the audit log tells that there were any. Refused while it, or one that it called, is active.',
  request: { ...nothing, params: processInstanceParams },
  responses: { 204: noContent },
  problems: ['not-found', 'invalid-state', 'limit-exceeded'],
});

export const getVariables = operation({
  operationId: 'getVariables',
  tag,
  method: 'get',
  path: `${processInstancePath}/variables`,
  permission: 'variable:read',
  summary: 'Get the variables of a process instance',
  description:
    'Merged over the scopes that the given element instance sees; without one, those of the process instance.',
  request: {
    ...nothing,
    params: processInstanceParams,
    query: z.strictObject({ scopeElementInstanceId: id.optional() }),
  },
  responses: { 200: named('Variables', z.object({ variables: z.record(z.string(), jsonValue) })) },
  problems: ['not-found', 'invalid-argument'],
});

export const setVariables = operation({
  operationId: 'setVariables',
  tag,
  method: 'patch',
  path: `${processInstancePath}/variables`,
  permission: 'variable:update',
  summary: 'Set variables of a process instance',
  request: {
    ...nothing,
    params: processInstanceParams,
    body: named('SetVariablesRequest', z.strictObject({ variables, scopeElementInstanceId: id.optional() })),
  },
  responses: { 204: noContent },
  problems: ['not-found', 'invalid-argument', 'invalid-state', 'limit-exceeded'],
});
