// SQLite has one writer: nothing becomes visible there in another order than it was written.
import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'mocha';
import pg from 'pg';
import { JournalReader } from '../../src/events/journal-reader.js';
import { systemClock } from '../../src/platform/clock.js';
import { journalRow } from '../store/rows.js';
import { useTestStore } from '../store/use-test-store.js';

const insertSql = `INSERT INTO journal
    (tenant_id, process_instance_id, process_definition_id, at, actor, command, event_version, events)
  VALUES ('tenant-1', $1, 'definition-1', 0, 'ada', 'completeJob', 1, '[]') RETURNING sequence`;

describe('the reader of the journal on PostgreSQL', () => {
  let other: pg.Client;
  // Before the database is removed.
  afterEach('disconnect', () => other.end());
  const test = useTestStore();
  beforeEach('connect', async () => {
    other = new pg.Client({ connectionString: test.databaseUrl });
    await other.connect();
  });

  /** Sequences of a database that was used before do not begin at 1. */
  let first = 0;
  beforeEach('write a first entry', async () => {
    await append();
    first = (await test.store.queries.journal.end()).sequence;
  });

  const begun = async (): Promise<JournalReader> => {
    const reader = new JournalReader(test.store.queries.journal);
    await reader.begin(systemClock);
    return reader;
  };
  const sequences = async (reader: JournalReader): Promise<readonly number[]> =>
    (await reader.next()).entries.map(({ sequence }) => sequence - first);
  const append = (): Promise<void> => test.write((tx) => tx.journal.append(journalRow()));

  it('waits for a transaction that has drawn a lower sequence and commits later', async () => {
    const reader = await begun();
    await other.query('BEGIN');
    await other.query(insertSql, ['slow']);
    await append();
    await append();
    assert.deepEqual(await sequences(reader), []);
    assert.equal(reader.isAtGap, true);
    assert.deepEqual(await sequences(reader), []);
    await other.query('COMMIT');
    assert.deepEqual(await sequences(reader), [1, 2, 3]);
    assert.equal(reader.isAtGap, false);
  });

  it('passes over the sequence of a transaction that was rolled back, once it has ended', async () => {
    const reader = await begun();
    await other.query('BEGIN');
    await other.query(insertSql, ['undone']);
    await append();
    assert.deepEqual(await sequences(reader), []);
    await other.query('ROLLBACK');
    assert.deepEqual(await sequences(reader), [2]);
  });

  it('does not wait for transactions that write elsewhere, however long they last', async () => {
    const reader = await begun();
    await append();
    await other.query('BEGIN');
    await other.query("INSERT INTO start_subscription VALUES ('t', 'message', 'm', 'd', 'p', 'e')");
    // A transaction that was rolled back leaves a gap.
    await assert.rejects(
      test.write(async (tx) => {
        tx.journal.append(journalRow());
        await tx.processInstances.read('t', ['nobody']);
        throw new Error('undone');
      }),
      /undone/,
    );
    await append();
    assert.deepEqual(await sequences(reader), [1]);
    assert.deepEqual(await sequences(reader), [3]);
    await other.query('ROLLBACK');
  });

  it('begins behind what is under way, when that has ended', async () => {
    await other.query('BEGIN');
    await other.query(insertSql, ['slow']);
    await append();
    let hasBegun = false;
    const beginning = begun().then((reader) => {
      hasBegun = true;
      return reader;
    });
    // So many round trips as the reader needs to find out.
    for (let trip = 0; trip < 20; trip++) await test.store.ping();
    assert.equal(hasBegun, false);
    await other.query('COMMIT');
    const reader = await beginning;
    assert.deepEqual(await sequences(reader), []);
    await append();
    assert.deepEqual(await sequences(reader), [3]);
  });
});
