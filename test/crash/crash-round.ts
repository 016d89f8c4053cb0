import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { randomOf } from '../fuzz/random.js';
import { readTables } from '../support/read-tables.js';
import { freePort } from '../support/services/temporary-server.js';
import { CrashClient } from './crash-client.js';
import { CrashCluster } from './crash-cluster.js';
import { takeServicesAway } from './crash-faults.js';
import { CrashLoad, type LoadSummary } from './crash-load.js';
import { writeModels } from './crash-models.js';
import { assertNothingLostOrTwice } from './crash-oracle.js';
import type { CrashOptions } from './crash-options.js';
import { type CrashServices, startCrashServices } from './crash-services.js';

/** How long it may take until all that was begun has ended, once nothing fails any more. A queue puts again what it has lost after 30 s, then 60. */
const drainWithinMs = { none: 120_000, redis: 180_000, postgres: 180_000 } as const;

/** A stuck round, on a machine however busy: on one that has nothing else to do the faults are over after half a minute. */
const faultsWithinMs = 600_000;

/** What a round has been through. */
export interface RoundReport {
  readonly commands: number;
  /** Definite answers in a second while there were faults. */
  readonly answersPerSecond: number;
  /** Attempts after which the client did not know whether the command was done. */
  readonly unknown: number;
  readonly orders: number;
  readonly deaths: ReadonlyMap<string, number>;
  readonly faults: readonly string[];
  readonly drainMs: number;
}

/** A round has found something. Its folder is left: database, logs of each process, what the client knows. */
export class RoundFailed extends Error {
  override readonly name = 'RoundFailed';
}

/**
 * Plays load and faults, starts everything again, lets it drain, and checks it.
 * @throws RoundFailed
 * @throws ServiceMissing where this machine cannot play it
 */
export async function playRound(options: CrashOptions): Promise<RoundReport> {
  const folder = await mkdtemp(join(tmpdir(), 'throughline-crash-'));
  let services: CrashServices | undefined;
  let isKept = false;
  try {
    services = await startCrashServices(options, folder);
    return await playWith(services, options, folder);
  } catch (error) {
    if (!(error instanceof RoundFailed)) throw error;
    isKept = true;
    await keepEvidence(services, folder);
    throw error;
  } finally {
    await services?.close();
    if (!isKept) await rm(folder, { recursive: true, force: true });
  }
}

async function playWith(
  services: CrashServices,
  options: CrashOptions,
  folder: string,
): Promise<RoundReport> {
  const random = randomOf(options.seed);
  const files = await writeModels(folder);
  const ports = [await freePort()];
  if (options.database === 'postgres') ports.push(await freePort());
  const cluster = new CrashCluster({ crash: options, services, files, folder, random, ports });
  const client = new CrashClient(() => cluster.urls(), random);
  try {
    cluster.begin();
    const calm = new AbortController();
    const loadedFrom = performance.now();
    const working = new CrashLoad(client, random, options.clients).run(calm.signal);
    const faulting = Promise.all([
      takeServicesAway(services, random, options.redisAwayMs),
      ...cluster.members.map(({ hasDiedAsPlanned }) => hasDiedAsPlanned),
    ]);
    const stuck = limit(faultsWithinMs, 'the planned faults to be over');
    await Promise.race([faulting, stuck.passed, working, cluster.trouble.then(throwIt)]);
    const [faults] = await faulting;
    stuck.cancel();
    calm.abort();
    const answered = client.log.filter(({ answer }) => answer !== undefined).length;
    const answersPerSecond = (answered * 1_000) / (performance.now() - loadedFrom);
    // Everything is started once more, and nothing fails from here on.
    await Promise.all(cluster.members.map((member) => member.kill()));
    const drainedFrom = performance.now();
    const load = await drained(working, cluster, drainWithinMs[options.queue]);
    const drainMs = performance.now() - drainedFrom;
    await assertNothingLostOrTwice({
      client,
      load,
      databaseUrl: services.databaseUrl,
      callsFile: files.callsFile,
    });
    return {
      commands: client.log.length,
      answersPerSecond,
      unknown: client.log.reduce((sum, { unknown }) => sum + unknown, 0),
      orders: load.ended.get('order')?.length ?? 0,
      deaths: cluster.deaths(),
      faults,
      drainMs,
    };
  } catch (error) {
    client.giveUp();
    await writeFile(join(folder, 'client-log.json'), JSON.stringify(client.log, null, 1));
    throw new RoundFailed(
      `${options.database}, queue ${options.queue}, seed ${options.seed} failed; see ${folder}`,
      { cause: error },
    );
  } finally {
    await cluster.end();
  }
}

async function drained(
  working: Promise<LoadSummary>,
  cluster: CrashCluster,
  withinMs: number,
): Promise<LoadSummary> {
  const late = limit(withinMs, 'everything to come to its end');
  try {
    return await Promise.race([working, late.passed, cluster.trouble.then(throwIt)]);
  } finally {
    late.cancel();
  }
}

/** Rejects when the time has passed, unless it is canceled. */
function limit(ms: number, what: string): { readonly passed: Promise<never>; cancel(): void } {
  const stop = new AbortController();
  const passed = sleep(ms, undefined, { signal: stop.signal }).then(() => {
    throw new Error(`Expected ${what} within ${ms} ms.`);
  });
  passed.catch(() => {});
  return { passed, cancel: () => stop.abort() };
}

/** A private PostgreSQL goes with its folder, so that its rows are kept as text. */
async function keepEvidence(services: CrashServices | undefined, folder: string): Promise<void> {
  if (services === undefined) return;
  const tables = await readTables(services.databaseUrl).catch((error: unknown) => ({ error: String(error) }));
  await writeFile(join(folder, 'tables.json'), JSON.stringify(tables, null, 1));
}

function throwIt(error: Error): never {
  throw error;
}
