import type { ProcessInstanceRow } from '../runtime/ports.js';
import type { InstanceCache } from './instance-cache.js';
import {
  decodeInstance,
  loadInstance,
  readInstances,
  type StoredVersion,
  writeInstance,
} from './process-instances.js';
import type { Session } from './session.js';
import type { SqlRow } from './sql-value.js';
import { RevisionConflict } from './statement.js';

/** Says that no revision of the document is known. */
const noRevision = -1;

/**
 * The process instances that one transaction has touched, as they are after the units that have succeeded so far.
 * Their documents are parsed once and written once, however many units change them.
 */
export class InstanceGroup {
  readonly #cache: InstanceCache;
  readonly #rows = new Map<string, ProcessInstanceRow>();
  /** What the database holds, this transaction's own writes included; undefined: it is not there. */
  readonly #stored = new Map<string, StoredVersion | undefined>();
  /** What the cache held when an instance was asked for; by the time of the answer it may hold something else. */
  readonly #known = new Map<string, ProcessInstanceRow>();
  readonly #lengths = new Map<string, number>();
  readonly #removed = new Set<string>();
  /** Whether committed rows of the cache are sure to be the database's: no other process writes. */
  readonly #trustsCache: boolean;

  constructor(cache: InstanceCache, options: { readonly trustsCache: boolean }) {
    this.#cache = cache;
    this.#trustsCache = options.trustsCache;
  }

  /** The revision of the document that need not be read again. */
  knownRevision(processInstanceId: string): number {
    const known = this.#cache.get(processInstanceId);
    if (known !== undefined) this.#known.set(processInstanceId, known);
    return known?.revision ?? noRevision;
  }

  /** Takes the answer of `loadInstance`, whose row is locked from now on. */
  adopt(processInstanceId: string, answer: SqlRow | undefined): ProcessInstanceRow | undefined {
    const known = this.#known.get(processInstanceId);
    const row = answer === undefined ? undefined : decodeInstance(answer, known);
    this.#stored.set(processInstanceId, row && { revision: row.revision, row });
    if (row === undefined) return undefined;
    this.#rows.set(processInstanceId, row);
    if (row !== known) this.#lengths.set(processInstanceId, String(answer?.at(-1) ?? '').length);
    return row;
  }

  /** Whether this transaction has looked for it before; then `find` answers what there is. */
  has(processInstanceId: string): boolean {
    return this.#stored.has(processInstanceId);
  }

  find(processInstanceId: string): ProcessInstanceRow | undefined {
    return this.#rows.get(processInstanceId);
  }

  /** As `find`, or as committed, where that is known for sure. */
  peek(processInstanceId: string): ProcessInstanceRow | undefined {
    const cached = this.#trustsCache ? this.#cache.get(processInstanceId) : undefined;
    return this.#rows.get(processInstanceId) ?? cached;
  }

  async load(session: Session, processInstanceId: string): Promise<ProcessInstanceRow | undefined> {
    if (this.has(processInstanceId)) return this.find(processInstanceId);
    const cached = this.#trustsCache ? this.#cache.get(processInstanceId) : undefined;
    if (cached !== undefined) {
      this.#rows.set(processInstanceId, cached);
      this.#stored.set(processInstanceId, { revision: cached.revision, row: cached });
      return cached;
    }
    const parameters = [processInstanceId, this.knownRevision(processInstanceId)];
    const answer = await session.readLocked(loadInstance[session.dialect.name], parameters);
    return this.adopt(processInstanceId, answer);
  }

  /** What the database holds, when a unit writes early or is rolled back. */
  setStored(processInstanceId: string, stored: StoredVersion | undefined): void {
    this.#stored.set(processInstanceId, stored);
  }

  /** Takes over what a unit has removed from the database. */
  remove(processInstanceIds: Iterable<string>): void {
    for (const id of processInstanceIds) {
      this.#rows.delete(id);
      this.#stored.set(id, undefined);
      this.#removed.add(id);
    }
  }

  /** Takes over what a unit has changed. */
  merge(changed: ReadonlyMap<string, ProcessInstanceRow>): void {
    for (const [id, row] of changed) this.#rows.set(id, row);
  }

  /** It was not looked for after all. */
  forget(processInstanceId: string): void {
    this.#stored.delete(processInstanceId);
  }

