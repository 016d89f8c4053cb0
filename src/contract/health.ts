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
  responses: { 200: z.object({ status: z.literal('ready') }) },
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
