/**
 * What of a tenant a caller reaches. A kind that is absent is not narrowed; an empty list reaches nothing. Plain data: a batch keeps it.
 * The use cases and queries hold to it, each kind in one place: see `within…` below, `narrowed-runtime.ts` and the searches' `reach`.
 */
export interface Reach {
  /** Processes, any version: their definitions, instances, and everything inside of those. */
  readonly bpmnProcessIds?: readonly string[];
  readonly messageNames?: readonly string[];
  readonly signalNames?: readonly string[];
  readonly jobTypes?: readonly string[];
  /** User tasks that one of these groups may do, and those of {@link user}. */
  readonly candidateGroups?: readonly string[];
  /** The caller by the name that models and assignees use. */
  readonly user?: string;
  /** No value of a variable is shown, searched by, or written. */
  readonly withoutVariables?: true;
}

/** The part of a user task that says who may do it. */
interface TaskPlace {
  readonly assignee?: string;
  readonly candidateGroups: readonly string[];
  readonly candidateUsers: readonly string[];
}

export function isWithinProcesses(reach: Reach | undefined, bpmnProcessId: string): boolean {
  return reach?.bpmnProcessIds?.includes(bpmnProcessId) ?? true;
}

/** Decisions belong to no process: who is narrowed to processes reaches none. */
export function reachesDecisions(reach: Reach | undefined): boolean {
  return reach?.bpmnProcessIds === undefined;
}

export function isWithinMessages(reach: Reach | undefined, messageName: string): boolean {
  return reach?.messageNames?.includes(messageName) ?? true;
}

export function isWithinSignals(reach: Reach | undefined, signalName: string): boolean {
  return reach?.signalNames?.includes(signalName) ?? true;
}

export function isWithinJobs(
  reach: Reach | undefined,
  job: { readonly type: string; readonly bpmnProcessId: string },
): boolean {
  return (reach?.jobTypes?.includes(job.type) ?? true) && isWithinProcesses(reach, job.bpmnProcessId);
}

/** A batch is of many processes: who is narrowed to some reaches the batches of its own. */
export function isWithinBatches(reach: Reach | undefined, batch: { readonly actor: string }): boolean {
  return reach?.bpmnProcessIds === undefined || batch.actor === reach.user;
}

/** The same of webhooks: each tells what its creator reaches, and nobody who reaches less may turn it elsewhere. */
export function isWithinWebhooks(reach: Reach | undefined, webhook: { readonly createdBy: string }): boolean {
  return reach?.bpmnProcessIds === undefined || webhook.createdBy === reach.user;
}

export function isWithinTasks(
  reach: Reach | undefined,
  task: TaskPlace & { readonly bpmnProcessId: string },
): boolean {
  if (!isWithinProcesses(reach, task.bpmnProcessId)) return false;
  const { candidateGroups: groups, user } = reach ?? {};
  if (groups === undefined) return true;
  if (user !== undefined && (task.assignee === user || task.candidateUsers.includes(user))) return true;
  return task.candidateGroups.some((group) => groups.includes(group));
}

/** What somebody is told who asks by the value of a variable and is shown none. */
export const noVariables =
  'Expected no condition on variables, and no order by them: they are not shown to this caller.';

/** What somebody is told who would write a variable and is shown none. */
export const noVariablesWritten =
  'Expected no variables: this caller neither sees nor writes what they hold.';

/** Whether any of these instructions writes a variable and the caller may not. */
export function isBarredFromWriting(
  reach: Reach | undefined,
  instructions: readonly { readonly variables?: Readonly<Record<string, unknown>> }[],
): boolean {
  if (reach?.withoutVariables === undefined) return false;
  return instructions.some(({ variables = {} }) => Object.keys(variables).length > 0);
}

/** A query asks for what the caller may not know. The message says what. */
export class BeyondReach extends Error {
  override readonly name = 'BeyondReach';
}
