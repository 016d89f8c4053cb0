import { auditEntry } from './audit-entry.js';
import { AuditNote } from './audit-note.js';
import type { CallTreeSizes } from './call-tree-sizes.js';
import type { DecisionCache } from './decision-cache.js';
import type { DefinitionCache } from './definition-cache.js';
import { JobHandover, type JobTakers } from './job-handover.js';
import type { Outcome } from './outcome.js';
import { refused } from './outcome.js';
import { noRedaction, type Redaction } from '../platform/redaction.js';
import type { Tracing } from '../platform/tracing.js';
import type { FirstReadKey, IdempotencyScope, Store, Transaction } from './ports.js';
import type { RequestContext } from './runtime.js';
import { noMeter, type RuntimeMeter } from './runtime-meter.js';
import type { UseCase } from './unit.js';
import type { Wakeups } from './wakeups.js';

/** How long the first outcome of a request with an `Idempotency-Key` is given again. */
export const IDEMPOTENCY_MS = 24 * 60 * 60 * 1000;

/** Runs use cases, each in one durable transaction with the record of its outcome. */
export class Executor {
  constructor(
    private readonly store: Store,
    private readonly definitions: DefinitionCache,
    private readonly decisions: DecisionCache,
    private readonly callTrees: CallTreeSizes,
    private readonly wakeups: Wakeups,
    private readonly jobTakers: JobTakers,
    private readonly newId: () => string,
    private readonly searchablePaths: readonly string[] = [],
    /** Of variables that the audit log does not keep. */
    private readonly redact: Redaction = noRedaction,
    private readonly meter: RuntimeMeter = noMeter,
    private readonly tracing?: Tracing,
  ) {}

  /**
   * Does the use case and keeps its outcome under the request's idempotency key, in one transaction; a request that was done
   * before gets the outcome it had, marked as replayed.
   */
  async run<T>(context: RequestContext, useCase: UseCase<T>, options: RunOptions = {}): Promise<Outcome<T>> {
    const jobHandover = new JobHandover(this.jobTakers);
    const began = performance.now();
    let ended = 'failed';
    try {
      const outcome = await this.transact(context, useCase, jobHandover, options);
      ended = outcome.ok ? 'ok' : outcome.problem.code;
      return outcome;
    } finally {
      jobHandover.releaseAll();
      this.meter.ended(ended, performance.now() - began);
    }
  }

  private transact<T>(
    context: RequestContext,
    useCase: UseCase<T>,
    jobHandover: JobHandover,
    { instanceId, firstRead }: RunOptions,
  ): Promise<Outcome<T>> {
    const beganAt = this.tracing === undefined ? undefined : Date.now();
    const idempotency = idempotencyOf(context);
    return this.store.transact(
      async (tx) => {
        // An earlier attempt has come to nothing.
        jobHandover.releaseAll();
        const audit = new AuditNote();
        const unit = {
          tx,
          context,
          audit,
          hops: 0,
          calls: 0,
          definitions: this.definitions,
          decisions: this.decisions,
          callTrees: this.callTrees,
          wakeups: this.wakeups,
          meter: this.meter,
          tracing: this.tracing,
          beganAt,
          jobHandover,
          newId: this.newId,
          searchablePaths: this.searchablePaths,
        };
        if (!idempotency) {
          const outcome = await useCase(unit);
          if (outcome.ok) this.#note(tx, context, audit);
          return outcome;
        }
        const { scope, fingerprint } = idempotency;
        if ((await tx.idempotency.claim(scope)) === 'in-flight') {
          return refused(
            'idempotency-key-in-flight',
            `The request with Idempotency-Key "${scope.key}" is still being done.`,
          );
        }
        const before = await tx.idempotency.find(scope);
        if (before && before.expiresAt > tx.now) {
          if (before.fingerprint === fingerprint)
            return { ...(before.outcome as StoredOutcome<T>), replayed: true };
          const detail = `Expected the same request as before with Idempotency-Key "${scope.key}" but it asks something else.`;
          return refused('idempotency-key-reused', detail);
        }
        const outcome = await useCase(unit);
        if (outcome.ok) this.#note(tx, context, audit);
        // What the moment has caused, and not the request, is not its outcome.
        if (!outcome.ok && outcome.problem.code === 'too-many-requests') return outcome;
        tx.idempotency.insert({
          ...scope,
          fingerprint,
          outcome: outcome as StoredOutcome<T>,
          expiresAt: tx.now + IDEMPOTENCY_MS,
        });
        return outcome;
      },
      {
        ...(instanceId === undefined ? {} : { instanceId }),
        ...(idempotency === undefined ? {} : { idempotency: idempotency.scope }),
        ...(firstRead === undefined ? {} : { firstRead: { ...firstRead, tenantId: context.tenantId } }),
      },
    );
  }

  /** No change that somebody has asked for without its entry, and no entry without a change. */
  #note(tx: Transaction, { audit: origin, tenantId, traceparent }: RequestContext, note: AuditNote): void {
    if (origin === undefined || note.isNothing || !tx.hasWritten) return;
    const place = {
      auditId: this.newId(),
      tenantId,
      at: tx.now,
      ...(traceparent === undefined ? {} : { traceparent }),
    };
    tx.audit.append(auditEntry(origin, note, place, this.redact));
  }
}

export interface RunOptions {
  /** The process instance concerned, where the request names one. */
  readonly instanceId?: string;
  /** What the use case reads first, in the context's tenant. */
  readonly firstRead?: FirstReadKey;
}

function idempotencyOf({
  tenantId,
  actor,
  idempotency,
}: RequestContext): { readonly scope: IdempotencyScope; readonly fingerprint: string } | undefined {
  if (!idempotency) return undefined;
  const { principal = actor, operation, key, fingerprint } = idempotency;
  return { scope: { tenantId, principal, operation, key }, fingerprint };
}

/** An outcome is JSON by construction: values and problems of use cases are plain data. */
type StoredOutcome<T> = Outcome<T> & { readonly [name: string]: never };
