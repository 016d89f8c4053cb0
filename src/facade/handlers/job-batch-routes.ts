import type { z } from 'zod';
import { type jobReport, type jobReportResult, lockJobs, reportJobs } from '../../contract/job-batches.js';
import type { Logger } from '../../platform/logger.js';
import type { Outcome } from '../../runtime/outcome.js';
import { StoreUnavailable } from '../../runtime/ports.js';
import type { RequestContext, Runtime } from '../../runtime/runtime.js';
import { done, replyWith, route } from '../handler.js';
import { internalError } from '../respond/refusal-of-error.js';
import { activatedJobView } from '../views/job-view.js';

type JobReport = z.output<typeof jobReport>;

export const jobBatchRoutes = [
  route(lockJobs, async ({ body, context }, { runtime }) =>
    replyWith(await runtime.lockJobs(context, body), (jobs) =>
      done(200, { jobs: jobs.map(activatedJobView) }),
    ),
  ),

  route(reportJobs, async ({ body: { reports }, context }, { runtime, logger }) => {
    // Together, so that they share a commit.
    const results = reports.map((report) => resultOf(runtime, context, report, logger));
    return done(200, { results: await Promise.all(results) });
  }),
];

/** What goes wrong with one report is that report's result; only a store that is away is everybody's. */
async function resultOf(
  runtime: Runtime,
  context: RequestContext,
  report: JobReport,
  logger: Logger,
): Promise<z.input<typeof jobReportResult>> {
  const { jobId } = report;
  try {
    const outcome = await record(runtime, context, report);
    if (outcome.ok) return { jobId, recorded: true };
    const { code, detail } = outcome.problem;
    return { jobId, recorded: false, code, detail };
  } catch (error) {
    if (error instanceof StoreUnavailable) throw error;
    logger.error({ err: error, jobId }, 'a job report went wrong');
    return { jobId, recorded: false, ...internalError };
  }
}

function record(runtime: Runtime, context: RequestContext, report: JobReport): Promise<Outcome<null>> {
  const { jobId } = report;
  switch (report.outcome) {
    case 'complete':
      return runtime.completeJob(context, jobId, report);
    case 'fail':
      return runtime.failJob(context, jobId, report);
    case 'error':
      return runtime.throwJobError(context, jobId, report);
    case 'extend':
      return runtime.extendJob(context, jobId, report);
    default:
      return report satisfies never;
  }
}
