import { createHash } from 'node:crypto';

/** How the simulated business treats somebody. */
export type ApplicantKind = 'low-risk' | 'review' | 'reject' | 'flaky' | 'down' | 'slow' | 'refused';

/** The first word of the local part of the e-mail address that chooses a kind: `review.ada@example.org`. */
export const magicWords: ReadonlyMap<string, ApplicantKind> = new Map([
  ['review', 'review'],
  ['reject', 'reject'],
  ['flaky', 'flaky'],
  ['down', 'down'],
  ['slow', 'slow'],
  ['refused', 'refused'],
]);

/** How often the check of a flaky applicant's application answers 503 before it answers. */
export const flakyFailures = 2;

export function applicantKind(email: string): ApplicantKind {
  const [word = ''] = email.toLowerCase().split(/[.+\-_@]/);
  return magicWords.get(word) ?? 'low-risk';
}

/** Risk from 0 (none) to 100, the same for the same address every time. */
export function riskScore(email: string): number {
  const kind = applicantKind(email);
  if (kind === 'review') return 55;
  if (kind === 'reject') return 90;
  return 5 + (hashNumber(email.toLowerCase()) % 25);
}

/** Ten digits, the same for the same application every time. */
export function accountNumber(applicationId: string): string {
  return String(1_000_000_000 + (hashNumber(`account ${applicationId}`) % 9_000_000_000));
}

function hashNumber(text: string): number {
  return createHash('sha256').update(text).digest().readUIntBE(0, 6);
}
