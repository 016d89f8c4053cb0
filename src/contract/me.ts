import { z } from 'zod';
import { grants, role } from './api-keys.js';
import { named } from './components.js';
import { nothing, operation } from './operation.js';

/** What a caller is known by. */
export const credentials = ['none', 'bootstrap-key', 'api-key', 'token', 'session'] as const;

export type Credentials = (typeof credentials)[number];

export const getMe = operation({
  operationId: 'getMe',
  tag: 'server',
  method: 'get',
  path: '/v1/me',
  permission: 'authenticated',
  summary: 'Who the caller is, and what narrows it',
  description:
    'Of anybody with valid credentials, whatever the roles. `by` says what credentials these are: `none` on a development machine, where everybody is the administrator; `session` of a person who has signed in.',
  request: nothing,
  responses: {
    200: named(
      'Me',
      z.object({
        id: z.string().describe('Of one caller alone: what its `Idempotency-Key`s belong to.'),
        name: z.string().describe('As the history, models and assignees name it.'),
        tenantId: z.string().describe('Of the request: its own, or the one that `Throughline-Tenant` names.'),
        roles: z.array(role),
        grants,
        by: z.enum(credentials).optional(),
      }),
    ),
  },
  problems: [],
});