  /**
   * Writes what differs from the database; `changed` and `removed` are what a unit has not handed over yet. Answers what was
   * there before.
   */
  flush(
    session: Session,
    changed?: ReadonlyMap<string, ProcessInstanceRow>,
    removed?: ReadonlySet<string>,
  ): ReadonlyMap<string, StoredVersion | undefined> {
    const before = new Map<string, StoredVersion | undefined>();
    const rows = changed === undefined ? this.#rows : new Map([...this.#rows, ...changed]);
    for (const [id, row] of rows) {
      const stored = this.#stored.get(id);
      if (stored?.revision === row.revision || removed?.has(id)) continue;
      this.#lengths.set(id, writeInstance(session, row, stored));
      this.#stored.set(id, { revision: row.revision, row });
      before.set(id, stored);
    }
    return before;
  }

  /** Tells the cache what is committed now. Instances that have ended are seldom loaded again. */
  committed(): void {
    for (const id of this.#removed) this.#cache.delete(id);
    for (const [id, row] of this.#rows) {
      const length = this.#lengths.get(id);
      if (row.state.status !== 'active') this.#cache.delete(id);
      else if (length !== undefined) this.#cache.put(row, length);
    }
  }
}

/** One unit's view: the group's instances and its own changes, which are nobody else's until it has succeeded. */
export class InstanceUnit {
  readonly #group: InstanceGroup;
  readonly #session: Session;
  readonly #changed = new Map<string, ProcessInstanceRow>();
  /** What the database held before this unit wrote early. */
  readonly #storedBefore = new Map<string, StoredVersion | undefined>();
  readonly #assumed = new Set<string>();
  readonly #removed = new Set<string>();

  constructor(group: InstanceGroup, session: Session) {
    this.#group = group;
    this.#session = session;
  }

  async load(tenantId: string, processInstanceId: string): Promise<ProcessInstanceRow | undefined> {
    if (this.#removed.has(processInstanceId)) return undefined;
    const row =
      this.#changed.get(processInstanceId) ?? (await this.#group.load(this.#session, processInstanceId));
    return row?.tenantId === tenantId ? row : undefined;
  }

  async read(tenantId: string, ids: readonly string[]): Promise<readonly ProcessInstanceRow[]> {
    const found: ProcessInstanceRow[] = [];
    const missing: string[] = [];
    for (const id of new Set(ids)) {
      if (this.#removed.has(id)) continue;
      const row = this.#changed.get(id) ?? this.#group.peek(id);
      if (row !== undefined) found.push(row);
      else if (!this.#group.has(id)) missing.push(id);
    }
    if (missing.length > 0) {
      const read = readInstances[this.#session.dialect.name];
      const rows = await this.#session.read(read, [tenantId, JSON.stringify(missing)]);
      found.push(...rows.map((row) => decodeInstance(row)));
    }
    return found.filter((row) => row.tenantId === tenantId);
  }

  insert(row: ProcessInstanceRow): void {
    const id = row.processInstanceId;
    if (this.#changed.has(id) || this.#group.find(id) !== undefined) {
      throw new Error(`Expected no process instance ${id} but there is one.`);
    }
    this.#assume(id, undefined);
    this.#changed.set(id, row);
  }

  save(row: ProcessInstanceRow): void {
    const id = row.processInstanceId;
    const current = this.#changed.get(id) ?? this.#group.find(id);
    if (current === undefined) {
      this.#assume(id, { revision: row.revision - 1, row: undefined });
    } else if (current.revision !== row.revision - 1) {
      throw new RevisionConflict(
        `Expected revision ${current.revision + 1} of process instance ${id} but found ${row.revision}.`,
      );
    }
    this.#changed.set(id, row);
  }

  /** The caller deletes the row, after everything that was written before. */
  remove(processInstanceId: string): void {
    this.flush();
    this.#changed.delete(processInstanceId);
    this.#removed.add(processInstanceId);
  }

  /** Writes all changes now, for a statement that reads the table. */
  flush(): void {
    for (const [id, stored] of this.#group.flush(this.#session, this.#changed, this.#removed)) {
      if (!this.#storedBefore.has(id)) this.#storedBefore.set(id, stored);
    }
  }

  succeed(): void {
    this.#group.merge(this.#changed);
    this.#group.remove(this.#removed);
  }

  /** After the database has been rolled back to where the unit began. */
  rollBack(): void {
    for (const [id, stored] of this.#storedBefore) this.#group.setStored(id, stored);
    for (const id of this.#assumed) this.#group.forget(id);
  }

  /** A write without a look before: it will fail if it was wrong, and then nothing was learned. */
  #assume(processInstanceId: string, stored: StoredVersion | undefined): void {
    if (this.#group.has(processInstanceId)) return;
    this.#group.setStored(processInstanceId, stored);
    this.#assumed.add(processInstanceId);
  }
}
