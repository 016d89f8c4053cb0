import { z } from 'zod';
import { limits } from '../../contract/limits.js';
import { variableName } from '../../contract/json-value.js';
import { id, key, plainText } from '../../contract/text.js';
import { typedVariable } from './typed-variables.js';

/**
 * What Camunda 7's external-task clients send (its REST reference, External Task). Fields that say nothing here are let through
 * unread; filters that would be needed and are not known are refused, or a worker would get what it did not ask for.
 */
const lockMs = z.int().min(1).max(limits.jobTimeoutMs);
const ids = z.array(id).max(100).nullish();
const unknownFilter = z
  .custom<null>((given) => given === null, {
    error: 'Expected no such filter: topics are filtered by business key and process definition only.',
  })
  .optional();
const variables = z.record(variableName, typedVariable).nullish();
const text = z.string().nullish();

const topic = z.object({
  topicName: key,
  lockDuration: lockMs,
  variables: z.array(variableName).max(limits.fetchVariables).nullish(),
  businessKey: key.nullish(),
  processDefinitionId: id.nullish(),
  processDefinitionIdIn: ids,
  processDefinitionKey: id.nullish(),
  processDefinitionKeyIn: ids,
  processDefinitionVersionTag: unknownFilter,
  processVariables: unknownFilter,
  tenantIdIn: unknownFilter,
});

export type Topic = z.infer<typeof topic>;

export const fetchAndLockRequest = z.object({
  workerId: key,
  maxTasks: z.int().min(1).max(limits.jobsPerActivation),
  asyncResponseTimeout: z.int().min(0).max(1_800_000).nullish(),
  topics: z.array(topic).max(100).nullish(),
});

export const taskPath = z.object({ taskId: id });

export const completeRequest = z.object({ workerId: key, variables, localVariables: variables });

export const failureRequest = z.object({
  workerId: key,
  errorMessage: text,
  errorDetails: text,
  /** Absent means 0, as there: an incident. */
  retries: z.int().min(0).max(limits.jobRetries).nullish(),
  retryTimeout: z.int().min(0).max(limits.jobBackoffMs).nullish(),
  variables,
  localVariables: variables,
});

export const bpmnErrorRequest = z.object({
  workerId: key,
  errorCode: key,
  errorMessage: plainText(limits.textLength).nullish(),
  variables,
});

export const lockRequest = z.object({ workerId: key, lockDuration: lockMs });

export const extendLockRequest = z.object({ workerId: key, newDuration: lockMs });
