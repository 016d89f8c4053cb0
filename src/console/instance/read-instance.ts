import type {
  ElementInstance,
  Found,
  HistoryEntry,
  Incident,
  Job,
  ProcessInstance,
  Timer,
  UserTask,
  Variables,
} from '../answers.js';
import { read, search, whereAllowed } from '../api.js';
import { readAll, type Beginning } from '../read-all.js';
import { openSubscriptions, type Subscription } from './open-subscriptions.js';

const searchLimit = 200;

/** Everything that the page shows of one instance. */
export interface InstanceState {
  readonly instance: ProcessInstance;
  readonly steps: Beginning<ElementInstance>;
  readonly incidents: readonly Incident[];
  /** Absent for whoever may not see them. */
  readonly variables: Variables['variables'] | undefined;
  readonly waits: Waits;
  /** What the caller may not see, in words. */
  readonly hidden: readonly string[];
}

/** What an instance waits for. */
export interface Waits {
  readonly userTasks: readonly UserTask[];
  readonly jobs: readonly Job[];
  readonly subscriptions: readonly Subscription[];
  readonly timers: readonly Timer[];
  readonly called: readonly ProcessInstance[];
}

/** With what of it the caller may not see. */
type ReadWaits = Waits & Pick<InstanceState, 'hidden'>;

const noWaits: ReadWaits = {
  ...{ userTasks: [], jobs: [], subscriptions: [], timers: [], called: [] },
  hidden: [],
};

/** Reads what the REST interface tells about an instance, as far as the caller may see it. Throws as `read` does. */
export async function readInstance(processInstanceId: string, signal: AbortSignal): Promise<InstanceState> {
  const path = `/v1/process-instances/${encodeURIComponent(processInstanceId)}`;
  const openIncidents = { processInstanceId, resolvedAt: { $exists: false } };
  const [instance, steps, incidents, variables] = await Promise.all([
    read<ProcessInstance>(path, signal),
    readAll<ElementInstance>(`${path}/element-instances`, signal),
    whereAllowed(searchOpen<Incident>('incidents', openIncidents, signal)),
    whereAllowed(read<Variables>(`${path}/variables`, signal)),
  ]);
  const { hidden, ...waits } =
    instance.state === 'active' ? await readWaits(path, instance, steps.items, signal) : noWaits;
  return {
    ...{ instance, steps, waits },
    incidents: incidents ?? [],
    variables: variables?.variables,
    hidden: [...absent({ incidents, variables }), ...hidden],
  };
}

/** The names of what could not be read. */
function absent(parts: Readonly<Record<string, unknown>>): readonly string[] {
  return Object.keys(parts).filter((name) => parts[name] === undefined);
}

async function readWaits(
  path: string,
  { processInstanceId }: ProcessInstance,
  steps: readonly ElementInstance[],
  signal: AbortSignal,
): Promise<ReadWaits> {
  const [userTasks, jobs, history, { items: timers }, called] = await Promise.all([
    whereAllowed(searchOpen<UserTask>('user-tasks', { processInstanceId, state: 'created' }, signal)),
    whereAllowed(searchOpen<Job>('jobs', { processInstanceId, state: { $neq: 'failed' } }, signal)),
    readAll<HistoryEntry>(`${path}/history`, signal),
    read<{ readonly items: readonly Timer[] }>(`${path}/timers`, signal),
    searchOpen<ProcessInstance>(
      'process-instances',
      { parentProcessInstanceId: processInstanceId, state: 'active' },
      signal,
    ),
  ]);
  const ended = new Set(
    steps.filter(({ state }) => state !== 'active').map((step) => step.elementInstanceId),
  );
  const subscriptions = openSubscriptions(history.items, (id) => ended.has(id));
  return {
    ...{ userTasks: userTasks ?? [], jobs: jobs ?? [], subscriptions, timers, called },
    hidden: absent({ 'user tasks': userTasks, jobs }),
  };
}

async function searchOpen<Item>(what: string, filter: object, signal: AbortSignal): Promise<readonly Item[]> {
  const body = { filter, page: { limit: searchLimit } };
  return (await search<Found<Item>>(`/v1/${what}/search`, body, signal)).items;
}
