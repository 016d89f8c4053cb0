import type { Clock } from '../../platform/clock.js';
import type { Config } from '../../platform/config.js';
import type { Logger } from '../../platform/logger.js';
import { parseSmtpUrl } from '../../platform/smtp-url.js';
import type { Tracing } from '../../platform/tracing.js';
import type { MailTransport } from './mail-transport.js';
import { createOutboxFolder } from './outbox-folder.js';
import { createSmtpTransport } from './smtp-transport.js';

/** The mail server of the configuration, or else its outbox folder; logs which. */
export function createMailTransport(
  { smtpUrl, outboxDir }: Pick<Config, 'smtpUrl' | 'outboxDir'>,
  clock: Clock,
  logger: Logger,
  tracing?: Tracing,
): MailTransport {
  if (smtpUrl === undefined) return createOutboxFolder(outboxDir, logger);
  const server = parseSmtpUrl(smtpUrl);
  const { host, port, tls } = server;
  logger.info({ host, port, tls }, 'e-mails are sent by this mail server');
  return createSmtpTransport({ server, clock, tracing });
}
