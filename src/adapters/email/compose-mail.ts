import { createHash } from 'node:crypto';
import MailComposer from 'nodemailer/lib/mail-composer';
import type { Mailbox } from '../../platform/mailbox.js';
import type { EmailMessage } from './email-message.js';

/** A complete message (RFC 5322), and whom it is handed to (RFC 5321 §2.3.1). */
export interface ComposedMail {
  readonly content: Buffer;
  readonly envelope: { readonly from: string; readonly to: readonly string[] };
  readonly messageId: string;
  /** In milliseconds since 1970-01-01 UTC: the message's date. */
  readonly at: number;
  readonly jobId: string;
}

/**
 * The message of a job. Message-ID and boundaries follow from the job's id: sent again it is the same message, so that what has it
 * already can tell. `Auto-Submitted` keeps out-of-office replies away (RFC 3834 §5).
 */
export async function composeMail(
  message: EmailMessage,
  { from, jobId, at }: { readonly from: Mailbox; readonly jobId: string; readonly at: number },
): Promise<ComposedMail> {
  const { to, cc, replyTo, subject, text, html } = message;
  const messageId = messageIdOf(jobId, from);
  const node = new MailComposer({
    from: { ...from },
    to: to.map((mailbox) => ({ ...mailbox })),
    ...(cc.length === 0 ? {} : { cc: cc.map((mailbox) => ({ ...mailbox })) }),
    ...(replyTo === undefined ? {} : { replyTo: { ...replyTo } }),
    subject,
    text: withLineEnds(text),
    ...(html === undefined ? {} : { html: withLineEnds(html) }),
    messageId,
    date: new Date(at),
    headers: { 'Auto-Submitted': 'auto-generated' },
    baseBoundary: hashOf(jobId),
    newline: 'win',
    disableFileAccess: true,
    disableUrlAccess: true,
  }).compile();
  return {
    content: await node.build(),
    envelope: { from: from.address, to: [...new Set([...to, ...cc].map(({ address }) => address))] },
    messageId,
    at,
    jobId,
  };
}

/** The job's id as part of a file name or of a Message-ID: itself when it is made of letters and digits, else its hash. */
export function safeJobId(jobId: string): string {
  return /^[A-Za-z0-9_-]{1,100}$/.test(jobId) ? jobId : hashOf(jobId);
}

/** Text is encoded with its line ends as CRLF (RFC 2045 §6.8). */
function withLineEnds(text: string): string {
  return text.replace(/\r\n|\r|\n/g, '\r\n');
}

function messageIdOf(jobId: string, { address }: Mailbox): string {
  return `<${safeJobId(jobId)}@${new URL(`http://${address.slice(address.lastIndexOf('@') + 1)}`).hostname}>`;
}

function hashOf(jobId: string): string {
  return createHash('sha256').update(jobId).digest('hex').slice(0, 32);
}
