import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Failpoint } from '../../src/platform/failpoints.js';

/** Where a process is to end: at the n-th passage of a point. */
export interface CrashPoint {
  readonly point: Failpoint;
  readonly nth: number;
}

/** How one life of a process is to end: at a point, or so long after it was ready. */
export type PlannedEnd = CrashPoint | { readonly afterMs: number };

/** A process that has started. */
export interface Running {
  /** Of a server. */
  readonly url?: string;
  readonly ended: Promise<unknown>;
  output(): string;
  kill(): Promise<unknown>;
}

export const preload = join(import.meta.dirname, 'kill-at-failpoint.mjs');

const killedAt = /^killed at (\S+)$/m;
const startAgainMs = 300;
const startsMax = 8;
/** A point that is not passed in that time is not waited for. */
const passedWithinMs = 60_000;

/** A server or worker that is started again whenever it has ended, until it is told to end for good. */
export class CrashMember {
  /** Where each of its lives ended: at a failpoint, or at a moment that chance chose. */
  readonly deaths: (Failpoint | 'random')[] = [];
  /** Resolves when all planned ends have come. From then on it lives until it is killed. */
  readonly hasDiedAsPlanned: Promise<void>;
  #running: Running | undefined;
  #life: Promise<void> | undefined;
  #isOver = false;
  #failedStarts = 0;
  #planIsDone: () => void = () => {};

  constructor(
    private readonly options: {
      readonly name: string;
      /** For the output of each life. */
      readonly folder: string;
      readonly plan: readonly PlannedEnd[];
      readonly start: (crash: CrashPoint | undefined) => Promise<Running>;
      /** Told of what keeps it from starting. */
      readonly onTrouble: (error: Error) => void;
    },
  ) {
    this.hasDiedAsPlanned = new Promise((resolve) => {
      this.#planIsDone = resolve;
    });
  }

  /** Where it answers; undefined while it does not. */
  get url(): string | undefined {
    return this.#running?.url;
  }

  begin(): void {
    this.#life = this.#live();
  }

  /** Ends it at this moment; it starts again. */
  async kill(): Promise<void> {
    await this.#running?.kill();
  }

  /** Ends it for good. */
  async end(): Promise<void> {
    this.#isOver = true;
    await this.kill();
    await this.#life;
  }

  async #live(): Promise<void> {
    const { plan } = this.options;
    for (let life = 0; !this.#isOver;) {
      if (life >= plan.length) this.#planIsDone();
      const planned = plan[life];
      const running = await this.#start(planned !== undefined && 'point' in planned ? planned : undefined);
      // It may have reached its point before it was ready; what keeps it from starting at all is no end that was planned.
      if (running !== undefined || this.deaths.at(-1) !== 'random') life += 1;
      if (running === undefined) continue;
      this.#running = running;
      await this.#lived(running, planned);
      this.#running = undefined;
      await this.#ended(running.output());
    }
  }

  async #lived(running: Running, planned: PlannedEnd | undefined): Promise<void> {
    if (this.#isOver) await running.kill();
    if (planned === undefined) {
      await running.ended;
      return;
    }
    const waiting = new AbortController();
    const limitMs = 'afterMs' in planned ? planned.afterMs : passedWithinMs;
    const late = sleep(limitMs, undefined, { signal: waiting.signal }).catch(() => {});
    await Promise.race([running.ended, late]);
    waiting.abort();
    await running.kill();
  }

  /** Undefined when it ended before it was ready: at a failpoint, or because the database is away. */
  async #start(crash: CrashPoint | undefined): Promise<Running | undefined> {
    try {
      const running = await this.options.start(crash);
      this.#failedStarts = 0;
      return running;
    } catch (error) {
      const said = error instanceof Error ? error.message : String(error);
      await this.#ended(said);
      if (killedAt.test(said)) return undefined;
      this.#failedStarts += 1;
      if (this.#failedStarts >= startsMax)
        this.options.onTrouble(new Error(`${this.options.name} does not start:\n${said}`));
      await sleep(startAgainMs);
      return undefined;
    }
  }

  async #ended(output: string): Promise<void> {
    const point = killedAt.exec(output)?.[1] as Failpoint | undefined;
    this.deaths.push(point ?? 'random');
    await writeFile(join(this.options.folder, `${this.options.name}-${this.deaths.length}.log`), output);
  }
}
