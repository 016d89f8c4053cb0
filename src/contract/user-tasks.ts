import { z } from 'zod';
import { named } from './components.js';
import { variables } from './json-value.js';
import { limits } from './limits.js';
import { command, noContent, nothing, operation } from './operation.js';
import { searchResult } from './page.js';
import { choiceField, numberField, searchRequest, textField, timeField } from './search.js';
import { id, key } from './text.js';
import { thrownError, thrownEscalation } from './thrown-error.js';
import { givenTime, time } from './time.js';

const states = ['created', 'completed', 'canceled'] as const;

/** Work for a person. */
export const userTask = named(
  'UserTask',
  z.object({
    userTaskId: z.string(),
    elementInstanceId: z.string(),
    elementId: z.string(),
    name: z.string().optional(),
    state: z.enum(states),
    assignee: z.string().optional(),
    candidateGroups: z.array(z.string()),
    candidateUsers: z.array(z.string()),
    dueAt: time.optional(),
    followUpAt: time.optional(),
    priority: z.int(),
    formId: z.string().optional(),
    customHeaders: z.record(z.string(), z.string()),
    processInstanceId: z.string(),
    processDefinitionId: z.string(),
    bpmnProcessId: z.string(),
    businessKey: z.string().optional(),
    createdAt: time,
    endedAt: time.optional(),
  }),
);

/** What user tasks are searched by, besides candidates. */
export const userTaskFields = {
  userTaskId: textField,
  elementId: textField,
  name: textField,
  state: choiceField(states),
  assignee: textField,
  dueAt: timeField,
  followUpAt: timeField,
  priority: numberField,
  formId: textField,
  processInstanceId: textField,
  processDefinitionId: textField,
  bpmnProcessId: textField,
  businessKey: textField,
  createdAt: timeField,
  endedAt: timeField,
};

const anyCandidate = z
  .union([key, z.array(key).min(1).max(limits.filterValues)])
  .optional()
  .describe('At least one of these is among the candidates.');

const candidates = z.array(key).max(limits.candidates);
const params = z.strictObject({ userTaskId: id });
const tag = 'user tasks';
const path = '/v1/user-tasks/{userTaskId}';

export const searchUserTasks = operation({
  operationId: 'searchUserTasks',
  tag,
  method: 'post',
  path: '/v1/user-tasks/search',
  permission: 'user-task:read',
  summary: 'Search user tasks',
  request: {
    ...nothing,
    body: searchRequest(userTaskFields, {
      candidateGroups: anyCandidate,
      candidateUsers: anyCandidate,
      elementInstanceId: id.optional(),
    }),
  },
  responses: { 200: searchResult(userTask) },
  problems: [],
});

export const getUserTask = operation({
  operationId: 'getUserTask',
  tag,
  method: 'get',
  path,
  permission: 'user-task:read',
  summary: 'Get a user task',
  request: { ...nothing, params },
  responses: { 200: userTask },
  problems: ['not-found'],
});

export const claimUserTask = operation({
  operationId: 'claimUserTask',
  tag,
  method: 'post',
  path: `${path}/claim`,
  permission: 'user-task:claim',
  summary: 'Claim a user task',
  description:
    'Without an assignee, for the caller. For somebody else it takes the permission `user-task:update` as well.',
  request: { ...command, params, body: z.strictObject({ assignee: key.optional() }) },
  responses: { 204: noContent },
  problems: ['not-found', 'invalid-state'],
});

export const unclaimUserTask = operation({
  operationId: 'unclaimUserTask',
  tag,
  method: 'post',
  path: `${path}/unclaim`,
  permission: 'user-task:claim',
  summary: 'Give a user task back',
  description:
    'One’s own, or one that nobody has. That of somebody else takes the permission `user-task:update` as well.',
  request: { ...command, params },
  responses: { 204: noContent },
  problems: ['not-found', 'invalid-state'],
});

export const completeUserTask = operation({
  operationId: 'completeUserTask',
  tag,
  method: 'post',
  path: `${path}/complete`,
  permission: 'user-task:complete',
  summary: 'Complete a user task',
  request: { ...command, params, body: z.strictObject({ variables: variables.optional() }) },
  responses: { 204: noContent },
  problems: ['not-found', 'invalid-state', 'suspended', 'invalid-argument', 'limit-exceeded'],
});

export const throwUserTaskError = operation({
  operationId: 'throwUserTaskError',
  tag,
  method: 'post',
  path: `${path}/error`,
  permission: 'user-task:complete',
  summary: 'Throw a BPMN error at a user task',
  request: { ...command, params, body: z.strictObject(thrownError) },
  responses: { 204: noContent },
  problems: ['not-found', 'invalid-state', 'suspended', 'invalid-argument', 'limit-exceeded'],
});

export const throwUserTaskEscalation = operation({
  operationId: 'throwUserTaskEscalation',
  tag,
  method: 'post',
  path: `${path}/escalation`,
  permission: 'user-task:complete',
  summary: 'Throw an escalation at a user task',
  description: 'The task stays open unless what catches the escalation interrupts it; nothing need catch it.',
  request: { ...command, params, body: z.strictObject(thrownEscalation) },
  responses: { 204: noContent },
  problems: ['not-found', 'invalid-state', 'suspended', 'invalid-argument', 'limit-exceeded'],
});

export const updateUserTask = operation({
  operationId: 'updateUserTask',
  tag,
  method: 'patch',
  path,
  permission: 'user-task:update',
  summary: 'Change a user task',
  description: '`null` takes a value away; what is absent stays.',
  request: {
    ...nothing,
    params,
    body: named(
      'UpdateUserTaskRequest',
      z.strictObject({
        assignee: key.nullable().optional(),
        candidateGroups: candidates.optional(),
        candidateUsers: candidates.optional(),
        dueAt: givenTime.nullable().optional(),
        followUpAt: givenTime.nullable().optional(),
        priority: z.int().min(0).max(limits.userTaskPriority).optional(),
      }),
    ),
  },
  responses: { 204: noContent },
  problems: ['not-found', 'invalid-state', 'invalid-argument'],
});
