import {
  claimUserTask,
  completeUserTask,
  getUserTask,
  searchUserTasks,
  throwUserTaskError,
  throwUserTaskEscalation,
  unclaimUserTask,
  updateUserTask,
  userTaskFields,
} from '../../contract/user-tasks.js';
import { done, replyEmpty, route } from '../handler.js';
import { accessOf } from '../security/access.js';
import { expectPermission } from '../security/authorize.js';
import { searchRequestOf } from '../request/search-request.js';
import { notFound } from '../respond/refusal.js';
import { searchView } from '../views/search-view.js';
import { userTaskView } from '../views/user-task-view.js';

export const userTaskRoutes = [
  route(searchUserTasks, async ({ body, context }, { runtime }) => {
    const special = {
      candidateGroups: listOf(body.filter?.candidateGroups),
      candidateUsers: listOf(body.filter?.candidateUsers),
    };
    const request = searchRequestOf(userTaskFields, body, special);
    return searchView(await runtime.queries.searchUserTasks(context.tenantId, request), userTaskView);
  }),

  route(getUserTask, async ({ params: { userTaskId }, context }, { runtime }) => {
    const row = await runtime.queries.userTask(context.tenantId, userTaskId);
    if (row === undefined) return notFound('user task', userTaskId);
    return done(200, userTaskView(row));
  }),

  route(claimUserTask, async ({ params: { userTaskId }, body, context, principal }, { runtime }) => {
    const { assignee = context.actor } = body;
    if (assignee !== context.actor) expectPermission(principal, 'user-task:update', context.tenantId);
    return replyEmpty(await runtime.claimUserTask(context, userTaskId, body));
  }),

  route(unclaimUserTask, async ({ params: { userTaskId }, context, principal }, { runtime }) => {
    const isOwnOnly = accessOf(principal, 'user-task:update', context.tenantId) === undefined;
    return replyEmpty(await runtime.unclaimUserTask(context, userTaskId, { isOwnOnly }));
  }),

  route(completeUserTask, async ({ params: { userTaskId }, body, context }, { runtime }) =>
    replyEmpty(await runtime.completeUserTask(context, userTaskId, body)),
  ),

  route(throwUserTaskError, async ({ params: { userTaskId }, body, context }, { runtime }) =>
    replyEmpty(await runtime.throwUserTaskError(context, userTaskId, body)),
  ),

  route(throwUserTaskEscalation, async ({ params: { userTaskId }, body, context }, { runtime }) =>
    replyEmpty(await runtime.throwUserTaskEscalation(context, userTaskId, body)),
  ),

  route(updateUserTask, async ({ params: { userTaskId }, body, context }, { runtime }) => {
    const { dueAt, followUpAt, ...rest } = body;
    const update = { ...rest, dueAt: milliseconds(dueAt), followUpAt: milliseconds(followUpAt) };
    return replyEmpty(await runtime.updateUserTask(context, userTaskId, update));
  }),
];

function listOf(given: string | readonly string[] | undefined): readonly string[] | undefined {
  return typeof given === 'string' ? [given] : given;
}

function milliseconds(time: string | null | undefined): number | null | undefined {
  return typeof time === 'string' ? Date.parse(time) : time;
}
