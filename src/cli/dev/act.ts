import type { Client } from '../../client/create-client.js';
import { CommandFailed, UsageError } from '../command.js';
import { readPages } from '../pages.js';
import { readTree } from '../read-tree.js';
import type { Wait } from '../waits.js';
import { type OpenWait, openWaits, waitsNamed } from './open-waits.js';
import type { TypedLine } from './typed-line.js';

/** How long a job is held that is completed at once. */
const holdMs = 10_000;

type Acting = Exclude<TypedLine['verb'], 'show' | 'restart' | 'help' | 'quit'>;

/**
 * Does what was typed to an instance; answers what to say about it, and the instances that it has started.
 * @throws UsageError, CommandFailed, and what the client throws.
 */
export async function act(
  client: Client,
  processInstanceId: string | undefined,
  verb: Acting,
  { name, key, variables = {} }: TypedLine,
): Promise<{ readonly said: string; readonly started: readonly string[] }> {
  const waits = async () =>
    processInstanceId === undefined ? [] : openWaits(await readTree(client, processInstanceId));
  switch (verb) {
    case 'complete': {
      const { wait } = only(waitsNamed(await waits(), 'userTask', name), 'user task');
      await client.completeUserTask({ params: { userTaskId: wait.userTaskId }, body: { variables } });
      return { said: '', started: [] };
    }
    case 'job': {
      const { wait } = only(waitsNamed(await waits(), 'job', name), 'job');
      await completeJob(client, wait, variables);
      return { said: '', started: [] };
    }
    case 'timer': {
      const { wait, ...place } = only(waitsNamed(await waits(), 'timer', name), 'timer');
      const params = { processInstanceId: place.processInstanceId, timerId: wait.timerId };
      await client.triggerTimer({ params });
      return { said: '', started: [] };
    }
    case 'message': {
      if (name === undefined) throw new UsageError('Expected message NAME.');
      const waiting = (await waits())
        .map(({ wait }) => wait)
        .find((wait) => wait.kind === 'message' && wait.name === name);
      const correlationKey = key ?? keyOf(waiting);
      const body = { name, variables, ...(correlationKey === undefined ? {} : { correlationKey }) };
      const { outcome, processInstanceIds } = await client.publishMessage({ body });
      return { said: outcome, started: outcome === 'started' ? processInstanceIds : [] };
    }
    case 'signal': {
      if (name === undefined) throw new UsageError('Expected signal NAME.');
      const { subscriptions, startedProcessInstances: started } = await client.broadcastSignal({
        body: { name, variables },
      });
      return { said: `${subscriptions} waited for it`, started };
    }
    case 'retry': {
      const filter = { processInstanceId: processInstanceId ?? '-', resolvedAt: { $exists: false } };
      const { items } = await readPages((page) => client.searchIncidents({ body: { filter, page } }), {
        all: true,
      });
      for (const { incidentId } of items) await client.resolveIncident({ params: { incidentId } });
      return { said: items.length === 0 ? 'there is no incident' : '', started: [] };
    }
  }
}

function keyOf(wait: Wait | undefined): string | undefined {
  return wait?.kind === 'message' ? wait.correlationKey : undefined;
}

/** Takes the job as a worker does, so that no other has it. */
async function completeJob(
  client: Client,
  { jobId }: { readonly jobId: string },
  variables: NonNullable<TypedLine['variables']>,
): Promise<void> {
  const { items } = await client.searchJobs({ body: { filter: { jobId } } });
  const jobs = items.map(({ fence }) => ({ jobId, fence }));
  if (jobs.length === 0) throw new CommandFailed('Expected a job but it has ended meanwhile.');
  const locked = await client.lockJobs({ body: { jobs, worker: 'throughline dev', timeoutMs: holdMs } });
  const [job] = locked.jobs;
  if (job === undefined)
    throw new CommandFailed('Expected a job that nobody is at but a worker has it, or no tries are left.');
  await client.completeJob({ params: { jobId }, body: { fence: job.fence, variables } });
}

function only<One extends OpenWait>(found: readonly One[], what: string): One {
  const [one, ...others] = found;
  if (one !== undefined && others.length === 0) return one;
  const names = found
    .map(({ elementId, identity }) => `${elementId} (${identity.split(' ').at(-1)})`)
    .join(', ');
  throw new CommandFailed(`Expected one ${what} of that name but found ${names === '' ? 'none' : names}.`);
}
