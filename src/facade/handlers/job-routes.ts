import {
  activateJobs,
  completeJob,
  extendJob,
  failJob,
  jobFields,
  searchJobs,
  throwJobError,
  throwJobEscalation,
  updateJob,
} from '../../contract/jobs.js';
import { done, replyEmpty, replyWith, route } from '../handler.js';
import { searchRequestOf } from '../request/search-request.js';
import { activatedJobView, jobView } from '../views/job-view.js';
import { searchView } from '../views/search-view.js';

export const jobRoutes = [
  route(activateJobs, async ({ body, context, onCallerGone }, { runtime, waitingRoom }) => {
    const outcome = await waitingRoom.during(onCallerGone, (signal) =>
      runtime.activateJobs(context, body, signal),
    );
    return replyWith(outcome, (jobs) => done(200, { jobs: jobs.map(activatedJobView) }));
  }),

  route(completeJob, async ({ params: { jobId }, body, context }, { runtime }) =>
    replyEmpty(await runtime.completeJob(context, jobId, body)),
  ),

  route(failJob, async ({ params: { jobId }, body, context }, { runtime }) =>
    replyEmpty(await runtime.failJob(context, jobId, body)),
  ),

  route(throwJobError, async ({ params: { jobId }, body, context }, { runtime }) =>
    replyEmpty(await runtime.throwJobError(context, jobId, body)),
  ),

  route(throwJobEscalation, async ({ params: { jobId }, body, context }, { runtime }) =>
    replyEmpty(await runtime.throwJobEscalation(context, jobId, body)),
  ),

  route(extendJob, async ({ params: { jobId }, body, context }, { runtime }) =>
    replyEmpty(await runtime.extendJob(context, jobId, body)),
  ),

  route(searchJobs, async ({ body, context }, { runtime }) => {
    const request = searchRequestOf(jobFields, body);
    return searchView(await runtime.queries.searchJobs(context.tenantId, request), jobView);
  }),

  route(updateJob, async ({ params: { jobId }, body, context }, { runtime }) =>
    replyEmpty(await runtime.updateJob(context, jobId, body)),
  ),
];
