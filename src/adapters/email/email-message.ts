import type { Mailbox } from '../../platform/mailbox.js';
import type { PlaceholderValues } from '../template/placeholder-values.js';
import { scalarOf } from '../template/scalar.js';
import { TaskError } from '../template/task-error.js';
import { renderTemplate } from '../template/template.js';
import type { EmailTask } from './email-task.js';
import { renderHeaderText } from './header-text.js';
import { htmlEncoder } from './html-encoder.js';
import { renderMailboxes } from './render-mailboxes.js';

export const mostRecipients = 50;
/** In characters; RFC 5322 §2.1.1 would have longer ones folded, and nobody reads them. */
export const longestSubject = 500;
/** In characters, of the text and of the HTML. */
export const longestContent = 1_000_000;

/** What is to be sent, with all values in it. */
export interface EmailMessage {
  readonly to: readonly Mailbox[];
  readonly cc: readonly Mailbox[];
  readonly replyTo?: Mailbox;
  readonly subject: string;
  readonly text: string;
  readonly html?: string;
}

/** The message of one job. @throws TaskError when a value is missing, does not fit its place, or is too much. */
export function renderEmail(task: EmailTask, values: PlaceholderValues): EmailMessage {
  const { subject, text, html, replyTo } = task;
  const to = renderMailboxes(task.to, values, 'to');
  const cc = renderMailboxes(task.cc, values, 'cc');
  atMost(to.length + cc.length, mostRecipients, 'to and cc', 'addresses');
  const [reply, another] = replyTo === undefined ? [] : renderMailboxes([replyTo], values, 'replyTo');
  if (another !== undefined) throw new TaskError('Expected one address in replyTo but found a list.');
  const message = {
    to,
    cc,
    ...(reply === undefined ? {} : { replyTo: reply }),
    subject: renderHeaderText(subject, values, 'subject'),
    text: renderTemplate(text, {
      text: (literal) => literal,
      value: (placeholder) => String(scalarOf(values, placeholder, 'text')),
    }),
    ...(html === undefined ? {} : { html: renderTemplate(html, htmlEncoder(values)) }),
  };
  atMost(message.subject.length, longestSubject, 'subject', 'characters');
  atMost(message.text.length, longestContent, 'text', 'characters');
  atMost(message.html?.length ?? 0, longestContent, 'html', 'characters');
  return message;
}

function atMost(found: number, most: number, where: string, what: string): void {
  if (found <= most) return;
  throw new TaskError(`Expected at most ${most} ${what} in ${where} but found ${found}.`);
}
