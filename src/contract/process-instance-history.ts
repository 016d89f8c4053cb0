import { z } from 'zod';
import { named } from './components.js';
import { incidentCodes } from './incident-codes.js';
import { jsonValue } from './json-value.js';
import { openList } from './open-list.js';
import { command, noContent, nothing, operation } from './operation.js';
import { listPage, listQuery } from './page.js';
import { processInstanceParams, processInstancePath } from './process-instances.js';
import { id } from './text.js';
import { time } from './time.js';

/** One activation of an element. */
export const elementInstance = named(
  'ElementInstance',
  z.object({
    elementInstanceId: z.string(),
    elementId: z.string(),
    elementName: z.string().optional(),
    elementType: z
      .string()
      .describe(
        "BPMN's name in camel case: userTask, boundaryEvent, …; multiInstanceBody and loopBody hold the iterations of an activity",
      ),
    state: z.enum(['active', 'completed', 'canceled']),
    startedAt: time,
    endedAt: time.optional(),
    parentElementInstanceId: z.string().optional(),
    incidentId: z.string().optional().describe('The incident that is open now.'),
  }),
);

/** Everything that can happen to an instance. */
export const historyEventTypes = [
  'processInstanceStarted',
  'processInstanceMigrated',
  'processInstanceSuspended',
  'processInstanceResumed',
  'stepPostponed',
  'processInstanceCompleted',
  'processInstanceCanceled',
  'processInstanceTerminated',
  'elementActivated',
  'tokenArrived',
  'tokensGathered',
  'elementCompleted',
  'elementCanceled',
  'iterationsPlanned',
  'elementsChosen',
  'completionConditionMet',
  'tokenPlaced',
  'tokensDropped',
  'scopeInterrupted',
  'compensationBegun',
  'compensationContinued',
  'compensationEnded',
  'scopeReopened',
  'scopeClosed',
  'variablesSet',
  'inputsMapped',
  'resultReceived',
  'jobCreated',
  'jobCompleted',
  'jobRetried',
  'userTaskCreated',
  'userTaskCompleted',
  'timerScheduled',
  'timerTriggered',
  'messageSubscriptionOpened',
  'messageCorrelated',
  'signalSubscriptionOpened',
  'signalCaught',
  'conditionalSubscriptionOpened',
  'conditionMet',
  'conditionUnmet',
  'eventPartOccurred',
  'eventPartsConsumed',
  'messageThrown',
  'decisionEvaluated',
  'signalThrown',
  'errorThrown',
  'escalationThrown',
  'callEscalated',
  'callRequested',
  'callEnded',
  'incidentRaised',
  'incidentResolved',
] as const;

const text = z.string().optional();

