import type { ConnectionOptions } from 'node:tls';
import { createTransport, type NodemailerError, type SMTPSentMessageInfo } from 'nodemailer';
import type { Clock } from '../../platform/clock.js';
import type { SmtpServer } from '../../platform/smtp-url.js';
import { inSpan, type Tracing } from '../../platform/tracing.js';
import type { Delivery, MailTransport } from './mail-transport.js';

export const defaultTimeoutMs = 60_000;
const connectTimeoutMs = 10_000;
/** How long the server may be silent. RFC 5321 §4.5.3.2 would have us wait for minutes; a retry does as well. */
const silenceTimeoutMs = 30_000;
const largestExcerpt = 200;

export interface SmtpTransportOptions {
  readonly server: SmtpServer;
  readonly clock: Clock;
  /** Default: nothing is told. */
  readonly tracing?: Tracing | undefined;
  /** For one message from the connection to the server's last word. Default {@link defaultTimeoutMs}. */
  readonly timeoutMs?: number;
  /** Certificate authorities besides Node's own. */
  readonly ca?: ConnectionOptions['ca'];
}

/** Hands e-mails to a mail server, each over a connection of its own. Certificates are always checked. */
export function createSmtpTransport(options: SmtpTransportOptions): MailTransport {
  const { server, clock, tracing, timeoutMs = defaultTimeoutMs, ca } = options;
  const { host, port, tls, auth } = server;
  const transporter = createTransport({
    host,
    port,
    secure: tls === 'implicit',
    requireTLS: tls === 'required',
    ...(auth === undefined ? {} : { auth: { ...auth } }),
    ...(ca === undefined ? {} : { tls: { ca } }),
    connectionTimeout: connectTimeoutMs,
    dnsTimeout: connectTimeoutMs,
    greetingTimeout: connectTimeoutMs,
    socketTimeout: silenceTimeoutMs,
    socketCloseTimeout: 0,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  const handOver: MailTransport['deliver'] = async ({ content, envelope }, { signal, logger }) => {
    const limit = new AbortController();
    const timer = clock.setTimer(clock.now() + timeoutMs, () => limit.abort());
    try {
      const sent = await transporter.sendMail({
        raw: content,
        envelope: { from: envelope.from, to: [...envelope.to] },
        signal: AbortSignal.any([signal, limit.signal]),
      });
      logger.debug({ host, recipients: sent.accepted.length }, 'e-mail sent');
      return outcomeOf(sent, host);
    } catch (error) {
      const reason = `The mail server ${host}:${port} has not taken the message within ${timeoutMs} ms.`;
      return limit.signal.aborted ? { kind: 'deferred', reason } : failureOf(error, `${host}:${port}`);
    } finally {
      timer.cancel();
    }
  };
  return {
    deliver(mail, context) {
      const attributes = { 'server.address': host, 'server.port': port };
      const span = tracing?.begin(`SMTP ${host}`, {
        kind: 'client',
        parent: context.traceparent,
        attributes,
      });
      return inSpan(
        span,
        () => handOver(mail, context),
        ({ kind }) => (kind === 'accepted' ? undefined : kind),
      );
    },
  };
}

/** Some recipients may have been refused although the message was taken for others. */
function outcomeOf({ accepted, rejected, rejectedErrors = [] }: SMTPSentMessageInfo, host: string): Delivery {
  if (rejected.length === 0) return { kind: 'accepted' };
  const isForGood = rejectedErrors.every(({ permanent }) => permanent === true);
  const reason = `Expected ${host} to take the message for all recipients but it did for ${accepted.length} of ${accepted.length + rejected.length}${excerptOf(rejectedErrors[0])}`;
  return { kind: isForGood ? 'rejected' : 'deferred', reason };
}

function failureOf(error: unknown, server: string): Delivery {
  if (!isMailError(error)) throw error;
  const reason = `The mail server ${server} has not taken the message: ${error.code ?? error.name}${excerptOf(error)}`;
  switch (error.code) {
    case 'EENVELOPE':
    case 'EMESSAGE':
      // Without an answer of the server, nodemailer itself has found the address or the size wrong.
      return { kind: error.permanent === false ? 'deferred' : 'rejected', reason };
    case 'EAUTH':
    case 'ENOAUTH':
    case 'ETLS':
    case 'EREQUIRETLS':
    case 'ECONFIG':
      return { kind: error.permanent === false ? 'deferred' : 'unusable', reason };
    default:
      return { kind: error.permanent === true ? 'unusable' : 'deferred', reason };
  }
}

function isMailError(error: unknown): error is NodemailerError {
  return error instanceof Error && 'code' in error && typeof error.code === 'string';
}

/** What the server said, or what happened to the connection. */
function excerptOf(error: NodemailerError | undefined): string {
  const said = error?.response ?? error?.message ?? '';
  const line = said.replace(/\s+/g, ' ').trim().slice(0, largestExcerpt);
  return line === '' ? '.' : `: ${line}`;
}
