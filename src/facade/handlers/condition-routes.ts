import { evaluateConditions } from '../../contract/conditions.js';
import { done, replyWith, route } from '../handler.js';

export const conditionRoutes = [
  route(evaluateConditions, async ({ body, context }, { runtime }) =>
    replyWith(await runtime.evaluateConditions(context, body), ({ startedProcessInstances, problems }) =>
      done(200, { startedProcessInstances: [...startedProcessInstances], problems: [...problems] }),
    ),
  ),
];
