import { everyPermission, type GrantedPermission, ofEveryTenant } from './permissions.js';

/** Kinds of names that a principal can be narrowed to. */
export const grantKinds = [
  'bpmnProcessIds',
  'messageNames',
  'signalNames',
  'jobTypes',
  'candidateGroups',
] as const;

export type GrantKind = (typeof grantKinds)[number];

/** What whoever has the role may do. */
export interface RoleDeclaration {
  readonly summary: string;
  readonly permissions: readonly GrantedPermission[];
  /** Of these kinds it reaches only what its grants name: nothing without any. Of the others it reaches everything that no grant narrows. */
  readonly onlyByGrant: readonly GrantKind[];
  /** It acts in every tenant, not only in its own. */
  readonly everyTenant?: true;
  /** It is never shown a value of a variable, and may neither search by one nor write one. */
  readonly withoutVariables?: true;
}

/** Who may do what. The one place that says it: checks, documentation and tests are made from this table. */
export const roles = {
  channel: {
    summary:
      'A web site, an app or a telephone line: starts, messages and signals, and reads its own processes.',
    permissions: [
      'process-instance:start',
      'process-instance:read',
      'variable:read',
      'message:publish',
      'signal:broadcast',
      'event:read',
    ],
    onlyByGrant: ['bpmnProcessIds', 'messageNames', 'signalNames'],
  },
  helpdesk: {
    summary: 'People who help customers: tasks of their groups, signals, and the instances of customers.',
    permissions: [
      'process-definition:read',
      'process-instance:read',
      'variable:read',
      'signal:broadcast',
      'user-task:read',
      'user-task:claim',
      'user-task:complete',
      'event:read',
    ],
    onlyByGrant: ['candidateGroups'],
  },
  worker: {
    summary: 'A program that does jobs of its types.',
    permissions: ['job:work'],
    onlyByGrant: ['jobTypes'],
  },
  analyst: {
    summary: 'Draws the processes: deploys, tries out, reads definitions and statistics.',
    permissions: [
      'deployment:create',
      'deployment:preview',
      'process-definition:read',
      'decision-definition:read',
      'decision:evaluate',
      'process-instance:preview-migration',
    ],
    onlyByGrant: [],
  },
  admin: {
    summary: 'Everything in its tenant.',
    permissions: everyPermission.filter((permission) => !ofEveryTenant.includes(permission)),
    onlyByGrant: [],
  },
  operator: {
    summary: 'Keeps the server running: sees and mends instances of every tenant, without their variables.',
    permissions: [
      'process-definition:read',
      'process-instance:read',
      'process-instance:update',
      'process-instance:cancel',
      'process-instance:migrate',
      'process-instance:preview-migration',
      'process-instance:modify',
      'process-instance:delete',
      'job:read',
      'job:update',
      'incident:read',
      'incident:resolve',
      'batch:create',
      'batch:read',
      'batch:cancel',
      'event:read',
      'audit:read',
      'metrics:read',
    ],
    onlyByGrant: [],
    everyTenant: true,
    withoutVariables: true,
  },
} as const satisfies Record<string, RoleDeclaration>;

export type Role = keyof typeof roles;

/** Every role, in the order of the documentation. */
export const everyRole = Object.keys(roles) as readonly Role[];

/** The table by name, without the types of its rows. */
export const roleNamed: Readonly<Record<Role, RoleDeclaration>> = roles;

/** Whether that is the name of a role. */
export function isRole(name: string): name is Role {
  return Object.hasOwn(roles, name);
}
