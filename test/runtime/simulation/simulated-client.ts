import assert from 'node:assert/strict';
import type { Clock } from '../../../src/platform/clock.js';
import type { Outcome } from '../../../src/runtime/outcome.js';
import type { RequestContext, Runtime } from '../../../src/runtime/runtime.js';
import { onPurpose } from './simulated-store.js';

const retryMs = 150;

/** What somebody wants done once, whatever it takes. */
export interface Command {
  readonly name: string;
  /** Of the request, and its fingerprint. */
  readonly key: string;
  do(runtime: Runtime, context: RequestContext): Promise<Outcome<unknown>>;
}

/** A command, and what was answered to it: the same to each of its copies. */
export interface LoggedCommand extends Command {
  answer: Answer | undefined;
}

type Answer = { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly code: string };

export interface ClientParts {
  readonly clock: Clock;
  readonly context: RequestContext;
  /** A node that takes requests; undefined while there is none. */
  node(): Runtime | undefined;
}

/** Sends commands under a key each, one to several times at once, to any node, again and again until there is an answer. */
export class SimulatedClient {
  readonly log: LoggedCommand[] = [];
  /** Copies of commands that have no answer yet. */
  open = 0;
  /** What must not happen, and did. */
  readonly faults: unknown[] = [];
  readonly #firsts = new Map<string, number>();

  constructor(private readonly parts: ClientParts) {}

  /** @returns the answer that all copies get */
  async send(command: Command, copies = 1): Promise<Answer> {
    const logged = { ...command, answer: undefined };
    this.log.push(logged);
    const answers = await Promise.all(Array.from({ length: copies }, () => this.ask(logged)));
    return answers[0] as Answer;
  }

  /** Asks until there is an answer, which must be the one that others had to the same. */
  async ask(command: LoggedCommand): Promise<Answer> {
    this.open += 1;
    const { clock, context, node } = this.parts;
    const idempotency = { operation: command.name, key: command.key, fingerprint: command.key };
    try {
      for (;;) {
        const runtime = node();
        if (runtime) {
          const outcome = await this.#attempt(() => command.do(runtime, { ...context, idempotency }));
          if (outcome && (outcome.ok || outcome.problem.code !== 'idempotency-key-in-flight')) {
            return this.#answered(command, outcome);
          }
        }
        await new Promise<void>((resolve) => void clock.setTimer(clock.now() + retryMs, resolve));
      }
    } catch (error) {
      this.faults.push(error);
      throw error;
    } finally {
      this.open -= 1;
    }
  }

  /** @returns undefined when nobody can know what has come of it */
  async #attempt(ask: () => Promise<Outcome<unknown>>): Promise<Outcome<unknown> | undefined> {
    try {
      return await ask();
    } catch (error) {
      if (error instanceof Error && error.message.includes(onPurpose)) return undefined;
      throw error;
    }
  }

  #answered(command: LoggedCommand, outcome: Outcome<unknown>): Answer {
    const answer: Answer = outcome.ok
      ? { ok: true, value: outcome.value }
      : { ok: false, code: outcome.problem.code };
    if (!outcome.replayed) {
      const firsts = (this.#firsts.get(command.key) ?? 0) + 1;
      this.#firsts.set(command.key, firsts);
      assert.equal(firsts, 1, `Expected ${command.key} to be done once.`);
    }
    if (command.answer)
      assert.deepEqual(answer, command.answer, `Expected ${command.key} to be answered as before.`);
    command.answer = answer;
    return answer;
  }
}
