import type { Client } from '../../client/create-client.js';
import { ProblemError } from '../../client/errors.js';
import type { AnswerOf, RequestOf } from '../../client/operation-types.js';
import { done, type Outcome, type ProblemCode, refused } from '../../runtime/outcome.js';
import type { ActivatedJob } from '../../runtime/runtime.js';
import { Batcher } from '../batcher.js';
import type { QueuedJobSource } from '../job-source.js';
import { fromServer } from './from-server.js';

type JobsClient = Pick<Client, 'lockJobs' | 'reportJobs'>;
type Report = RequestOf<'reportJobs'>['body']['reports'][number];
type ReportResult = AnswerOf<'reportJobs'>['results'][number];

/** Of one call; a server's default limit of a body is 5 MB. */
const most = 200;

/** Jobs of a server over REST: what comes together is locked and reported together. Tenant and actor are those of the key. */
export function createRestJobSource(client: JobsClient): QueuedJobSource {
  const reports = new Batcher<Report, ReportResult>((batch) => sendReports(client, batch), {
    most,
    calls: 2,
  });
  const report = async (item: Report): Promise<Outcome<null>> => {
    const { recorded, code, detail } = await reports.add(item);
    if (recorded) return done(null);
    // What the interface can say besides is of no use to a driver: the report was not taken for what it says.
    return refused(isGone(code) ? code : 'invalid-argument', detail ?? 'The report was refused.');
  };
  return {
    async lockJobs(_context, input) {
      const { jobs } = await fromServer(client.lockJobs({ body: input }));
      return done(jobs.map(activatedJobOf));
    },
    completeJob: (_context, jobId, { fence, variables }) =>
      report({
        outcome: 'complete',
        jobId,
        fence: fenceOf(fence),
        ...(variables === undefined ? {} : { variables }),
      }),
    failJob: (_context, jobId, { fence, worker: _worker, ...failure }) =>
      report({ outcome: 'fail', jobId, fence: fenceOf(fence), ...failure }),
    throwJobError: (_context, jobId, { fence, worker: _worker, ...error }) =>
      report({ outcome: 'error', jobId, fence: fenceOf(fence), ...error }),
    extendJob: (_context, jobId, { fence, timeoutMs }) =>
      report({ outcome: 'extend', jobId, fence: fenceOf(fence), timeoutMs }),
  };
}

/** A batch that is refused as a whole is sent in halves, so that one report that the server cannot read hurts itself alone. */
async function sendReports(client: JobsClient, reports: readonly Report[]): Promise<readonly ReportResult[]> {
  try {
    return (await fromServer(client.reportJobs({ body: { reports } }))).results;
  } catch (error) {
    if (!(error instanceof ProblemError) || error.status === 401 || error.status === 403) throw error;
    const [only] = reports;
    if (reports.length === 1 && only) {
      return [{ jobId: only.jobId, recorded: false, code: 'invalid-argument', detail: error.message }];
    }
    const half = Math.ceil(reports.length / 2);
    const halves = [reports.slice(0, half), reports.slice(half)].map((part) => sendReports(client, part));
    return (await Promise.all(halves)).flat();
  }
}

const goneCodes = ['job-not-held', 'not-found', 'invalid-state'] as const satisfies readonly ProblemCode[];

function isGone(code: string | undefined): code is (typeof goneCodes)[number] {
  return goneCodes.some((gone) => gone === code);
}

/** Drivers report what they hold, and so they know the fence. */
function fenceOf(fence: number | undefined): number {
  if (fence === undefined) throw new Error('Expected a report to name its fence.');
  return fence;
}

function activatedJobOf({
  deadline,
  traceparent,
  ...job
}: AnswerOf<'lockJobs'>['jobs'][number]): ActivatedJob {
  const trace = traceparent === undefined ? {} : { traceparent };
  return { ...job, ...trace, variables: job.variables, deadline: Date.parse(deadline) };
}
