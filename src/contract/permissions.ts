/** Everything that an operation can ask of its caller, and what it allows. `resource:action`. */
export const permissions = {
  'deployment:create': 'deploy models',
  'deployment:preview': 'find out what a deployment would do',
  'process-definition:read': 'see process definitions, their models and statistics',
  'process-definition:delete': 'delete process definitions',
  'decision-definition:read': 'see decision definitions and their models',
  'decision-definition:delete': 'delete decision definitions',
  'decision:evaluate': 'evaluate decisions',
  'process-instance:start': 'start process instances',
  'process-instance:read': 'see process instances, their elements, timers and history',
  'process-instance:update':
    'suspend and resume process instances, fire timers, choose in ad-hoc sub-processes',
  'process-instance:cancel': 'cancel process instances',
  'process-instance:modify': 'put and take away tokens',
  'process-instance:migrate': 'let process instances go on by another definition',
  'process-instance:preview-migration':
    'find out whether process instances could go on by another definition',
  'process-instance:delete': 'delete process instances that have ended',
  'variable:read': 'see the variables of process instances',
  'variable:update': 'set variables of process instances',
  'message:publish': 'publish and correlate messages',
  'signal:broadcast': 'broadcast signals',
  'user-task:read': 'see user tasks',
  'user-task:claim': 'claim user tasks and give them back',
  'user-task:complete': 'complete user tasks, throw errors and escalations from them',
  'user-task:update': 'change who may do user tasks, and when they are due',
  'job:work': 'take jobs and report on them',
  'job:read': 'see jobs',
  'job:update': 'change how often jobs are tried',
  'incident:read': 'see incidents',
  'incident:resolve': 'resolve incidents',
  'batch:create': 'do something to many process instances',
  'batch:read': 'see batches',
  'batch:cancel': 'cancel batches',
  'event:read': 'follow what happens',
  'audit:read': 'read who has changed what',
  'webhook:create': 'make webhooks',
  'webhook:read': 'see webhooks and their deliveries, without their secrets',
  'webhook:update': 'change webhooks and their secrets, deliver again',
  'webhook:test': 'send test events to webhooks',
  'webhook:delete': 'delete webhooks',
  'metrics:read': 'read the metrics of the server',
  'api-key:create': 'make API keys',
  'api-key:read': 'see API keys, without what they open',
  'api-key:revoke': 'revoke API keys',
} as const;

/** One that somebody must have. */
export type GrantedPermission = keyof typeof permissions;

/** What an operation asks for; a permission that roles give; `authenticated`: any valid credentials, whatever the roles; `public`: no credentials. */
export type Permission = 'public' | 'authenticated' | GrantedPermission;

/** Who is narrowed by grants has none of these: what they give or tell could be wider than the grants. */
export const neverNarrowed: readonly GrantedPermission[] = [
  'api-key:create',
  'api-key:read',
  'api-key:revoke',
  'audit:read',
];

/** What tells about all tenants together: no role that holds in one tenant has it. */
export const ofEveryTenant: readonly GrantedPermission[] = ['metrics:read'];

/** Every permission, in the order of the documentation. */
export const everyPermission = Object.keys(permissions) as readonly GrantedPermission[];
