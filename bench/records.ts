/**
 * What is kept of a command beside its effect: an entry of the journal, which history, events and webhooks are read from, and one of the audit
 * log. Neither can be turned off, so they are left out here, by a store that does not write them. Commands go through the runtime, on SQLite.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AuditOrigin } from '../src/platform/audit-origin.js';
import { systemClock } from '../src/platform/clock.js';
import { silentLogger } from '../src/platform/logger.js';
import { createRuntime } from '../src/runtime/create-runtime.js';
import { idOf } from '../src/runtime/ids.js';
import type { Outcome } from '../src/runtime/outcome.js';
import type { Store, Transaction } from '../src/runtime/ports.js';
import type { RequestContext, Runtime } from '../src/runtime/runtime.js';
import { openStore } from '../src/store/open-store.js';
import { cpuMs } from './cpu-time.js';
import { medianOf } from './median-of.js';
import { benchProcesses } from './server/bench-processes.js';
import type { Table } from './table.js';

const rounds = 5;
const instances = 1_000;
const atOnce = 64;

interface Kept {
  readonly journal: boolean;
  readonly audit: boolean;
}

const kinds: Readonly<Record<string, Kept>> = {
  'journal and audit log': { journal: true, audit: true },
  'journal alone': { journal: true, audit: false },
  'audit log alone': { journal: false, audit: true },
  neither: { journal: false, audit: false },
};

/** The processor time of a journey of two commands, which somebody starts and completes the user task of. */
export async function run(): Promise<readonly Table[]> {
  const benches = await Promise.all(
    Object.entries(kinds).map(async ([name, kept]) => ({ name, ...(await open(kept)) })),
  );
  const measured = new Map<string, number[]>(benches.map(({ name }) => [name, []]));
  for (const { journeys } of benches) await journeys();
  for (let round = 0; round < rounds; round += 1)
    for (const { name, journeys } of benches) measured.get(name)?.push(await journeys());
  for (const { close } of benches) await close();
  const [whole = []] = measured.values();
  return [
    {
      title: `Start and complete a user task: ${instances} instances, ${rounds} rounds in turn, medians`,
      columns: ['kept of it', 'µs of processor time', 'of the whole'],
      rows: [...measured].map(([name, runs]) => [
        name,
        Math.round(medianOf(runs)),
        `${Math.round(medianOf(runs.map((run, round) => run / (whole[round] ?? NaN))) * 100)} %`,
      ]),
      notes: ['Each in a file of its own; the time is that of the process, SQLite and its flushes included.'],
    },
  ];
}

async function open({ journal, audit }: Kept) {
  const folder = mkdtempSync(join(tmpdir(), 'throughline-bench-'));
  const databaseUrl = `sqlite:${join(folder, 'throughline.db')}`;
  const store = await openStore({ databaseUrl, logger: silentLogger });
  const runtime = createRuntime({
    store: journal ? withTransactions(store, {}) : withTransactions(store, { journal: noJournal }),
    clock: systemClock,
    logger: silentLogger,
  });
  const content = benchProcesses['one-user-task'] ?? '';
  const contextOf = (operation: string): RequestContext => ({
    tenantId: 'default',
    actor: 'bench',
    ...(audit && { audit: { ...origin, operation } }),
  });
  value(await runtime.deploy(contextOf('deploy'), { resources: [{ name: 'one-user-task.bpmn', content }] }));
  return {
    journeys: () => journeys(runtime, contextOf),
    async close() {
      await runtime.stop();
      await store.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

const origin: Omit<AuditOrigin, 'operation'> = {
  principalId: 'key:tl_00000000000000000000',
  principalName: 'bench',
  principalKind: 'api-key',
  targets: {},
  sourceAddress: '127.0.0.1',
  requestId: 'the-request-of-the-benchmark',
};

const noJournal: Transaction['journal'] = { append: () => undefined };

/** The store with other parts in its transactions. Both kinds are looked at through it, so that looking costs both the same. */
function withTransactions(store: Store, parts: Partial<Transaction>): Store {
  return replaced(store, {
    transact: (work, options) => store.transact((tx) => work(replaced(tx, parts)), options),
  });
}

function replaced<Whole extends object>(whole: Whole, parts: Partial<Whole>): Whole {
  return new Proxy(whole, {
    get(_, name) {
      if (Object.hasOwn(parts, name)) return Reflect.get(parts, name) as unknown;
      const found: unknown = Reflect.get(whole, name, whole);
      return typeof found === 'function' ? (found.bind(whole) as unknown) : found;
    },
  });
}

/** Microseconds of processor time for each. */
async function journeys(runtime: Runtime, contextOf: (operation: string) => RequestContext): Promise<number> {
  const [starts, completes] = [contextOf('startProcessInstance'), contextOf('completeUserTask')];
  let left = instances;
  const before = cpuMs();
  const loop = async (): Promise<void> => {
    while (left-- > 0) {
      const variables = { customer: 'c-1', amount: 120, channel: 'mobile' };
      const { processInstanceId } = value(
        await runtime.startProcessInstance(starts, { bpmnProcessId: 'one-user-task', variables }),
      );
      // The third that the instance has made: the start event, the task, and what is to be done for it.
      value(await runtime.completeUserTask(completes, idOf(processInstanceId, 3), {}));
    }
  };
  await Promise.all(Array.from({ length: atOnce }, loop));
  return ((cpuMs() - before) * 1_000) / instances;
}

function value<T>(outcome: Outcome<T>): T {
  if (!outcome.ok) throw new Error(outcome.problem.detail);
  return outcome.value;
}
