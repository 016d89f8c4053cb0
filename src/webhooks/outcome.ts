import type { WebhookDeliveryRow, WebhookDisabledBecause } from '../runtime/ports.js';
import { retryDelayMs } from './retry-schedule.js';
import type { WebhookAnswer } from './webhook-sender.js';

/** What an answer makes of a delivery, and of its webhook. */
export interface DeliveryOutcome {
  readonly row: WebhookDeliveryRow;
  /** Set where the webhook is disabled by it. */
  readonly disables?: Exclude<WebhookDisabledBecause, 'by-request'>;
}

/**
 * The delivery after the answer: it has ended, or waits for its next attempt.
 * @param lastSuccessAt when the receiver took something last.
 */
export function outcomeOf(
  row: WebhookDeliveryRow,
  answer: WebhookAnswer,
  context: { readonly now: number; readonly random: number; readonly lastSuccessAt: number },
): DeliveryOutcome {
  const { now, random, lastSuccessAt } = context;
  const attempts = [...row.attempts, answer.attempt];
  const { nextAttemptAt: _next, ...others } = row;
  if (answer.isTaken) return { row: { ...others, attempts, state: 'delivered', endedAt: now } };
  const failed: WebhookDeliveryRow = { ...others, attempts, state: 'failed', endedAt: now };
  if (answer.isGone) return { row: failed, disables: 'gone' };
  const delayMs = retryDelayMs(attempts.length, answer.retryAfterMs, random);
  if (delayMs !== undefined) return { row: { ...row, attempts, nextAttemptAt: now + delayMs } };
  // The receiver has taken others meanwhile: it is this event that it does not take.
  const firstAt = attempts[0]?.at ?? now;
  return lastSuccessAt >= firstAt ? { row: failed } : { row: failed, disables: 'failing' };
}
