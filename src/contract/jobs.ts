import { z } from 'zod';
import { named } from './components.js';
import { jsonValue, variableName, variables } from './json-value.js';
import { limits } from './limits.js';
import { command, noContent, nothing, operation } from './operation.js';
import { searchResult } from './page.js';
import { choiceField, numberField, searchRequest, textField, timeField } from './search.js';
import { id, key, message } from './text.js';
import { thrownError, thrownEscalation } from './thrown-error.js';
import { time } from './time.js';

const states = ['created', 'activated', 'failed'] as const;

const about = {
  jobId: z.string(),
  type: z.string(),
  retries: z.int(),
  customHeaders: z.record(z.string(), z.string()),
  elementId: z.string(),
  elementInstanceId: z.string(),
  processInstanceId: z.string(),
  processDefinitionId: z.string(),
  bpmnProcessId: z.string(),
  businessKey: z.string().optional(),
  fence: z.int().describe('Rises with every activation.'),
};

/** A job as its worker gets it. */
export const activatedJob = named(
  'ActivatedJob',
  z.object({
    ...about,
    variables: z.record(z.string(), jsonValue),
    deadline: time,
    traceparent: z
      .string()
      .optional()
      .describe(
        'Of the journey (W3C Trace Context): send it along with what the job causes, and with its report.',
      ),
  }),
);

/** Work for a worker, as long as it has not ended. */
export const job = named(
  'Job',
  z.object({
    ...about,
    state: z.enum(states).describe('failed: no retries are left, an incident tells.'),
    priority: z.int(),
    worker: z.string().optional(),
    deadline: time.optional(),
    errorMessage: z.string().optional(),
    createdAt: time,
    availableAt: time.describe('It is not offered before: the end of a back-off.'),
  }),
);

/** What jobs are searched by. */
export const jobFields = {
  jobId: textField,
  type: textField,
  state: choiceField(states),
  worker: textField,
  retries: numberField,
  priority: numberField,
  fence: numberField,
  errorMessage: textField,
  elementId: textField,
  processInstanceId: textField,
  processDefinitionId: textField,
  bpmnProcessId: textField,
  businessKey: textField,
  createdAt: timeField,
  availableAt: timeField,
  deadline: timeField,
};

export const fence = z.int().min(0).max(limits.integer);
const optionalFence = fence.optional();
export const timeoutMs = z.int().min(1).max(limits.jobTimeoutMs);
export const retries = z.int().min(0).max(limits.jobRetries);
const params = z.strictObject({ jobId: id });
const tag = 'jobs';
const path = '/v1/jobs/{jobId}';

export const activateJobs = operation({
  operationId: 'activateJobs',
  tag,
  method: 'post',
  path: '/v1/jobs/activate',
  permission: 'job:work',
  summary: 'Activate jobs for a worker',
  description:
    'Long poll: answers as soon as there is a job, else with none after `requestTimeoutMs` (default 0: at once).',
  request: {
    ...nothing,
    body: named(
      'ActivateJobsRequest',
      z.strictObject({
        type: key,
        worker: key,
        maxJobs: z.int().min(1).max(limits.jobsPerActivation),
        timeoutMs,
        fetchVariables: z
          .array(variableName)
          .max(limits.fetchVariables)
          .optional()
          .describe('Only these variables; default all that the job sees.'),
        requestTimeoutMs: z.int().min(0).max(limits.requestTimeoutMs).default(0),
      }),
    ),
  },
  responses: { 200: z.object({ jobs: z.array(activatedJob) }) },
  problems: ['invalid-argument', 'limit-exceeded'],
});

export const completeJob = operation({
  operationId: 'completeJob',
  tag,
  method: 'post',
  path: `${path}/complete`,
  permission: 'job:work',
  summary: 'Complete a job',
  request: {
    ...command,
    params,
    body: z.strictObject({ variables: variables.optional(), fence: optionalFence }),
  },
  responses: { 204: noContent },
  problems: ['not-found', 'invalid-state', 'job-not-held', 'invalid-argument', 'limit-exceeded'],
});

export const failJob = operation({
  operationId: 'failJob',
  tag,
  method: 'post',
  path: `${path}/fail`,
  permission: 'job:work',
  summary: 'Fail a job',
  description: '`retries` is what is left (default: one fewer); with 0 left an incident is raised.',
  request: {
    ...command,
    params,
    body: z.strictObject({
      retries: retries.optional(),
      backoffMs: z.int().min(0).max(limits.jobBackoffMs).optional(),
      errorMessage: message,
      fence: optionalFence,
    }),
  },
  responses: { 204: noContent },
  problems: ['not-found', 'invalid-state', 'job-not-held', 'invalid-argument', 'limit-exceeded'],
});

export const throwJobError = operation({
  operationId: 'throwJobError',
  tag,
  method: 'post',
  path: `${path}/error`,
  permission: 'job:work',
  summary: 'Throw a BPMN error at a job',
  request: { ...command, params, body: z.strictObject({ ...thrownError, fence: optionalFence }) },
  responses: { 204: noContent },
  problems: ['not-found', 'invalid-state', 'job-not-held', 'invalid-argument', 'limit-exceeded'],
});

export const throwJobEscalation = operation({
  operationId: 'throwJobEscalation',
  tag,
  method: 'post',
  path: `${path}/escalation`,
  permission: 'job:work',
  summary: 'Throw an escalation at a job',
  description:
    'The job is still held unless what catches the escalation interrupts it; nothing need catch it.',
  request: { ...command, params, body: z.strictObject({ ...thrownEscalation, fence: optionalFence }) },
  responses: { 204: noContent },
  problems: ['not-found', 'invalid-state', 'job-not-held', 'invalid-argument', 'limit-exceeded'],
});

export const extendJob = operation({
  operationId: 'extendJob',
  tag,
  method: 'post',
  path: `${path}/extend`,
  permission: 'job:work',
  summary: 'Hold a job for longer',
  description: 'From now on, for `timeoutMs`.',
  request: { ...command, params, body: z.strictObject({ timeoutMs, fence: optionalFence }) },
  responses: { 204: noContent },
  problems: ['not-found', 'invalid-state', 'job-not-held'],
});

export const searchJobs = operation({
  operationId: 'searchJobs',
  tag,
  method: 'post',
  path: '/v1/jobs/search',
  permission: 'job:read',
  summary: 'Search jobs that have not ended',
  request: { ...nothing, body: searchRequest(jobFields, { elementInstanceId: id.optional() }) },
  responses: { 200: searchResult(job) },
  problems: [],
});

export const updateJob = operation({
  operationId: 'updateJob',
  tag,
  method: 'patch',
  path,
  permission: 'job:update',
  summary: 'Change the retries of a job',
  request: { ...nothing, params, body: z.strictObject({ retries }) },
  responses: { 204: noContent },
  problems: ['not-found', 'invalid-state', 'invalid-argument'],
});
