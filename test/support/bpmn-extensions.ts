import type {
  BusinessRuleTaskOptions,
  CallActivityOptions,
  EventOptions,
  JobOptions,
  MappingOptions,
  MessageThrowOptions,
  NodeOptions,
  ScriptTaskOptions,
  UserTaskOptions,
} from './bpmn-options.js';
import { xmlElement } from './xml-text.js';

/** The lines of an element's `extensionElements`, or none. */
export function extensionLines(options: NodeOptions, specific: readonly string[]): readonly string[] {
  const lines = [
    ...specific,
    ...headerLines(options),
    ...mappingLines(options),
    ...(options.extensions ?? []),
  ];
  return lines.length === 0 ? [] : xmlElement('bpmn:extensionElements', {}, lines);
}

function headerLines({ headers = {} }: NodeOptions): readonly string[] {
  const lines = Object.entries(headers).flatMap(([key, value]) => xmlElement('zeebe:header', { key, value }));
  return lines.length === 0 ? [] : xmlElement('zeebe:taskHeaders', {}, lines);
}

function mappingLines({ inputs = {}, outputs = {} }: NodeOptions): readonly string[] {
  const lines = [...mappings('zeebe:input', inputs), ...mappings('zeebe:output', outputs)];
  return lines.length === 0 ? [] : xmlElement('zeebe:ioMapping', {}, lines);
}

function mappings(tag: string, options: MappingOptions): readonly string[] {
  return Object.entries(options).flatMap(([target, source]) => xmlElement(tag, { source, target }));
}

export function jobLines({ type, retries, priority }: JobOptions): readonly string[] {
  return [
    ...(type === undefined ? [] : xmlElement('zeebe:taskDefinition', { type, retries })),
    ...(priority === undefined ? [] : xmlElement('zeebe:jobPriorityDefinition', { priority })),
  ];
}

export function messageThrowLines(options: MessageThrowOptions | EventOptions): readonly string[] {
  return [
    ...jobLines(options),
    ...(options.publish === undefined ? [] : xmlElement('zeebe:publishMessage', { ...options.publish })),
  ];
}

export function userTaskLines(options: UserTaskOptions): readonly string[] {
  const { assignee, candidateGroups, candidateUsers, dueDate, followUpDate, priority, formId } = options;
  return [
    ...xmlElement('zeebe:userTask', {}),
    ...givenElement('zeebe:assignmentDefinition', { assignee, candidateGroups, candidateUsers }),
    ...givenElement('zeebe:taskSchedule', { dueDate, followUpDate }),
    ...givenElement('zeebe:priorityDefinition', { priority }),
    ...givenElement('zeebe:formDefinition', { formId }),
  ];
}

export function businessRuleLines(options: BusinessRuleTaskOptions): readonly string[] {
  const { decisionId, resultVariable, bindingType, versionTag } = options;
  return [
    ...jobLines(options),
    ...givenElement('zeebe:calledDecision', { decisionId, resultVariable, bindingType, versionTag }),
  ];
}

export function scriptLines({ expression, resultVariable }: ScriptTaskOptions): readonly string[] {
  return givenElement('zeebe:script', { expression, resultVariable });
}

export function calledElementLines(options: CallActivityOptions): readonly string[] {
  const { processId, propagateAllParentVariables, propagateAllChildVariables, bindingType, versionTag } =
    options;
  return givenElement('zeebe:calledElement', {
    processId,
    propagateAllParentVariables,
    propagateAllChildVariables,
    bindingType,
    versionTag,
  });
}

function givenElement(
  tag: string,
  attributes: Readonly<Record<string, string | number | boolean | undefined>>,
): readonly string[] {
  return Object.values(attributes).every((value) => value === undefined) ? [] : xmlElement(tag, attributes);
}
