import type { Clock } from '../../../src/platform/clock.js';
import { createInProcessJobDriver } from '../../../src/jobs/in-process-job-driver.js';
import type { JobHandler } from '../../../src/jobs/job-handler.js';
import { registerHandlers } from '../../../src/jobs/job-registration.js';
import type { JobQueue } from '../../../src/jobs/queue/job-queue.js';
import { JobRelay } from '../../../src/jobs/queue/job-relay.js';
import type { Logger } from '../../../src/platform/logger.js';
import { createRuntime } from '../../../src/runtime/create-runtime.js';
import type { Store } from '../../../src/runtime/ports.js';
import type { RequestContext, Runtime } from '../../../src/runtime/runtime.js';
import type { Random } from '../../fuzz/random.js';
import { SimulatedStore, type Weather } from './simulated-store.js';

const leaseMs = 2_000;
const pollMs = 1_000;

export interface NodeParts {
  readonly store: Store;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly random: Random;
  readonly queue: JobQueue;
  readonly context: RequestContext;
  /** Of this node. */
  readonly worker: string;
  /** Does the jobs of type `own` on this node; those of type `outside` go by the queue. */
  readonly handler: JobHandler;
}

/** A server: the runtime, its loops, a driver of jobs and the relay to the queue, over a store that may fail it. */
export class SimulatedNode {
  readonly runtime: Runtime;
  readonly #store: SimulatedStore;
  readonly #stop: () => Promise<unknown>;

  constructor({ store, clock, logger, random, queue, context, worker, handler }: NodeParts) {
    this.#store = new SimulatedStore(store, random);
    const randomBytes = (size: number) => Uint8Array.from({ length: size }, () => random.pick(256));
    const runtime = createRuntime({ store: this.#store.store, clock, logger, randomBytes });
    this.runtime = runtime;
    runtime.start();
    const driver = createInProcessJobDriver({
      source: runtime,
      registrations: registerHandlers([
        { type: 'own', handler, backoff: { initialMs: 100, maxMs: 500 }, timeoutMs: 4 * leaseMs },
      ]),
      identity: { context, worker },
      clock,
      logger,
      random: () => random.pick(1_000) / 1_000,
      leaseMs,
      pollMs,
    });
    driver.start();
    const relay = new JobRelay({ source: runtime, queue, context, types: ['outside'], clock, logger });
    relay.start();
    this.#stop = () => Promise.all([driver.stop(0), relay.stop(), runtime.stop()]);
  }

  set weather(weather: Weather) {
    this.#store.weather = weather;
  }

  get isDead(): boolean {
    return this.#store.isDead;
  }

  /** Units of work and reads that have not been answered. */
  get underWay(): number {
    return this.#store.underWay;
  }

  /** Nobody is told anything any more, and nothing is done: now, or on that side of the next commit. */
  kill(when: 'now' | 'before' | 'after'): void {
    if (when === 'now') this.#store.isDead = true;
    else this.#store.diesAtCommit = when;
  }

  /** Ends what goes on in this process: it does nothing to the database when the node is dead. */
  stop(): Promise<unknown> {
    return this.#stop();
  }
}
