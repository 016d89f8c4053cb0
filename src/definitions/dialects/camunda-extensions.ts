import {
  java,
  jobBearers,
  mappingBearers,
  readOn,
  refused,
  silent,
  withoutEffect,
} from './extension-rule.js';
import type { ExtensionRules } from './extension-rule.js';

const externalTasks = [...jobBearers, 'bpmn:MessageEventDefinition'] as const;
const userTask = readOn(['bpmn:UserTask']);
const callActivity = readOn(['bpmn:CallActivity']);
const process = readOn(['bpmn:Process']);

const delegate = java('use camunda:type="external" and camunda:topic, or zeebe:taskDefinition, and a worker');
const listener = java('use a service task and a worker');
const notNeeded = withoutEffect('not needed: every wait and every job is a transaction of its own');
const businessRuleTask = readOn(['bpmn:BusinessRuleTask']);
const multiInstance = readOn(['bpmn:MultiInstanceLoopCharacteristics']);
const starters = withoutEffect('who may start a process is said by permissions');
const form = withoutEffect('forms are kept in the file and not shown');

/** What of the extensions of Camunda 7 and Operaton is read, and what is not. */
export const camundaExtensions: ExtensionRules = {
  elements: {
    inputOutput: readOn(mappingBearers, []),
    in: readOn(
      ['bpmn:CallActivity'],
      ['businessKey', 'variables', 'source', 'sourceExpression', 'target', 'local'],
    ),
    out: readOn(['bpmn:CallActivity'], ['variables', 'source', 'sourceExpression', 'target', 'local']),
    failedJobRetryTimeCycle: readOn(mappingBearers, []),
    properties: silent,
    executionListener: listener,
    taskListener: listener,
    connector: java('use camunda:type="external" and camunda:topic, or zeebe:taskDefinition, and a worker'),
    field: java('use input mappings'),
    script: java('use a script task in FEEL'),
    errorEventDefinition: refused('let the worker throw the error'),
    formData: form,
    formProperty: form,
    potentialStarter: starters,
  },
  attributes: {
    type: readOn(externalTasks),
    topic: readOn(externalTasks),
    taskPriority: readOn([...externalTasks, 'bpmn:Process']),
    assignee: userTask,
    candidateUsers: userTask,
    candidateGroups: userTask,
    dueDate: userTask,
    followUpDate: userTask,
    priority: userTask,
    formKey: readOn(['bpmn:UserTask', 'bpmn:StartEvent']),
    formRef: readOn(['bpmn:UserTask', 'bpmn:StartEvent']),
    calledElementBinding: callActivity,
    calledElementVersion: callActivity,
    calledElementVersionTag: callActivity,
    variableName: readOn(['bpmn:ConditionalEventDefinition']),
    variableEvents: readOn(['bpmn:ConditionalEventDefinition']),
    versionTag: process,
    historyTimeToLive: process,
    resultVariable: readOn(['bpmn:ScriptTask', 'bpmn:ServiceTask', 'bpmn:SendTask', 'bpmn:BusinessRuleTask']),
    class: delegate,
    delegateExpression: delegate,
    expression: delegate,
    variableMappingClass: java('use input and output mappings'),
    variableMappingDelegateExpression: java('use input and output mappings'),
    formHandlerClass: java('forms are not handled by Java code'),
    resource: refused('scripts are given in the model'),
    asyncBefore: notNeeded,
    asyncAfter: notNeeded,
    async: notNeeded,
    exclusive: notNeeded,
    jobPriority: withoutEffect('it orders the internal jobs of Camunda 7; use camunda:taskPriority'),
    isStartableInTasklist: starters,
    candidateStarterUsers: starters,
    candidateStarterGroups: starters,
    formRefBinding: form,
    formRefVersion: form,
    initiator: readOn(['bpmn:StartEvent']),
    errorCodeVariable: readOn(['bpmn:ErrorEventDefinition']),
    errorMessageVariable: readOn(['bpmn:ErrorEventDefinition']),
    errorMessage: readOn(['bpmn:Error']),
    calledElementTenantId: refused('a process calls processes of its own tenant'),
    caseRef: refused('cases are not executed'),
    caseBinding: refused('cases are not executed'),
    caseVersion: refused('cases are not executed'),
    caseTenantId: refused('cases are not executed'),
    decisionRef: businessRuleTask,
    decisionRefBinding: businessRuleTask,
    decisionRefVersion: businessRuleTask,
    decisionRefVersionTag: businessRuleTask,
    decisionRefTenantId: refused('a process calls decisions of its own tenant'),
    mapDecisionResult: businessRuleTask,
    collection: multiInstance,
    elementVariable: multiInstance,
    modelerTemplate: silent,
    modelerTemplateVersion: silent,
    modelerTemplateIcon: silent,
    diagramRelationId: silent,
  },
  otherwise: 'refused',
};
