import type { Client } from '../client/create-client.js';
import { ProblemError } from '../client/errors.js';
import type { AnswerOf } from '../client/operation-types.js';
import { readPages } from './pages.js';
import { openSubscriptions, type PlacedWait, type Wait } from './waits.js';

export type ProcessInstance = AnswerOf<'getProcessInstance'>;
type ElementInstance = AnswerOf<'listElementInstances'>['items'][number];

export interface TreeIncident {
  readonly incidentId: string;
  readonly code: string;
  readonly message: string;
}

/** An element instance with what is inside it. */
export interface ElementNode extends Omit<ElementInstance, 'incidentId' | 'parentElementInstanceId'> {
  /** From 1, in a body of iterations. */
  readonly iteration?: number;
  readonly incident?: TreeIncident;
  readonly waits: readonly Wait[];
  readonly children: readonly ElementNode[];
  readonly called: readonly InstanceNode[];
}

/** A process instance with what is inside it. */
export interface InstanceNode extends ProcessInstance {
  /** What is waited for from everywhere inside: starts of event sub-processes. */
  readonly waits: readonly Wait[];
  readonly elements: readonly ElementNode[];
  /** What could not be read, or is left out, in words. */
  readonly omitted: readonly string[];
}

const bounds = { depth: 20, instances: 500, calledOfOne: 100, history: '20000', waits: '10000' } as const;

export interface TreeOptions {
  /** What has ended too. */
  readonly all?: boolean;
}

/** Reads an instance with everything that is active in it, the instances that it has called included. */
export function readTree(
  client: Client,
  processInstanceId: string,
  options: TreeOptions = {},
): Promise<InstanceNode> {
  return new TreeReader(client, options.all ?? false).read(processInstanceId, 1);
}

class TreeReader {
  private instancesRead = 0;

  constructor(
    private readonly client: Client,
    private readonly all: boolean,
  ) {}

  async read(processInstanceId: string, depth: number): Promise<InstanceNode> {
    this.instancesRead += 1;
    const params = { processInstanceId };
    const { client } = this;
    const omitted: string[] = [];
    const [instance, steps, incidents, waits] = await Promise.all([
      client.getProcessInstance({ params }),
      readPages((query) => client.listElementInstances({ params, query }), { all: true }),
      permitted('incidents', omitted, () =>
        readPages(
          (page) =>
            client.searchIncidents({
              body: { filter: { processInstanceId, resolvedAt: { $exists: false } }, page },
            }),
          { limit: bounds.waits },
        ),
      ),
      this.readWaits(processInstanceId, omitted),
    ]);
    const called = await this.readCalled(processInstanceId, depth, omitted);
    const known = new Set(steps.items.map(({ elementInstanceId }) => elementInstanceId));
    const parts: Parts = {
      all: this.all,
      steps: groupBy(steps.items, ({ parentElementInstanceId }) => parentElementInstanceId),
      incidents: new Map(incidents.map((incident) => [incident.elementInstanceId, incident])),
      waits: groupBy(waits, ({ elementInstanceId }) => elementInstanceId),
      called: groupBy(called, ({ parentElementInstanceId }) => parentElementInstanceId),
    };
    return {
      ...instance,
      waits: waits
        .filter(({ elementInstanceId: id }) => id === undefined || !known.has(id))
        .map(({ wait }) => wait),
      elements: childrenOf(undefined, parts),
      omitted,
    };
  }

