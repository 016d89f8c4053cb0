import { z } from 'zod';
import { named } from './components.js';
import { variableName, variables } from './json-value.js';
import { activatedJob, fence, retries, timeoutMs } from './jobs.js';
import { limits } from './limits.js';
import { nothing, operation } from './operation.js';
import { problemCode } from './problem.js';
import { id, key, message } from './text.js';
import { thrownError } from './thrown-error.js';

const tag = 'jobs';

export const lockJobs = operation({
  operationId: 'lockJobs',
  tag,
  method: 'post',
  path: '/v1/jobs/lock',
  permission: 'job:work',
  summary: 'Activate jobs by their ids',
  description:
    'For workers that a queue has told of jobs. Each must have the fence that the queue named: what somebody else has activated ' +
    'since, what has ended and what cannot be activated now is left out. At once; in no order.',
  request: {
    ...nothing,
    body: named(
      'LockJobsRequest',
      z.strictObject({
        jobs: z
          .array(z.strictObject({ jobId: id, fence }))
          .min(1)
          .max(limits.jobsPerActivation),
        worker: key,
        timeoutMs,
        fetchVariables: z
          .array(variableName)
          .max(limits.fetchVariables)
          .optional()
          .describe('Only these variables; default all that the job sees.'),
      }),
    ),
  },
  responses: { 200: z.object({ jobs: z.array(activatedJob) }) },
  problems: [],
});

/** How one activation has come out; the fence makes a repeated report harmless. */
export const jobReport = named(
  'JobReport',
  z.discriminatedUnion('outcome', [
    z.strictObject({ outcome: z.literal('complete'), jobId: id, fence, variables: variables.optional() }),
    z.strictObject({
      outcome: z.literal('fail'),
      jobId: id,
      fence,
      retries: retries.optional().describe('What is left (default: one fewer); 0 raises an incident.'),
      backoffMs: z.int().min(0).max(limits.jobBackoffMs).optional(),
      errorMessage: message,
    }),
    z.strictObject({ outcome: z.literal('error'), jobId: id, fence, ...thrownError }),
    z.strictObject({ outcome: z.literal('extend'), jobId: id, fence, timeoutMs }),
  ]),
);

export const jobReportResult = named(
  'JobReportResult',
  z.object({
    jobId: z.string(),
    recorded: z.boolean(),
    code: problemCode.optional().describe('Why it was not recorded: as the operation for one job says it.'),
    detail: z.string().optional(),
  }),
);

export const reportJobs = operation({
  operationId: 'reportJobs',
  tag,
  method: 'post',
  path: '/v1/jobs/reports',
  permission: 'job:work',
  summary: 'Report on many jobs',
  description:
    'Each report is recorded or refused by itself; `results` are in the order of the reports. There is no Idempotency-Key: ' +
    'a report that is repeated finds the job ended, or its fence raised, and changes nothing.',
  request: {
    ...nothing,
    body: named(
      'ReportJobsRequest',
      z.strictObject({ reports: z.array(jobReport).min(1).max(limits.jobsPerActivation) }),
    ),
  },
  responses: { 200: z.object({ results: z.array(jobReportResult) }) },
  problems: [],
});
