import { TaskError } from '../template/task-error.js';
import { readTaskHeaders } from '../template/task-headers.js';
import { parseTemplate, type PlaceholderSource, type Template } from '../template/template.js';
import { type MailboxTemplate, parseMailboxes } from './mailbox-template.js';
import { type EmailTaskHeaders, taskHeaderNames } from './task-headers.js';

/** Secrets and the addresses of services do not belong into an e-mail. */
const sources: readonly PlaceholderSource[] = ['variables', 'job'];

/** What a model asks of this adapter: its task headers, understood. */
export interface EmailTask {
  readonly to: readonly MailboxTemplate[];
  readonly cc: readonly MailboxTemplate[];
  readonly replyTo?: MailboxTemplate;
  readonly subject: Template;
  readonly text: Template;
  readonly html?: Template;
  /** The BPMN error when the message, or an address, is not accepted. */
  readonly rejectedCode?: string;
}

/** The task that the headers describe. @throws TaskError for the first that is wrong. */
export function readEmailTask(customHeaders: Readonly<Record<string, string>>): EmailTask {
  const headers = readTaskHeaders(taskHeaderNames, customHeaders);
  const to = mailboxes(headers, 'to');
  if (to.length === 0) throw missing('to');
  const [replyTo, ...more] = mailboxes(headers, 'replyTo');
  if (more.length > 0) throw new TaskError('Expected one address in replyTo but found several.');
  const html = template(headers, 'html');
  const rejectedCode = headers.plain('errorCode.rejected')?.trim();
  return {
    to,
    cc: mailboxes(headers, 'cc'),
    ...(replyTo === undefined ? {} : { replyTo }),
    subject: required(headers, 'subject'),
    text: required(headers, 'text'),
    ...(html === undefined ? {} : { html }),
    ...(rejectedCode === undefined ? {} : { rejectedCode }),
  };
}

type Field = 'to' | 'cc' | 'replyTo' | 'subject' | 'text' | 'html';

function mailboxes(headers: EmailTaskHeaders, name: Field): readonly MailboxTemplate[] {
  const parsed = template(headers, name);
  return parsed === undefined ? [] : parseMailboxes(parsed, name);
}

function required(headers: EmailTaskHeaders, name: Field): Template {
  const parsed = template(headers, name);
  if (parsed === undefined) throw missing(name);
  return parsed;
}

function template(headers: EmailTaskHeaders, name: Field): Template | undefined {
  const text = headers.plain(name);
  return text === undefined ? undefined : parseTemplate(text.trim(), name, sources);
}

function missing(name: Field): TaskError {
  return new TaskError(`Expected a task header ${name} but found none.`);
}