  private async readWaits(processInstanceId: string, omitted: string[]): Promise<readonly PlacedWait[]> {
    const { client } = this;
    const params = { processInstanceId };
    const limit = bounds.waits;
    const [tasks, jobs, timers, history] = await Promise.all([
      permitted('user tasks', omitted, () =>
        readPages(
          (page) =>
            client.searchUserTasks({ body: { filter: { processInstanceId, state: 'created' }, page } }),
          { limit },
        ),
      ),
      permitted('jobs', omitted, () =>
        readPages((page) => client.searchJobs({ body: { filter: { processInstanceId }, page } }), { limit }),
      ),
      permitted('timers', omitted, () => client.listTimers({ params })),
      permitted('history', omitted, () =>
        readPages((query) => client.getHistory({ params, query }), { limit: bounds.history }),
      ),
    ]);
    if (history.length >= Number(bounds.history))
      omitted.push(`messages and signals of after ${history.length} commands`);
    return [
      ...tasks.map(({ elementInstanceId, userTaskId, assignee, candidateGroups, candidateUsers, dueAt }) => ({
        elementInstanceId,
        wait: {
          ...{ kind: 'userTask' as const, userTaskId, candidates: [...candidateGroups, ...candidateUsers] },
          ...(assignee === undefined ? {} : { assignee }),
          ...(dueAt === undefined ? {} : { dueAt }),
        },
      })),
      ...jobs.map(({ elementInstanceId, jobId, type, state, retries, worker, errorMessage }) => ({
        elementInstanceId,
        wait: {
          ...{ kind: 'job' as const, jobId, type, state, retries },
          ...(worker === undefined ? {} : { worker }),
          ...(errorMessage === undefined ? {} : { errorMessage }),
        },
      })),
      ...timers.map(({ elementInstanceId, ...timer }) => ({
        elementInstanceId,
        wait: { kind: 'timer' as const, ...timer },
      })),
      ...openSubscriptions(history),
    ];
  }

  private async readCalled(
    processInstanceId: string,
    depth: number,
    omitted: string[],
  ): Promise<readonly InstanceNode[]> {
    const state = this.all ? {} : { state: 'active' };
    const found = await readPages(
      (page) =>
        this.client.searchProcessInstances({
          body: {
            filter: { parentProcessInstanceId: processInstanceId, ...state },
            sort: [{ field: 'startedAt' }],
            page,
          },
        }),
      { limit: String(bounds.calledOfOne) },
    );
    const nodes: InstanceNode[] = [];
    for (const called of found.items) {
      if (depth >= bounds.depth || this.instancesRead >= bounds.instances) {
        omitted.push(`what is inside ${called.processInstanceId}`);
        nodes.push({ ...called, waits: [], elements: [], omitted: [] });
      } else {
        nodes.push(await this.read(called.processInstanceId, depth + 1));
      }
    }
    if (found.hasMore) omitted.push(`further instances that were called (${found.page.totalItems} in all)`);
    return nodes;
  }
}

interface Parts {
  readonly all: boolean;
  readonly steps: ReadonlyMap<string | undefined, readonly ElementInstance[]>;
  readonly incidents: ReadonlyMap<string, TreeIncident>;
  readonly waits: ReadonlyMap<string | undefined, readonly PlacedWait[]>;
  readonly called: ReadonlyMap<string | undefined, readonly InstanceNode[]>;
}

const bodies: readonly string[] = ['multiInstanceBody', 'loopBody'];

function childrenOf(parent: ElementInstance | undefined, parts: Parts): readonly ElementNode[] {
  const isBody = parent !== undefined && bodies.includes(parent.elementType);
  return (parts.steps.get(parent?.elementInstanceId) ?? [])
    .map((step, index) => ({ step, iteration: isBody ? { iteration: index + 1 } : {} }))
    .filter(({ step }) => parts.all || step.state === 'active')
    .map(({ step, iteration }) => {
      const { incidentId: _incidentId, parentElementInstanceId: _parent, ...shown } = step;
      const isActive = step.state === 'active';
      const incident = isActive ? parts.incidents.get(step.elementInstanceId) : undefined;
      return {
        ...shown,
        ...iteration,
        ...(incident === undefined
          ? {}
          : {
              incident: { incidentId: incident.incidentId, code: incident.code, message: incident.message },
            }),
        waits: isActive ? (parts.waits.get(step.elementInstanceId) ?? []).map(({ wait }) => wait) : [],
        children: childrenOf(step, parts),
        called: parts.called.get(step.elementInstanceId) ?? [],
      };
    });
}

/** What the caller may not read is left out, and said. */
async function permitted<Item>(
  what: string,
  omitted: string[],
  read: () => Promise<{ readonly items: readonly Item[] }>,
): Promise<readonly Item[]> {
  try {
    return (await read()).items;
  } catch (error) {
    if (!(error instanceof ProblemError) || error.status !== 403) throw error;
    omitted.push(`${what}: ${error.detail}`);
    return [];
  }
}

function groupBy<Item, Key>(
  items: readonly Item[],
  keyOf: (item: Item) => Key,
): ReadonlyMap<Key, readonly Item[]> {
  const groups = new Map<Key, Item[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group === undefined) groups.set(keyOf(item), [item]);
    else group.push(item);
  }
  return groups;
}
