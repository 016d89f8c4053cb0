import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Random } from '../fuzz/random.js';
import { send } from '../support/server-process.js';

/** What the client has asked for and been told. */
export interface LoggedCommand {
  readonly method: string;
  readonly path: string;
  readonly body: unknown;
  /** The Idempotency-Key; undefined where the command is known by something else. */
  readonly key: string | undefined;
  /** How often it was sent without a word whether it was done. */
  unknown: number;
  /** The first definite answer; undefined as long as there is none. */
  answer: Answer | undefined;
}

export interface Answer {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

/** How long a client waits for one answer. */
const answerWithinMs = 10_000;
const pauseMs = 50;

/**
 * A client that writes down what it asks and what it is told. A connection that breaks, a 503, a 429 and a key in flight are no
 * definite answer: it asks again, of any server, until there is one.
 */
export class CrashClient {
  readonly log: LoggedCommand[] = [];
  #isOver = false;

  constructor(
    private readonly urls: () => readonly string[],
    private readonly random: Random,
  ) {}

  /** Gives up what is still being asked: whatever waits throws then. */
  giveUp(): void {
    this.#isOver = true;
  }

  /** Resolves with the first definite answer. */
  async command(method: string, path: string, body: unknown, key?: string): Promise<Answer> {
    return this.settle(this.#note(method, path, body, key));
  }

  /** Asks once, and leaves it at that. */
  async attempt(method: string, path: string, body: unknown, key: string): Promise<Answer | undefined> {
    return this.#ask(this.#note(method, path, body, key));
  }

  /** Asks until there is a definite answer; also what was given up after one attempt. */
  async settle(command: LoggedCommand): Promise<Answer> {
    for (;;) {
      const answer = await this.#ask(command);
      if (answer !== undefined) return answer;
      await this.#pause();
    }
  }

  /** Reads something; not written down. */
  async read(method: 'GET' | 'POST', path: string, body?: unknown): Promise<Record<string, unknown>> {
    for (;;) {
      const answer = await this.#send(method, path, body, {});
      if (answer?.status === 200) return answer.body;
      assert.ok(answer === undefined, `${method} ${path} answered ${JSON.stringify(answer)}`);
      await this.#pause();
    }
  }

  /** What a search finds, at most 1,000. */
  async search(path: string, filter: Record<string, unknown>): Promise<readonly Record<string, unknown>[]> {
    const found = await this.read('POST', path, { filter, page: { limit: 1_000 } });
    return found['items'] as readonly Record<string, unknown>[];
  }

  async #ask(command: LoggedCommand): Promise<Answer | undefined> {
    const { method, path, body, key } = command;
    const isSent = this.urls().length > 0;
    const answer = await this.#send(method, path, body, key === undefined ? {} : { 'Idempotency-Key': key });
    if (answer === undefined) command.unknown += isSent ? 1 : 0;
    else command.answer ??= { status: answer.status, body: answer.body };
    return answer;
  }

  /** Undefined when it does not tell whether anything was done. @throws AssertionError for a fault of the server's */
  async #send(
    method: string,
    path: string,
    body: unknown,
    headers: Record<string, string>,
  ): Promise<Answer | undefined> {
    const urls = this.urls();
    if (urls.length === 0) return undefined;
    let answer: Answer;
    try {
      const asking = send(this.random.from(urls), method, path, body, headers);
      answer = await Promise.race([asking, this.#tooLate(asking)]);
    } catch (error) {
      if (error instanceof SyntaxError) throw error;
      return undefined;
    }
    const { status, body: said } = answer;
    assert.ok(status < 500 || status === 503, `${method} ${path} answered ${status} ${JSON.stringify(said)}`);
    const isUndecided = status === 503 || status === 429 || said['code'] === 'idempotency-key-in-flight';
    return isUndecided ? undefined : answer;
  }

  async #tooLate(asking: Promise<unknown>): Promise<never> {
    const timeOut = new AbortController();
    const stop = (): void => timeOut.abort();
    asking.then(stop, stop);
    await sleep(answerWithinMs, undefined, { signal: timeOut.signal });
    throw new Error('no answer');
  }

  /** @throws Error once it has been told to give up */
  assertGoingOn(): void {
    if (this.#isOver) throw new Error('The client has given up.');
  }

  async #pause(): Promise<void> {
    this.assertGoingOn();
    await sleep(pauseMs);
  }

  #note(method: string, path: string, body: unknown, key: string | undefined): LoggedCommand {
    const command: LoggedCommand = { method, path, body, key, unknown: 0, answer: undefined };
    this.log.push(command);
    return command;
  }
}
