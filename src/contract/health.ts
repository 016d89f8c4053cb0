import { z } from 'zod';
import { jsonValue } from './json-value.js';
import { nothing, operation } from './operation.js';

export const getLiveness = operation({
  operationId: 'getLiveness',
  tag: 'server',
  method: 'get',
  path: '/healthz',
  permission: 'public',
  summary: 'Whether the process answers',
  request: nothing,
  responses: { 200: z.object({ status: z.literal('alive') }) },
  problems: [],
});

export const getReadiness = operation({
  operationId: 'getReadiness',
  tag: 'server',
  method: 'get',
  path: '/readyz',
  permission: 'public',
  summary: 'Whether requests can be served: the database answers and the loops run',
  request: nothing,
  responses: {
    200: z.object({
      status: z.literal('ready'),
      queue: z
        .enum(['up', 'down'])
        .optional()
        .describe(
          'Where a queue carries jobs: while it is down, requests are served and jobs wait in the database.',
        ),
    }),
  },
  problems: [],
});

export const getMetrics = operation({
  operationId: 'getMetrics',
  tag: 'server',
  method: 'get',
  path: '/metrics',
  permission: 'metrics:read',
  summary: 'Metrics for Prometheus',
  description: 'In the text format of Prometheus, version 0.0.4.',
  request: nothing,
  responses: { 200: z.string() },
  produces: 'text/plain; version=0.0.4; charset=utf-8',
  problems: [],
});

export const getOpenApi = operation({
  operationId: 'getOpenApi',
  tag: 'server',
  method: 'get',
  path: '/openapi.json',
  permission: 'public',
  summary: 'This contract as OpenAPI 3.1',
  request: nothing,
  responses: { 200: z.record(z.string(), jsonValue) },
  problems: [],
});
