import type { AuditedState } from './audit.js';

/** What a use case tells the audit log besides who asked: to what it was done, and what was before and after. */
export class AuditNote {
  targets: Readonly<Record<string, string>> = {};
  before: AuditedState | undefined;
  after: AuditedState | undefined;
  isNothing = false;

  /** Ids of what it is done to, or of what it makes. */
  about(targets: Readonly<Record<string, string>>): void {
    this.targets = { ...this.targets, ...targets };
  }

  /** What is changed. Undefined before: it is made; undefined after: it is removed. */
  change(before: AuditedState | undefined, after: AuditedState | undefined): void {
    this.before = before;
    this.after = after;
  }

  /** What is written is not what was asked for: there is nothing to note. */
  nothing(): void {
    this.isNothing = true;
  }
}
