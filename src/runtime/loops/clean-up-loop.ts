import type { Clock } from '../../platform/clock.js';
import type { Logger } from '../../platform/logger.js';
import { parseTimeToLive } from '../../platform/time-to-live.js';
import type { EndedDefinition, Store, Transaction } from '../ports.js';
import { Sleeper } from '../sleeper.js';
import { WorkSize } from './work-size.js';

/** How often it is looked for what need not be kept any longer. */
export const CLEAN_UP_EVERY_MS = 60_000;

/** However long a piece has taken. */
const PAUSE_MAX_MS = 1_000;

export interface CleanUpParts {
  readonly store: Store;
  readonly clock: Clock;
  readonly logger: Logger;
  /** How long ended instances are kept whose model does not say it, and batches; undefined: for ever. */
  readonly historyTtlMs: number | undefined;
  /** How long entries of the audit log are kept; undefined: for ever. */
  readonly auditTtlMs: number | undefined;
  /** How long deliveries of webhooks are kept that have ended. */
  readonly webhookLogTtlMs: number;
}

/** Removes up to so many rows in a transaction and answers how many it were. */
type Removal = (tx: Transaction, rows: number) => Promise<number>;

/** A round's view: what rows of each kind cost is learned by removing them, and kept for the next round. */
type Round = CleanUpParts & { readonly sizes: ReadonlyMap<Kind, WorkSize> };

const kinds = [
  'message',
  'idempotency',
  'instance',
  'row',
  'batch',
  'audit',
  'delivery',
  'login-session',
] as const;
type Kind = (typeof kinds)[number];

/**
 * Removes what need not be kept: messages that have expired, idempotency records that are not given again, sessions of people, deliveries of webhooks that
 * have ended long ago, ended process instances and batches whose time to live is over. In pieces that hold the database for a moment each, with a pause as long as the piece.
 */
export function cleanUpLoop(parts: CleanUpParts): Sleeper {
  const { clock, logger } = parts;
  const round: Round = { ...parts, sizes: new Map(kinds.map((kind) => [kind, new WorkSize()])) };
  let pieces = piecesOf(round);
  const work = async (): Promise<number> => {
    const began = clock.elapsed();
    const { done } = await pieces.next();
    if (!done) return clock.now() + Math.min(clock.elapsed() - began, PAUSE_MAX_MS);
    pieces = piecesOf(round);
    return clock.now() + CLEAN_UP_EVERY_MS;
  };
  return new Sleeper(clock, work, (error) => {
    pieces = piecesOf(round);
    logger.error({ err: error }, 'clean-up failed; trying again');
    return clock.now() + CLEAN_UP_EVERY_MS;
  });
}

type Pieces = AsyncGenerator<undefined, undefined>;

/** One round, a transaction for each step of it. */
async function* piecesOf(round: Round): Pieces {
  yield* repeated(round, 'message', (tx, rows) => tx.messages.removeExpired(rows));
  yield* repeated(round, 'idempotency', (tx, rows) => tx.idempotency.removeExpired(rows));
  const deliveredBy = round.clock.now() - round.webhookLogTtlMs;
  yield* repeated(round, 'delivery', (tx, rows) => tx.webhooks.removeDeliveries(deliveredBy, rows));
  yield* repeated(round, 'login-session', (tx, rows) => tx.loginSessions.removeEnded(rows));
  yield* removedRows(round); // What was begun before.
  yield* endedInstances(round);
  const { historyTtlMs, auditTtlMs, clock } = round;
  if (auditTtlMs !== undefined) {
    const before = clock.now() - auditTtlMs;
    yield* repeated(round, 'audit', (tx, rows) => tx.audit.removeBefore(before, rows));
  }
  if (historyTtlMs === undefined) return undefined;
  const endedBy = clock.now() - historyTtlMs;
  yield* repeated(round, 'batch', (tx, rows) => tx.retention.removeBatches(endedBy, rows));
  return undefined;
}

/** Definition by definition, since each has its own time. */
async function* endedInstances(round: Round): Pieces {
  const { store, clock } = round;
  let definition = await store.queries.nextEndedDefinition();
  while (definition !== undefined) {
    const { processDefinitionId, oldestEndedAt } = definition;
    const endedBy = clock.now() - timeToLiveOf(definition, round);
    if (oldestEndedAt <= endedBy) {
      const removal: Removal = (tx, rows) => tx.retention.removeEnded(processDefinitionId, endedBy, rows);
      while ((await piece(round, 'instance', removal)) > 0) {
        yield undefined;
        yield* removedRows(round);
      }
    }
    definition = await store.queries.nextEndedDefinition(processDefinitionId);
  }
  return undefined;
}

function removedRows(round: Round): Pieces {
  return repeated(round, 'row', (tx, rows) => tx.retention.removeRows(rows));
}

function timeToLiveOf({ historyTimeToLive }: EndedDefinition, { historyTtlMs }: CleanUpParts): number {
  const own = historyTimeToLive === undefined ? undefined : parseTimeToLive(historyTimeToLive);
  return own ?? historyTtlMs ?? Infinity;
}

/** Until nothing is left to remove. */
async function* repeated(round: Round, kind: Kind, removal: Removal): Pieces {
  while ((await piece(round, kind, removal)) > 0) yield undefined;
  return undefined;
}

/** One transaction. Its time counts from the beginning of its work, not of its waiting, to the end of its commit: so long it held what others want. */
async function piece({ store, clock, sizes }: Round, kind: Kind, removal: Removal): Promise<number> {
  const size = sizes.get(kind) ?? new WorkSize();
  const { rows } = size;
  let began = clock.elapsed();
  const removed = await store.transact((tx) => {
    began = clock.elapsed();
    return removal(tx, rows);
  });
  size.note(removed, clock.elapsed() - began);
  return removed;
}
