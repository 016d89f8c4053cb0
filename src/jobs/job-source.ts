import type { RequestContext, Runtime } from '../runtime/runtime.js';

/** Where it is told how jobs came out, each under the fence of its activation. */
export type JobReports = Pick<Runtime, 'completeJob' | 'failJob' | 'throwJobError' | 'extendJob'>;

/** What the in-process driver needs of the runtime. */
export type JobSource = JobReports & Pick<Runtime, 'activateJobs' | 'onJobsAvailable' | 'takeNewJobs'>;

/** What a driver needs that is told by a queue which jobs there are: the runtime, or a server over REST. */
export type QueuedJobSource = JobReports & Pick<Runtime, 'lockJobs'>;

/** What the relay needs of the runtime. */
export type RelaySource = Pick<Runtime, 'relayJobs' | 'forgetRelayedJobs' | 'onJobsAvailable'>;

/** In whose name jobs are taken and reported: `worker` is seen at the job while it is held. */
export interface DriverIdentity {
  readonly context: RequestContext;
  readonly worker: string;
}
