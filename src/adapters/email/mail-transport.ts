import type { Logger } from '../../platform/logger.js';
import type { ComposedMail } from './compose-mail.js';

/**
 * How handing over a message ended. `accepted`: somebody has it. `deferred`: not now, later perhaps. `rejected`: the message or a recipient
 * is refused, now and later. `unusable`: the server cannot be used as it is configured, which somebody has to look at.
 */
export type Delivery =
  | { readonly kind: 'accepted' }
  | { readonly kind: 'deferred' | 'rejected' | 'unusable'; readonly reason: string };

/** Where e-mails go. */
export interface MailTransport {
  /** Hands over one message. Rejects only for what nobody expects; `signal` ends the attempt. */
  deliver(mail: ComposedMail, context: DeliveryContext): Promise<Delivery>;
}

export interface DeliveryContext {
  readonly signal: AbortSignal;
  readonly logger: Logger;
  /** Of the job (W3C Trace Context). */
  readonly traceparent?: string;
}
