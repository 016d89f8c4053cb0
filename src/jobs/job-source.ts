import type { RequestContext, Runtime } from '../runtime/runtime.js';

/** What a driver needs of the runtime. */
export type JobSource = Pick<
  Runtime,
  'activateJobs' | 'completeJob' | 'failJob' | 'throwJobError' | 'extendJob' | 'onJobsAvailable'
>;

/** In whose name jobs are taken and reported: `worker` is seen at the job while it is held. */
export interface DriverIdentity {
  readonly context: RequestContext;
  readonly worker: string;
}
