import { jobBearers, mappingBearers, readOn, refused, silent, withoutEffect } from './extension-rule.js';
import type { ExtensionRules } from './extension-rule.js';

const userTask = ['bpmn:UserTask'] as const;
const listeners = 'listeners are not executed; use a service task';

/** What of Camunda 8's extensions is read, and what is not. */
export const zeebeExtensions: ExtensionRules = {
  elements: {
    taskDefinition: readOn(jobBearers, ['type', 'retries']),
    taskHeaders: readOn([...jobBearers, ...userTask], []),
    ioMapping: readOn(mappingBearers, []),
    subscription: readOn(['bpmn:Message'], ['correlationKey']),
    publishMessage: readOn(
      ['bpmn:SendTask', 'bpmn:IntermediateThrowEvent', 'bpmn:EndEvent'],
      ['correlationKey', 'messageId', 'timeToLive'],
    ),
    calledElement: readOn(
      ['bpmn:CallActivity'],
      [
        'processId',
        'processIdExpression',
        'propagateAllChildVariables',
        'propagateAllParentVariables',
        'bindingType',
        'versionTag',
      ],
    ),
    userTask: readOn(userTask, []),
    assignmentDefinition: readOn(userTask, ['assignee', 'candidateGroups', 'candidateUsers']),
    taskSchedule: readOn(userTask, ['dueDate', 'followUpDate']),
    formDefinition: readOn(userTask, ['formId', 'formKey', 'externalReference', 'bindingType', 'versionTag']),
    priorityDefinition: readOn(userTask, ['priority']),
    jobPriorityDefinition: readOn(['bpmn:Process', ...jobBearers], ['priority']),
    script: readOn(['bpmn:ScriptTask'], ['expression', 'resultVariable']),
    versionTag: readOn(['bpmn:Process'], ['value']),
    loopCharacteristics: readOn(
      ['bpmn:MultiInstanceLoopCharacteristics'],
      ['inputCollection', 'inputElement', 'outputCollection', 'outputElement'],
    ),
    // Read, or refused, together with the element they stand on.
    calledDecision: readOn(
      ['bpmn:BusinessRuleTask'],
      ['decisionId', 'resultVariable', 'bindingType', 'versionTag'],
    ),
    adHoc: readOn(['bpmn:AdHocSubProcess'], ['activeElementsCollection']),
    conditionalFilter: readOn(['bpmn:ConditionalEventDefinition'], ['variableNames', 'variableEvents']),
    userTaskForm: withoutEffect('forms are kept in the file and not shown'),
    properties: withoutEffect('properties are kept in the file'),
    executionListeners: refused(listeners),
    taskListeners: refused(listeners),
    linkedResources: refused('linked resources are not resolved'),
  },
  attributes: {
    modelerTemplate: silent,
    modelerTemplateVersion: silent,
    modelerTemplateIcon: silent,
  },
  otherwise: 'refused',
};
