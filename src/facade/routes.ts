import type { Route } from './handler.js';
import { apiKeyRoutes } from './handlers/api-key-routes.js';
import { auditRoutes } from './handlers/audit-routes.js';
import { batchRoutes } from './handlers/batch-routes.js';
import { conditionRoutes } from './handlers/condition-routes.js';
import { decisionRoutes } from './handlers/decision-routes.js';
import { deploymentRoutes } from './handlers/deployment-routes.js';
import { eventRoutes } from './handlers/event-routes.js';
import { healthRoutes } from './handlers/health-routes.js';
import { elementInstanceRoutes } from './handlers/element-instance-routes.js';
import { incidentRoutes } from './handlers/incident-routes.js';
import { jobBatchRoutes } from './handlers/job-batch-routes.js';
import { jobRoutes } from './handlers/job-routes.js';
import { meRoutes } from './handlers/me-routes.js';
import { messageRoutes } from './handlers/message-routes.js';
import { migrationRoutes } from './handlers/migration-routes.js';
import { modificationRoutes } from './handlers/modification-routes.js';
import { processDefinitionRoutes } from './handlers/process-definition-routes.js';
import { processInstanceHistoryRoutes } from './handlers/process-instance-history-routes.js';
import { processInstanceRoutes } from './handlers/process-instance-routes.js';
import { signalRoutes } from './handlers/signal-routes.js';
import { userTaskRoutes } from './handlers/user-task-routes.js';
import { webhookRoutes } from './handlers/webhook-routes.js';

/** What does each operation of the contract. */
export const routes: readonly Route[] = [
  ...deploymentRoutes,
  ...processDefinitionRoutes,
  ...decisionRoutes,
  ...processInstanceRoutes,
  ...processInstanceHistoryRoutes,
  ...modificationRoutes,
  ...migrationRoutes,
  ...messageRoutes,
  ...signalRoutes,
  ...conditionRoutes,
  ...userTaskRoutes,
  ...jobRoutes,
  ...jobBatchRoutes,
  ...elementInstanceRoutes,
  ...incidentRoutes,
  ...batchRoutes,
  ...meRoutes,
  ...apiKeyRoutes,
  ...auditRoutes,
  ...eventRoutes,
  ...webhookRoutes,
  ...healthRoutes,
];
