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
import { read, search } from '../api.js';
import { readAll, type Beginning } from '../read-all.js';
import { openSubscriptions, type Subscription } from './open-subscriptions.js';

const searchLimit = 200;

/** Everything that the page shows of one instance. */
export interface InstanceState {
  readonly instance: ProcessInstance;
  readonly steps: Beginning<ElementInstance>;
  readonly incidents: readonly Incident[];
  readonly variables: Variables['variables'];
  readonly waits: Waits;
}

/** What an instance waits for. */
export interface Waits {
  readonly userTasks: readonly UserTask[];
  readonly jobs: readonly Job[];
  readonly subscriptions: readonly Subscription[];
  readonly timers: readonly Timer[];
  readonly called: readonly ProcessInstance[];
}

const noWaits: Waits = { userTasks: [], jobs: [], subscriptions: [], timers: [], called: [] };

/** Reads what the REST interface tells about an instance. Throws as `read` does. */
export async function readInstance(processInstanceId: string, signal: AbortSignal): Promise<InstanceState> {
  const path = `/v1/process-instances/${encodeURIComponent(processInstanceId)}`;
  const [instance, steps, incidents, { variables }] = await Promise.all([
    read<ProcessInstance>(path, signal),
    readAll<ElementInstance>(`${path}/element-instances`, signal),
    searchOpen<Incident>('incidents', { processInstanceId, resolvedAt: { $exists: false } }, signal),
    read<Variables>(`${path}/variables`, signal),
  ]);
  const waits = instance.state === 'active' ? await readWaits(path, instance, steps.items, signal) : noWaits;
  return { instance, steps, incidents, variables, waits };
}

async function readWaits(
  path: string,
  { processInstanceId }: ProcessInstance,
  steps: readonly ElementInstance[],
  signal: AbortSignal,
): Promise<Waits> {
  const [userTasks, jobs, history, { items: timers }, called] = await Promise.all([
    searchOpen<UserTask>('user-tasks', { processInstanceId, state: 'created' }, signal),
    searchOpen<Job>('jobs', { processInstanceId, state: { $neq: 'failed' } }, signal),
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
  return { userTasks, jobs, subscriptions, timers, called };
}

async function searchOpen<Item>(what: string, filter: object, signal: AbortSignal): Promise<readonly Item[]> {
  const body = { filter, page: { limit: searchLimit } };
  return (await search<Found<Item>>(`/v1/${what}/search`, body, signal)).items;
}
