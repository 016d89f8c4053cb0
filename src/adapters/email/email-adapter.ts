import type { Job, JobContext, JobHandler, JobResult } from '../../jobs/job-handler.js';
import type { JobRegistration } from '../../jobs/job-registration.js';
import type { Clock } from '../../platform/clock.js';
import type { Mailbox } from '../../platform/mailbox.js';
import { PlaceholderValues } from '../template/placeholder-values.js';
import { TaskError } from '../template/task-error.js';
import { AddressRejected } from './address-rejected.js';
import { composeMail } from './compose-mail.js';
import { renderEmail } from './email-message.js';
import { type EmailTask, readEmailTask } from './email-task.js';
import type { Delivery, MailTransport } from './mail-transport.js';
import { defaultTimeoutMs } from './smtp-transport.js';

/** The job type of this adapter. */
export const emailJobType = 'email';

export interface EmailAdapterOptions {
  readonly transport: MailTransport;
  /** Whom all e-mails come from. */
  readonly from: Mailbox;
  readonly clock: Clock;
}

/** Mail servers let few connections of one client in. */
const concurrency = 5;
const marginMs = 5_000;

/** The adapter for e-mails, jobs of type `email`; docs/email-adapter.md tells what a model can ask of it. */
export function createEmailAdapter(options: EmailAdapterOptions): JobRegistration {
  return {
    type: emailJobType,
    handler: createEmailHandler(options),
    concurrency,
    timeoutMs: defaultTimeoutMs + marginMs,
  };
}

/** Sends the e-mail that the task headers describe. The same job makes the same message, however often it is sent. */
export function createEmailHandler(options: EmailAdapterOptions): JobHandler {
  return async (job, context) => {
    try {
      return await sendEmail(job, context, readEmailTask(job.customHeaders), options);
    } catch (error) {
      if (!(error instanceof TaskError)) throw error;
      return { kind: 'fail', errorMessage: error.message, retry: false };
    }
  };
}

async function sendEmail(
  job: Job,
  context: JobContext,
  task: EmailTask,
  { transport, from, clock }: EmailAdapterOptions,
): Promise<JobResult> {
  const values = new PlaceholderValues(job, { services: new Map(), secrets: new Map() });
  try {
    const message = renderEmail(task, values);
    const mail = await composeMail(message, { from, jobId: context.idempotencyKey, at: clock.now() });
    return resultOf(await transport.deliver(mail, context), task);
  } catch (error) {
    if (!(error instanceof AddressRejected)) throw error;
    return resultOf({ kind: 'rejected', reason: error.message }, task);
  }
}

function resultOf(delivery: Delivery, { rejectedCode }: EmailTask): JobResult {
  switch (delivery.kind) {
    case 'accepted':
      return { kind: 'complete' };
    case 'deferred':
      return { kind: 'fail', errorMessage: delivery.reason };
    case 'unusable':
      return { kind: 'fail', errorMessage: delivery.reason, retry: false };
    case 'rejected':
      return rejectedCode === undefined
        ? { kind: 'fail', errorMessage: delivery.reason, retry: false }
        : { kind: 'error', errorCode: rejectedCode, errorMessage: delivery.reason };
    default:
      return delivery satisfies never;
  }
}
