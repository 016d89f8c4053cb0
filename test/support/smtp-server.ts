import { once } from 'node:events';
import { SMTPServer, type SMTPServerOptions, type SMTPServerSession } from 'smtp-server';
import { localhostCertificate } from './localhost-certificate.js';
import { type MailMessage, readMailMessage } from './mail-message.js';

/** A message that the server has taken. */
export interface ReceivedMail extends MailMessage {
  readonly from: string;
  readonly to: readonly string[];
  /** Whether it came over TLS. */
  readonly secure: boolean;
  readonly user: string | undefined;
  readonly source: string;
}

/** What the server answers; undefined: it takes it. */
export interface SmtpRefusals {
  recipient?: (address: string) => SmtpRefusal | undefined;
  message?: () => SmtpRefusal | undefined;
}

export interface SmtpRefusal {
  readonly code: number;
  readonly message: string;
}

/** A mail server over a real socket of this machine. */
export interface TestSmtpServer {
  readonly port: number;
  readonly received: readonly ReceivedMail[];
  refusals: SmtpRefusals;
  stop(): Promise<void>;
}

/** Offers STARTTLS unless `options` says otherwise, with a certificate that only `localhostCertificate.cert` vouches for. */
export async function startSmtpServer(options: SMTPServerOptions = {}): Promise<TestSmtpServer> {
  const received: ReceivedMail[] = [];
  let refusals: SmtpRefusals = {};
  const server = new SMTPServer({
    authOptional: true,
    disableReverseLookup: true,
    closeTimeout: 100,
    logger: false,
    ...localhostCertificate,
    onAuth({ username, password }, _session, done) {
      if (password === 'right') done(null, { user: username });
      else done(refusal({ code: 535, message: 'no such user' }));
    },
    onRcptTo: ({ address }, _session, done) => done(refusal(refusals.recipient?.(address))),
    onData(stream, session, done) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const refused = refusal(refusals.message?.());
        if (refused === null) received.push(receivedMail(Buffer.concat(chunks).toString(), session));
        done(refused);
      });
    },
    ...options,
  });
  // A client that goes away in the middle is a matter of the tests.
  server.on('error', () => {});
  const listener = server.listen(0, '127.0.0.1');
  if (!listener.listening) await once(listener, 'listening');
  const address = listener.address();
  if (typeof address !== 'object' || address === null) throw new Error('Expected a port but found none.');
  return {
    port: address.port,
    received,
    get refusals() {
      return refusals;
    },
    set refusals(next) {
      refusals = next;
    },
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

function receivedMail(source: string, session: SMTPServerSession): ReceivedMail {
  const { mailFrom, rcptTo } = session.envelope;
  const user: unknown = session.user;
  return {
    ...readMailMessage(source),
    source,
    from: mailFrom === false ? '' : mailFrom.address,
    to: rcptTo.map(({ address }) => address),
    secure: session.secure,
    user: typeof user === 'string' ? user : undefined,
  };
}

function refusal(refused: SmtpRefusal | undefined): Error | null {
  if (refused === undefined) return null;
  return Object.assign(new Error(refused.message), { responseCode: refused.code });
}
