import { deploy } from '../../contract/deployments.js';
import { done, replyWith, route } from '../handler.js';

export const deploymentRoutes = [
  route(deploy, async ({ query: { dryRun }, body, context }, { runtime }) => {
    const outcome = dryRun
      ? await runtime.deploy({ ...context, idempotency: undefined }, { ...body, dryRun })
      : await runtime.deploy(context, body);
    return replyWith(outcome, (deployment) =>
      done(dryRun ? 200 : 201, {
        deploymentId: deployment.deploymentId,
        processDefinitions: [...deployment.processDefinitions],
        decisionDefinitions: [...deployment.decisionDefinitions],
        diagnostics: [...deployment.diagnostics],
      }),
    );
  }),
];
