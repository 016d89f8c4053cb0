import { createDatabase } from './bench-database.js';
import type { BenchOptions } from './bench-options.js';
import type { Workload } from './bench-workloads.js';
import { type Company, keepCompany } from './company.js';
import { seed } from './seed.js';
import { startServer } from './server-under-test.js';

/** What one run of a workload came to. */
export interface WorkloadOutcome {
  /** One for each figure. */
  readonly values: readonly number[];
  /** Processor time of the server process, all its threads, per instance, message or timer. */
  readonly cpuMicros: number;
  readonly mostResidentMb: number;
  /** With an identity: what others were told meanwhile. */
  readonly company?: Company;
}

/** Runs it once, on a database and a server process of its own. `identity`: with what a server in production has besides. */
export async function runWorkload(
  workload: Workload,
  { db, queue, scale, waiting }: BenchOptions,
  { identity = false }: { readonly identity?: boolean } = {},
): Promise<WorkloadOutcome> {
  const database = await createDatabase(db);
  try {
    if (waiting > 0) await seedWaiting(database.databaseUrl, waiting);
    await workload.prepare?.(database, scale);
    const server = await startServer(database, { db, queue, identity });
    const company = server.operator && (await keepCompany(server.operator));
    await workload.warmUp?.(server, scale);
    const cpuBefore = server.cpuMs();
    const { values, units } = await workload.run(server, scale);
    const cpuMicros = Math.round(((server.cpuMs() - cpuBefore) / units) * 1000);
    const mostResidentMb = server.mostResidentMb();
    const kept = company?.end();
    await server.stop();
    return { values, cpuMicros, mostResidentMb, ...(kept && { company: kept }) };
  } finally {
    await database.remove();
  }
}

/** Instances that wait for something else and have to be no hindrance. */
function seedWaiting(databaseUrl: string, count: number): Promise<void> {
  const variables = (n: number) => ({ customer: `waiting-${n}`, amount: n });
  return seed(databaseUrl, {
    bpmnProcessId: 'one-message',
    count,
    variables,
    businessKey: (n) => `order-${n}`,
  });
}
