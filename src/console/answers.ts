import type { incident } from '../contract/incidents.js';
import type { job } from '../contract/jobs.js';
import type { getMe } from '../contract/me.js';
import type { listPage, searchPage } from '../contract/page.js';
import type { processDefinition } from '../contract/process-definitions.js';
import type { elementInstance, historyEntry, timer } from '../contract/process-instance-history.js';
import type { getVariables, processInstance } from '../contract/process-instances.js';
import type { userTask } from '../contract/user-tasks.js';

/** What the contract's schemas describe, as it comes from the server. */
type Described<Schema extends { parse(value: unknown): unknown }> = ReturnType<Schema['parse']>;

export type ProcessDefinition = Described<typeof processDefinition>;
export type ProcessInstance = Described<typeof processInstance>;
export type ElementInstance = Described<typeof elementInstance>;
export type HistoryEntry = Described<typeof historyEntry>;
export type Variables = Described<(typeof getVariables)['responses'][200]>;
export type Incident = Described<typeof incident>;
export type Job = Described<typeof job>;
export type UserTask = Described<typeof userTask>;
export type Me = Described<(typeof getMe)['responses'][200]>;
export type Timer = Described<typeof timer>;

/** The answer of a search. */
export interface Found<Item> {
  readonly items: readonly Item[];
  readonly page: Described<typeof searchPage>;
}

/** The answer of a list that is read from its beginning on. */
export interface Listed<Item> {
  readonly items: readonly Item[];
  readonly page: Described<typeof listPage>;
}
