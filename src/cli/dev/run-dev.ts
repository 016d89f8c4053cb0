import { createInterface } from 'node:readline';
import type { Client } from '../../client/create-client.js';
import type { JsonObject } from '../../contract/json-value.js';
import { UsageError } from '../command.js';
import { failureOf } from '../failure.js';
import { styleOf } from '../style.js';
import type { Terminal } from '../terminal.js';
import { DevSession } from './dev-session.js';
import { watchFiles } from './watch-files.js';

/** What waits is told when nothing has happened for so long. */
const restMs = 150;

export interface DevOptions {
  readonly client: Client;
  readonly files: readonly string[];
  readonly process?: string;
  readonly businessKey?: string;
  readonly variables?: JsonObject;
  /** The server is ours alone, and ends with us. */
  readonly isAlone: boolean;
  /** Ends it. */
  readonly signal: AbortSignal;
}

/**
 * Deploys the files now and whenever they are saved, starts an instance and tells each of its steps, until the signal, `quit` or the end of
 * what is typed. What the server refuses, or is typed wrongly, is told. Rejects when the server
 * is not there at the beginning, or the caller may not follow events; a server that goes away is waited for.
 */
export async function runDev(options: DevOptions, terminal: Terminal): Promise<void> {
  const { client, files, isAlone, signal } = options;
  const { input, output, env } = terminal;
  const end = new AbortController();
  const canType = input.isTTY === true;
  const session = new DevSession({
    ...options,
    hints: canType,
    style: styleOf(output, env),
    say: (line) => output.write(`${line}\n`),
    now: () => terminal.now(),
  });
  const turns = new Turns(end, (text) => output.write(`${text}\n`));
  const abort = (): void => end.abort();
  signal.addEventListener('abort', abort);
  const closing: (() => void)[] = [() => signal.removeEventListener('abort', abort)];
  try {
    if (signal.aborted) return;
    // Events are waited for as long as it takes; that nobody is there is to be told.
    await client.getLiveness();
    const opened = new Promise<void>((resolve) => {
      void turns.until(followEvents(client, session, turns, end.signal, resolve));
      end.signal.addEventListener('abort', () => resolve());
    });
    await opened;
    closing.push(
      watchFiles(
        files,
        () => turns.take(() => session.saved()),
        (error) => turns.fail(error),
      ),
    );
    turns.take(() => session.saved());
    if (canType) {
      const lines = createInterface({ input, terminal: false });
      lines.on('line', (line) => turns.take(async () => void ((await session.typed(line)) || end.abort())));
      lines.on('close', () => end.abort());
      closing.push(() => lines.close());
    }
    await turns.ended;
    if (!isAlone && session.instance !== undefined) output.write(`left as it is: ${session.instance}\n`);
  } finally {
    for (const close of closing) close();
    end.abort();
    await turns.settled();
  }
}

async function followEvents(
  client: Client,
  session: DevSession,
  turns: Turns,
  signal: AbortSignal,
  opened: () => void,
): Promise<void> {
  let rest: NodeJS.Timeout | undefined;
  try {
    for await (const event of client.events({}, { signal, opened })) {
      turns.take(async () => {
        if (!(await session.happened(event))) return;
        clearTimeout(rest);
        if (!signal.aborted) rest = setTimeout(() => turns.take(() => session.rested()), restMs);
      });
    }
  } finally {
    clearTimeout(rest);
  }
}

/** Things are done one after the other, so that what happens is told behind what was answered. */
class Turns {
  private last: Promise<void> = Promise.resolve();
  private error: unknown;
  /** Resolves when it is to end; rejects with what nobody can be told in words. */
  readonly ended: Promise<void>;

  constructor(
    private readonly end: AbortController,
    private readonly say: (text: string) => void,
  ) {
    this.ended = new Promise((resolve, reject) => {
      end.signal.addEventListener('abort', () => {
        if (this.error === undefined) resolve();
        else reject(this.error instanceof Error ? this.error : new Error(String(this.error)));
      });
    });
    // Who waits for it comes later.
    this.ended.catch(() => undefined);
  }

  take(turn: () => Promise<void>): void {
    this.last = this.last.then(async () => {
      if (this.end.signal.aborted) return;
      try {
        await turn();
      } catch (error) {
        const failure = failureOf(error);
        if (failure === undefined) this.fail(error);
        else if (!this.end.signal.aborted)
          this.say(error instanceof UsageError ? error.message : failure.text);
      }
    });
  }

  /** Ends everything with that error. */
  fail(error: unknown): void {
    this.error ??= error;
    this.end.abort();
  }

  /** What is under way beside the turns; its failure ends everything. */
  async until(work: Promise<void>): Promise<void> {
    try {
      await work;
    } catch (error) {
      if (!this.end.signal.aborted) this.fail(error);
    }
  }

  /** Resolves when the last turn is over. */
  settled(): Promise<void> {
    return this.last;
  }
}
