import { z } from 'zod';
import { named } from './components.js';
import { jsonValue, variables } from './json-value.js';
import { noContent, nothing, operation } from './operation.js';
import { searchResult } from './page.js';
import { numberField, searchRequest, textField, timeField } from './search.js';
import { id, key } from './text.js';
import { time } from './time.js';

/** One deployed version of a decision. */
export const decisionDefinition = named(
  'DecisionDefinition',
  z.object({
    decisionDefinitionId: z.string(),
    decisionId: z.string().describe('The id of the decision in its DMN model.'),
    name: z.string().optional(),
    version: z.int().min(1),
    versionTag: z.string().optional(),
    deploymentId: z.string(),
    resourceName: z.string(),
    deployedAt: time,
  }),
);

/** What decision definitions are searched by. */
export const decisionDefinitionFields = {
  decisionDefinitionId: textField,
  decisionId: textField,
  name: textField,
  version: numberField,
  versionTag: textField,
  deploymentId: textField,
  resourceName: textField,
  deployedAt: timeField,
};

const matchedRule = named(
  'MatchedRule',
  z.object({
    ruleId: z.string().optional(),
    ruleIndex: z.int().min(1).describe('From 1, as modelers number rules.'),
    outputs: z.record(z.string(), jsonValue).describe('Values by the name of the output.'),
    annotations: z.array(z.string()).optional(),
  }),
);

const evaluatedInput = named(
  'EvaluatedInput',
  z.object({
    inputId: z.string().optional(),
    inputName: z.string().describe('The label of the column, else its expression.'),
    value: jsonValue,
  }),
);

const evaluatedDecision = named(
  'EvaluatedDecision',
  z.object({
    decisionId: z.string(),
    decisionName: z.string().optional(),
    decisionType: z.string().describe('decisionTable, literalExpression, context, …'),
    result: jsonValue,
    inputs: z.array(evaluatedInput).optional().describe('Of a decision table.'),
    matchedRules: z.array(matchedRule).optional().describe('Of a decision table, in the order of the model.'),
  }),
);

const params = z.strictObject({ decisionDefinitionId: id });
const tag = 'decisions';
const path = '/v1/decision-definitions/{decisionDefinitionId}';

export const searchDecisionDefinitions = operation({
  operationId: 'searchDecisionDefinitions',
  tag,
  method: 'post',
  path: '/v1/decision-definitions/search',
  permission: 'decision-definition:read',
  summary: 'Search decision definitions',
  request: { ...nothing, body: searchRequest(decisionDefinitionFields, {}) },
  responses: { 200: searchResult(decisionDefinition) },
  problems: [],
});

export const getDecisionDefinition = operation({
  operationId: 'getDecisionDefinition',
  tag,
  method: 'get',
  path,
  permission: 'decision-definition:read',
  summary: 'Get a decision definition',
  request: { ...nothing, params },
  responses: { 200: decisionDefinition },
  problems: ['not-found'],
});

export const getDecisionDefinitionXml = operation({
  operationId: 'getDecisionDefinitionXml',
  tag,
  method: 'get',
  path: `${path}/xml`,
  permission: 'decision-definition:read',
  summary: 'Get the DMN XML of a decision definition',
  description: 'Exactly as it was deployed.',
  request: { ...nothing, params },
  responses: { 200: z.string() },
  produces: 'application/xml',
  problems: ['not-found'],
});

export const deleteDecisionDefinition = operation({
  operationId: 'deleteDecisionDefinition',
  tag,
  method: 'delete',
  path,
  permission: 'decision-definition:delete',
  summary: 'Delete a decision definition',
  description: 'Business rule tasks that call it from now on find the version before, or raise an incident.',
  request: { ...nothing, params },
  responses: { 204: noContent },
  problems: ['not-found'],
});

export const evaluateDecision = operation({
  operationId: 'evaluateDecision',
  tag,
  method: 'post',
  path: '/v1/decisions/evaluate',
  permission: 'decision:evaluate',
  summary: 'Evaluate a decision',
  description:
    'Evaluates a deployed decision, and what it requires, over the given variables. Nothing is stored. `result` is the value of one output, an object of several, a list where the hit policy gives one, and null where no rule matches.',
  request: {
    ...nothing,
    body: named(
      'EvaluateDecisionRequest',
      z.strictObject({
        decisionId: key.optional().describe('The id in the model: the latest version, or `version`.'),
        decisionDefinitionId: id.optional().describe('Or one deployed version.'),
        version: z.int().min(1).optional(),
        variables: variables.optional(),
      }),
    ),
  },
  responses: {
    200: named(
      'EvaluatedDecisionDefinition',
      z.object({
        decisionId: z.string(),
        decisionDefinitionId: z.string(),
        version: z.int().min(1),
        result: jsonValue,
        matchedRules: z.array(matchedRule).describe('Of the decision itself; empty where it is no table.'),
        evaluatedDecisions: z
          .array(evaluatedDecision)
          .describe('What is required first, the decision itself last.'),
      }),
    ),
  },
  problems: ['not-found', 'invalid-argument', 'decision-failed'],
});