/** What happened, in the past tense. Which fields there are depends on the type. */
export const historyEvent = named(
  'HistoryEvent',
  z.object({
    type: openList(z.enum(historyEventTypes)),
    elementInstanceId: text,
    elementId: text,
    scopeElementInstanceId: text.describe('The scope directly around the element instance.'),
    flowId: text.describe('The sequence flow that the token came by.'),
    flows: z.array(z.string()).optional().describe('The sequence flows that are taken, or whose tokens are.'),
    starts: z.boolean().optional().describe('The event sub-processes around it are armed when it is left.'),
    compensable: text.describe('How it can be compensated from now on: by its handler, or by those inside.'),
    compensatorElementInstanceId: text.describe('What waits for it, as it compensates.'),
    compensated: z
      .array(z.string())
      .optional()
      .describe('The element instances that are compensated, the last first.'),
    canceling: z.boolean().optional().describe('A transaction is canceled.'),
    disarmed: z.array(z.int()).optional().describe('The numbers of the waits that are given up.'),
    body: z
      .enum(['multiInstance', 'standard'])
      .optional()
      .describe('The iterations of the activity follow inside it.'),
    iteration: z.number().int().optional().describe('Which iteration of its scope it is, from 1.'),
    elementIds: z.array(z.string()).optional().describe('The elements that were chosen.'),
    waiting: z.array(z.string()).optional().describe('The chosen elements that wait for their turn.'),
    total: z.number().int().optional().describe('How many iterations there are to be.'),
    items: z.array(jsonValue).optional().describe('What the iterations are for.'),
    output: jsonValue.optional().describe('What an iteration has given to the output collection.'),
    arriving: z.boolean().optional().describe('The token waits for others.'),
    variables: z.record(z.string(), jsonValue).optional(),
    processInstanceId: text,
    bpmnProcessId: text,
    businessKey: text,
    processDefinitionId: text.describe('The definition that the instance goes on by.'),
    parentProcessInstanceId: text,
    parentElementInstanceId: text,
    jobId: text,
    jobType: text,
    retries: z.int().optional(),
    userTaskId: text,
    timerId: text,
    dueAt: time.optional(),
    interval: text,
    repetitionsLeft: z.int().optional(),
    subscriptionId: text,
    catchingElementId: text.describe(
      'The event that catches: the element itself or a boundary event, for example.',
    ),
    part: z.int().optional().describe('Which definition of an event that has several, from 0.'),
    messageName: text,
    correlationKey: text,
    signalName: text,
    remains: z.boolean().optional().describe('The subscription stays open: the event does not interrupt.'),
    errorCode: text,
    errorMessage: text,
    escalationCode: text,
    toCaller: z
      .record(z.string(), jsonValue)
      .optional()
      .describe('The variables of an escalation that a caller catches.'),
    escalationsTaken: z.int().optional().describe('How many escalations the called instance has thrown.'),
    decisionDefinitionId: text,
    decisionId: text,
    version: z.int().optional().describe('Of the decision.'),
    evaluated: z
      .array(
        z.object({
          decisionId: z.string(),
          matchedRules: z.array(z.object({ ruleId: z.string().optional(), ruleIndex: z.int() })).optional(),
        }),
      )
      .optional()
      .describe('The decision and what it requires, with the rules that matched.'),
    caughtBy: text.describe('The element that catches the error or escalation.'),
    callId: text,
    outcome: text,
    incidentId: text,
    code: openList(z.enum(incidentCodes)).optional(),
    message: text,
    step: text.describe(
      'The step that is taken again when the incident is resolved, or the instance resumed.',
    ),
  }),
);

export const historyEntry = named(
  'HistoryEntry',
  z.object({
    sequence: z.string().describe('Rises with each entry, with gaps.'),
    at: time,
    actor: z.string(),
    command: z.string(),
    events: z.array(historyEvent),
  }),
);

export const timer = named(
  'Timer',
  z.object({
    timerId: z.string(),
    elementId: z.string(),
    elementInstanceId: z.string(),
    dueAt: time,
    repetitionsLeft: z.int().optional(),
  }),
);

const tag = 'process instances';

export const listElementInstances = operation({
  operationId: 'listElementInstances',
  tag,
  method: 'get',
  path: `${processInstancePath}/element-instances`,
  permission: 'process-instance:read',
  summary: 'List the element instances, in order of activation',
  request: { ...nothing, params: processInstanceParams, query: listQuery },
  responses: { 200: z.object({ items: z.array(elementInstance), page: listPage }) },
  problems: ['not-found'],
});

export const getHistory = operation({
  operationId: 'getHistory',
  tag,
  method: 'get',
  path: `${processInstancePath}/history`,
  permission: 'process-instance:read',
  summary: 'List what happened, in order: one entry per command',
  request: { ...nothing, params: processInstanceParams, query: listQuery },
  responses: { 200: z.object({ items: z.array(historyEntry), page: listPage }) },
  problems: ['not-found'],
});

export const listTimers = operation({
  operationId: 'listTimers',
  tag,
  method: 'get',
  path: `${processInstancePath}/timers`,
  permission: 'process-instance:read',
  summary: 'List the timers that a process instance waits for',
  request: { ...nothing, params: processInstanceParams },
  responses: { 200: z.object({ items: z.array(timer) }) },
  problems: ['not-found'],
});

export const triggerTimer = operation({
  operationId: 'triggerTimer',
  tag,
  method: 'post',
  path: `${processInstancePath}/timers/{timerId}/trigger`,
  permission: 'process-instance:update',
  summary: 'Fire a timer now',
  request: { ...command, params: processInstanceParams.extend({ timerId: id }) },
  responses: { 204: noContent },
  problems: ['not-found', 'invalid-state', 'suspended', 'limit-exceeded'],
});
