import { asJson, type AuditedState } from './audit.js';
import type { WebhookRow } from './webhook.js';

/** What the audit log says of a webhook: no secret, and of its URL where it leads to, for the rest may be a secret of the receiver. */
export function webhookState({ name, url, filter, followsRedirects, state }: WebhookRow): AuditedState {
  return asJson({ name, receiver: new URL(url).origin, filter, followsRedirects, state });
}
