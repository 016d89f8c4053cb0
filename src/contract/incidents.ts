import { z } from 'zod';
import { named } from './components.js';
import { incidentCodes } from './incident-codes.js';
import { openList } from './open-list.js';
import { command, noContent, nothing, operation } from './operation.js';
import { searchResult } from './page.js';
import { choiceField, searchRequest, textField, timeField } from './search.js';
import { id } from './text.js';
import { time } from './time.js';

/** A step that could not be taken because of the model or the data. */
export const incident = named(
  'Incident',
  z.object({
    incidentId: z.string(),
    code: openList(z.enum(incidentCodes)),
    message: z.string(),
    elementId: z.string(),
    elementInstanceId: z.string(),
    jobId: z.string().optional(),
    processInstanceId: z.string(),
    processDefinitionId: z.string(),
    bpmnProcessId: z.string(),
    createdAt: time,
    resolvedAt: time.optional().describe('It was resolved, or its element instance is gone.'),
  }),
);

/** What incidents are searched by: those that are open have no `resolvedAt` (`{"resolvedAt": {"$exists": false}}`). */
export const incidentFields = {
  incidentId: textField,
  code: choiceField(incidentCodes),
  message: textField,
  elementId: textField,
  jobId: textField,
  processInstanceId: textField,
  processDefinitionId: textField,
  bpmnProcessId: textField,
  createdAt: timeField,
  resolvedAt: timeField,
};

export const searchIncidents = operation({
  operationId: 'searchIncidents',
  tag: 'incidents',
  method: 'post',
  path: '/v1/incidents/search',
  permission: 'incident:read',
  summary: 'Search incidents',
  request: { ...nothing, body: searchRequest(incidentFields, { elementInstanceId: id.optional() }) },
  responses: { 200: searchResult(incident) },
  problems: [],
});

export const resolveIncident = operation({
  operationId: 'resolveIncident',
  tag: 'incidents',
  method: 'post',
  path: '/v1/incidents/{incidentId}/resolve',
  permission: 'incident:resolve',
  summary: 'Resolve an incident: the step is tried again',
  description: 'A job whose retries ran out is offered again with one.',
  request: { ...command, params: z.strictObject({ incidentId: id }) },
  responses: { 204: noContent },
  problems: ['not-found', 'invalid-state', 'limit-exceeded'],
});
