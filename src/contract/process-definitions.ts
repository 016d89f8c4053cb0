import { z } from 'zod';
import { named } from './components.js';
import { noContent, nothing, operation } from './operation.js';
import { searchResult } from './page.js';
import { numberField, searchRequest, textField, timeField } from './search.js';
import { id } from './text.js';
import { time } from './time.js';

/** One deployed version of a process. */
export const processDefinition = named(
  'ProcessDefinition',
  z.object({
    processDefinitionId: z.string(),
    bpmnProcessId: z.string(),
    name: z.string().optional(),
    version: z.int().min(1),
    versionTag: z.string().optional(),
    deploymentId: z.string(),
    resourceName: z.string(),
    deployedAt: time,
  }),
);

const elementStatistics = named(
  'ElementStatistics',
  z.object({
    elementId: z.string(),
    active: z.int().min(0),
    completed: z.int().min(0),
    canceled: z.int().min(0),
    incidents: z.int().min(0),
  }),
);

/** What process definitions are searched by. */
export const processDefinitionFields = {
  processDefinitionId: textField,
  bpmnProcessId: textField,
  name: textField,
  version: numberField,
  versionTag: textField,
  deploymentId: textField,
  resourceName: textField,
  deployedAt: timeField,
};

const params = z.strictObject({ processDefinitionId: id });
const tag = 'process definitions';
const path = '/v1/process-definitions/{processDefinitionId}';

export const searchProcessDefinitions = operation({
  operationId: 'searchProcessDefinitions',
  tag,
  method: 'post',
  path: '/v1/process-definitions/search',
  permission: 'process-definition:read',
  summary: 'Search process definitions',
  request: { ...nothing, body: searchRequest(processDefinitionFields, {}) },
  responses: { 200: searchResult(processDefinition) },
  problems: [],
});

export const getProcessDefinition = operation({
  operationId: 'getProcessDefinition',
  tag,
  method: 'get',
  path,
  permission: 'process-definition:read',
  summary: 'Get a process definition',
  request: { ...nothing, params },
  responses: { 200: processDefinition },
  problems: ['not-found'],
});

export const getProcessDefinitionXml = operation({
  operationId: 'getProcessDefinitionXml',
  tag,
  method: 'get',
  path: `${path}/xml`,
  permission: 'process-definition:read',
  summary: 'Get the BPMN XML of a process definition',
  description: 'Exactly as it was deployed.',
  request: { ...nothing, params },
  responses: { 200: z.string() },
  produces: 'application/xml',
  problems: ['not-found'],
});

export const getProcessDefinitionStatistics = operation({
  operationId: 'getProcessDefinitionStatistics',
  tag,
  method: 'get',
  path: `${path}/statistics`,
  permission: 'process-definition:read',
  summary: 'Count element instances and incidents per element',
  request: { ...nothing, params },
  responses: { 200: z.object({ items: z.array(elementStatistics) }) },
  problems: ['not-found'],
});

export const deleteProcessDefinition = operation({
  operationId: 'deleteProcessDefinition',
  tag,
  method: 'delete',
  path,
  permission: 'process-definition:delete',
  summary: 'Delete a process definition',
  description: 'Only while none of its instances run.',
  request: { ...nothing, params },
  responses: { 204: noContent },
  problems: ['not-found', 'invalid-state'],
});
