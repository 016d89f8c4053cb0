import type { Failpoint } from '../../src/platform/failpoints.js';
import type { Random } from '../fuzz/random.js';
import { failpointsModule } from '../support/program.js';
import { startServerProcess } from '../support/server-process.js';
import { startWorkerProcess } from '../support/worker-process.js';
import { CrashMember, type CrashPoint, type PlannedEnd, preload, type Running } from './crash-member.js';
import type { CrashFiles } from './crash-models.js';
import type { CrashOptions } from './crash-options.js';
import type { CrashServices } from './crash-services.js';

/** Passages before a process ends: some end soon after their start, some later. */
const passages = { least: 5, more: 40 } as const;
/** Points that are passed less often than a commit is: few, so that each round comes to them. */
const passagesOfJobs = { least: 1, more: 3 } as const;
const randomEndMs = { least: 50, more: 3_000 } as const;
/** A job that a dead process held is another's after that. */
const leaseMs = 2_000;

/** The servers and workers of a round: two servers on PostgreSQL, one on SQLite; a worker where there is a queue. */
export class CrashCluster {
  readonly servers: readonly CrashMember[];
  readonly workers: readonly CrashMember[];
  /** Resolves with what keeps a member from starting. */
  readonly trouble: Promise<Error>;
  #say: (error: Error) => void = () => {};

  constructor(
    private readonly options: {
      readonly crash: CrashOptions;
      readonly services: CrashServices;
      readonly files: CrashFiles;
      readonly folder: string;
      readonly random: Random;
      /** Where each server answers, in all of its lives. */
      readonly ports: readonly number[];
    },
  ) {
    const { crash } = options;
    this.trouble = new Promise((resolve) => {
      this.#say = resolve;
    });
    const hasWorkers = crash.queue !== 'none';
    const points: readonly Failpoint[] = [
      'before-commit',
      'after-commit',
      'before-answer',
      hasWorkers ? 'before-relay' : 'before-report',
    ];
    this.servers = options.ports.map((port, index) => {
      // Two servers share the points, so that a round is no longer.
      const own = points.filter((_point, place) => place % options.ports.length === index);
      return this.#member(`server-${index + 1}`, own, (at) => this.#startServer(port, at));
    });
    this.workers = hasWorkers
      ? [this.#member('worker-1', ['before-report'], (at) => this.#startWorker(at))]
      : [];
  }

  get members(): readonly CrashMember[] {
    return [...this.servers, ...this.workers];
  }

  /** Where requests may be sent now. */
  urls(): readonly string[] {
    return this.servers.flatMap(({ url }) => (url === undefined ? [] : [url]));
  }

  begin(): void {
    for (const member of this.members) member.begin();
  }

  async end(): Promise<void> {
    await Promise.all(this.members.map((member) => member.end()));
  }

  /** How often members have ended, and where. */
  deaths(): ReadonlyMap<Failpoint | 'random', number> {
    const counts = new Map<Failpoint | 'random', number>();
    for (const where of this.members.flatMap(({ deaths }) => deaths))
      counts.set(where, (counts.get(where) ?? 0) + 1);
    return counts;
  }

  /** One that ends once at each point, and once at any moment, in an order that chance chooses. */
  #member(
    name: string,
    points: readonly Failpoint[],
    start: (at: CrashPoint | undefined) => Promise<Running>,
  ): CrashMember {
    const { folder, random, crash } = this.options;
    if (crash.kills > 0) {
      const members = this.options.ports.length + (crash.queue === 'none' ? 0 : 1);
      const plan = Array.from({ length: Math.ceil(crash.kills / members) }, () => this.#randomEnd());
      return new CrashMember({ name, folder, plan, start, onTrouble: (error) => this.#say(error) });
    }
    const left: PlannedEnd[] = points.map((point) => {
      const isOfJobs = point === 'before-relay' || point === 'before-report';
      const { least, more } = isOfJobs ? passagesOfJobs : passages;
      return { point, nth: least + random.pick(more) };
    });
    left.push(this.#randomEnd());
    const plan: PlannedEnd[] = [];
    while (left.length > 0) plan.push(...left.splice(random.pick(left.length), 1));
    return new CrashMember({ name, folder, plan, start, onTrouble: (error) => this.#say(error) });
  }

  #randomEnd(): PlannedEnd {
    return { afterMs: randomEndMs.least + this.options.random.pick(randomEndMs.more) };
  }

  #env(at: CrashPoint | undefined): Record<string, string> {
    const { services, files, folder, crash } = this.options;
    return {
      ...services.env,
      PROCESSES_DIR: files.processesDir,
      HANDLERS_DIR: files.handlersDir,
      // Nobody is called, and no process is started for it.
      BACKEND_URL: 'http://127.0.0.1:9',
      OUTBOX_DIR: `${folder}/outbox`,
      JOBS_IN_SERVER: String(crash.queue === 'none'),
      JOB_LEASE_MS: String(leaseMs),
      LOG_LEVEL: 'warn',
      ...(at === undefined ? {} : { CRASH_AT: `${at.point}:${at.nth}`, FAILPOINTS: failpointsModule }),
    };
  }

  async #startServer(port: number, at: CrashPoint | undefined): Promise<Running> {
    const server = await startServerProcess({
      env: { ...this.#env(at), PORT: String(port) },
      preload: at === undefined ? [] : [preload],
    });
    const { url, ended, output } = server;
    return { url, ended, output, kill: () => server.end('SIGKILL') };
  }

  async #startWorker(at: CrashPoint | undefined): Promise<Running> {
    // On SQLite it reports over REST.
    const url = `http://127.0.0.1:${this.options.ports[0]}`;
    const worker = await startWorkerProcess(
      ['--server', url],
      this.#env(at),
      at === undefined ? [] : [preload],
    );
    const { ended, output } = worker;
    return { ended, output, kill: () => worker.end('SIGKILL') };
  }
}
