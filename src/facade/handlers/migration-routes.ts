import { migrateProcessInstance } from '../../contract/migrations.js';
import { done, replyWith, route } from '../handler.js';

export const migrationRoutes = [
  route(
    migrateProcessInstance,
    async ({ params: { processInstanceId }, query, body, context }, { runtime }) => {
      const input = { ...body, ...query };
      const outcome = await runtime.migrateProcessInstance(context, processInstanceId, input);
      return replyWith(outcome, (migrated) => done(200, migrated));
    },
  ),
];
