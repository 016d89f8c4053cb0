import { once } from 'node:events';
import { Socket } from 'node:net';
import pg from 'pg';
import type { Logger } from '../../platform/logger.js';
import type { Hint, HintLine } from '../../runtime/ports.js';
import { hintsOf, payloadsOf } from './hint-text.js';
import { PendingHints } from './pending-hints.js';

const channel = 'throughline_hints';
/** At most one NOTIFY in that time: PostgreSQL lets only one transaction with a NOTIFY commit at a time. */
const sendEveryMs = 20;
/** A connection that says nothing for that long is asked whether it is still there. */
const checkEveryMs = 15_000;
const answerTimeMs = 5_000;
const connectTimeMs = 10_000;
const firstPauseMs = 250;
const longestPauseMs = 5_000;

const notify = `SELECT pg_notify('${channel}', value) FROM json_array_elements_text($1::json) AS element(value)`;
/** A NOTIFY is a commit. It need not survive anything, so that it waits for no disk. */
const prepare = `SET synchronous_commit = off; LISTEN ${channel}`;

/** How long the database has to take a good-bye. */
const endTimeMs = 1_000;

/** A connection, and how it is ended, whatever has become of the other side. */
interface Connection {
  readonly client: pg.Client;
  end(): Promise<void>;
}

export interface HintLineOptions {
  readonly url: string;
  readonly logger: Logger;
  heard(hint: Hint): void;
}

/**
 * Hints between nodes by LISTEN and NOTIFY, on one connection of their own: never in the transaction of a command, whose commit would
 * wait for the others'. While it is not connected it tells and hears nothing.
 */
export class PostgresHintLine implements HintLine {
  readonly #pending = new PendingHints();
  /** Listening; undefined while there is none. */
  #connection: Connection | undefined;
  /** The last that was begun, listening or not. */
  #newest: Connection | undefined;
  #isSending = false;
  #isClosed = false;
  #isDown = false;
  #pauseMs = firstPauseMs;
  /** Whatever is to be done next, later: connecting, sending or checking. */
  #sendTimer: NodeJS.Timeout | undefined;
  #connectTimer: NodeJS.Timeout | undefined;
  #checkTimer: NodeJS.Timeout | undefined;

  constructor(private readonly options: HintLineOptions) {
    void this.#connect();
  }

  tell(hint: Hint): void {
    if (this.#connection === undefined) return;
    this.#pending.add(hint);
    this.#sendNow(this.#connection);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#connectTimer);
    this.#lose();
    await this.#newest?.end();
  }

  /** Never rejects; never resolves when it is closed meanwhile. */
  async #connect(): Promise<void> {
    const connection = connectionTo(this.options.url);
    const { client } = connection;
    this.#newest = connection;
    let ownProcess: number | undefined;
    client.on('error', (error) => this.#lost(connection, error));
    client.on('end', () => this.#lost(connection, new Error('The connection was ended.')));
    client.on('notification', ({ processId, payload = '' }) => {
      if (processId !== ownProcess) for (const hint of hintsOf(payload)) this.options.heard(hint);
    });
    try {
      await client.connect();
      const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
      ownProcess = rows[0]?.pid;
      await client.query(prepare);
    } catch (error) {
      await connection.end();
      return this.#failed(error);
    }
    if (this.#isClosed) return connection.end();
    this.#connection = connection;
    this.#pauseMs = firstPauseMs;
    if (this.#isDown) this.options.logger.info('hints from other nodes are heard again');
    this.#isDown = false;
    // To send nothing is to ask whether it is there.
    this.#checkTimer = setInterval(() => this.#sendNow(connection), checkEveryMs).unref();
  }

  /** One query at a time; with one that is on its way, or has just been answered, no other is needed. */
  #sendNow(connection: Connection): void {
    if (!this.#isSending && this.#sendTimer === undefined) void this.#send(connection);
  }

  /** Sends what there is; what comes meanwhile goes together with the next. Never rejects. */
  async #send(connection: Connection): Promise<void> {
    this.#isSending = true;
    try {
      await connection.client.query(notify, [JSON.stringify(payloadsOf(this.#pending.takeAll()))]);
    } catch (error) {
      this.#lost(connection, error);
    }
    this.#isSending = false;
    // Perhaps another one by now.
    const next = this.#connection;
    if (next === undefined) return;
    this.#sendTimer = setTimeout(() => {
      this.#sendTimer = undefined;
      if (!this.#pending.isEmpty) void this.#send(next);
    }, sendEveryMs).unref();
  }

  #lost(connection: Connection, error: unknown): void {
    if (this.#connection !== connection) return;
    this.#lose();
    void connection.end();
    this.#failed(error);
  }

  #lose(): void {
    this.#connection = undefined;
    this.#pending.takeAll();
    clearTimeout(this.#sendTimer);
    this.#sendTimer = undefined;
    clearInterval(this.#checkTimer);
  }

  /** Once per outage, not once per attempt. */
  #failed(error: unknown): void {
    if (this.#isClosed) return;
    const { logger } = this.options;
    if (!this.#isDown) logger.warn({ err: error }, 'hints from other nodes are not heard; looking instead');
    this.#isDown = true;
    const pauseMs = this.#pauseMs * (0.5 + Math.random() / 2);
    this.#connectTimer = setTimeout(() => void this.#connect(), pauseMs).unref();
    this.#pauseMs = Math.min(2 * this.#pauseMs, longestPauseMs);
  }
}

function connectionTo(url: string): Connection {
  const socket = new Socket();
  const client = new pg.Client({
    connectionString: url,
    stream: () => socket,
    application_name: 'throughline-hints',
    connectionTimeoutMillis: connectTimeMs,
    query_timeout: answerTimeMs,
    keepAlive: true,
  });
  return {
    client,
    async end() {
      const closed = socket.closed ? Promise.resolve() : once(socket, 'close');
      const overdue = setTimeout(() => socket.destroy(), endTimeMs);
      // Whatever it says, it is over; and of a client that is ended while it connects it never says so.
      await Promise.race([client.end(), closed]).catch(() => undefined);
      clearTimeout(overdue);
      socket.destroy();
    },
  };
}
