import { z } from 'zod';
import { flag } from './flag.js';
import { named } from './components.js';
import { limits } from './limits.js';
import { command, operation } from './operation.js';
import { modelDiagnostic } from './problem.js';
import { plainText } from './text.js';

/** What a file is called in a deployment: a name, or a relative path as repositories have it. It is never opened as a file. */
export const resourceName = plainText(limits.resourceNameLength, 1).refine(
  (name) =>
    // eslint-disable-next-line no-control-regex -- control characters are what it looks for
    !/[\\\x00-\x1f\x7f]/.test(name) &&
    name.split('/').every((part) => part !== '' && part !== '.' && part !== '..'),
  { error: 'Expected a file name or relative path without "..", back-slashes or control characters.' },
);

const deploymentRequest = named(
  'DeploymentRequest',
  z.strictObject({
    resources: z
      .array(z.strictObject({ name: resourceName, content: z.string().min(1) }))
      .min(1)
      .max(limits.resourcesPerDeployment),
  }),
);

const deployment = named(
  'Deployment',
  z.object({
    deploymentId: z.string().optional().describe('Absent on a dry run.'),
    processDefinitions: z.array(
      z.object({
        processDefinitionId: z.string().optional().describe('Absent on a dry run of a new version.'),
        bpmnProcessId: z.string(),
        name: z.string().optional(),
        version: z.int().min(1),
        versionTag: z.string().optional(),
      }),
    ),
    decisionDefinitions: z.array(
      z.object({
        decisionDefinitionId: z.string().optional().describe('Absent on a dry run of a new version.'),
        decisionId: z.string(),
        name: z.string().optional(),
        version: z.int().min(1),
        versionTag: z.string().optional(),
      }),
    ),
    diagnostics: z.array(modelDiagnostic),
  }),
);

/** Deploys models: a JSON list, one XML document, or uploaded files. */
export const deploy = operation({
  operationId: 'deploy',
  tag: 'deployments',
  method: 'post',
  path: '/v1/deployments',
  permission: 'deployment:create',
  dryRunPermission: 'deployment:preview',
  summary: 'Deploy models',
  description:
    'All or nothing. An unchanged model gives its present version again. With `dryRun=true` the models are only validated and the answer is 200.',
  request: {
    ...command,
    query: z.strictObject({ dryRun: flag.default(false) }),
    body: deploymentRequest,
    uploads: ['application/xml', 'text/xml', 'multipart/form-data'],
  },
  responses: { 200: deployment, 201: deployment },
  problems: ['invalid-model', 'invalid-argument', 'invalid-state', 'limit-exceeded'],
});
