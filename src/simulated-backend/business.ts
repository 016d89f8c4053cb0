import { accountNumber, applicantKind, flakyFailures, riskScore } from './applicants.js';
import { Refusal } from './json-exchange.js';

export interface Notification {
  readonly applicationId: string;
  readonly kind: string;
  readonly email: string;
  readonly channel: string;
  readonly reason?: string;
}

export interface Account {
  readonly applicationId: string;
  readonly accountNumber: string;
}

/** The oldest are forgotten beyond this. */
const mostRemembered = 10_000;

/** The simulated business: what it knows is kept in memory and gone at its end. Everything it answers follows from what it is asked. */
export class Business {
  readonly #checks = new Map<string, number>();
  readonly #accountsByKey = new Map<string, Account>();
  #notifications: Notification[] = [];

  /** @throws Refusal 503 when the register is down. */
  checkApplicant(
    applicationId: string,
    email: string,
  ): { readonly applicationId: string; readonly score: number } {
    const kind = applicantKind(email);
    const earlier = this.#checks.get(applicationId) ?? 0;
    remember(this.#checks, applicationId, earlier + 1);
    if (kind === 'down' || (kind === 'flaky' && earlier < flakyFailures)) {
      throw new Refusal(503, 'register-down', 'The register of persons does not answer.');
    }
    return { applicationId, score: riskScore(email) };
  }

  /**
   * The account of the application; the same one again for the same key.
   * @throws Refusal 422 when the business does not want the customer, 409 when the key was used for another application.
   */
  openAccount(
    applicationId: string,
    email: string,
    key: string,
  ): { readonly account: Account; readonly isNew: boolean } {
    const present = this.#accountsByKey.get(key);
    if (present !== undefined && present.applicationId !== applicationId) {
      throw new Refusal(
        409,
        'idempotency-key-reused',
        'Expected the Idempotency-Key to be of this application.',
      );
    }
    if (present !== undefined) return { account: present, isNew: false };
    if (applicantKind(email) === 'refused') {
      throw new Refusal(422, 'account-refused', 'Core banking refuses an account for this customer.');
    }
    const account = { applicationId, accountNumber: accountNumber(applicationId) };
    remember(this.#accountsByKey, key, account);
    return { account, isNew: true };
  }

  notify(notification: Notification): void {
    this.#notifications = [...this.#notifications, notification].slice(-mostRemembered);
  }

  notificationsOf(applicationId: string): readonly Notification[] {
    return this.#notifications.filter((notification) => notification.applicationId === applicationId);
  }
}

function remember<Value>(map: Map<string, Value>, key: string, value: Value): void {
  map.set(key, value);
  const [oldest] = map.keys();
  if (map.size > mostRemembered && oldest !== undefined) map.delete(oldest);
}
