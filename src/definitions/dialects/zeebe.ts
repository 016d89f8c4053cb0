import type {
  CalledBinding,
  DecisionCall,
  Expression,
  JobDefinition,
  VariableMapping,
} from '../../engine/process-model.js';
import type { DiagnosticLog } from '../diagnostic.js';
import { literal, literalText, readFeel, readValue } from '../expressions.js';
import {
  asInstant,
  asList,
  asWholeNumber,
  jobPriorityRange,
  readBoolean,
  readVariableName,
  readVariablePath,
  retriesRange,
  taskPriorityRange,
} from '../field-values.js';
import { extensionAttribute, extensionChildren, extensions } from '../model-element.js';
import type { ModelElement } from '../model-element.js';
import type { ReadContext } from '../read-context.js';
import { checkVariableEvents, namesIn } from './condition-filter.js';
import type { Dialect } from './dialect.js';

/** Camunda 8: the native dialect. An attribute that begins with `=` is FEEL, any other is a literal. */
export const zeebeDialect: Dialect = {
  name: 'zeebe',
  readJob,
  readPublishing,
  readMappings,
  readUserTask,
  readScript,
  readDecision,
  readCall,
  readMultiInstance,
  readActiveElements: (element, { log }) => value(first(element, 'adHoc'), 'activeElementsCollection', log),
  readCorrelationKey: (message, { log }) => value(first(message, 'subscription'), 'correlationKey', log),
  readConditionVariables: (definition, { log }) => {
    const filter = first(definition, 'conditionalFilter');
    const events = filter && extensionAttribute(filter, 'variableEvents');
    if (events !== undefined) checkVariableEvents(events, 'zeebe:conditionalFilter', definition, log);
    return namesIn(filter && extensionAttribute(filter, 'variableNames'));
  },
  readProcess: (process) => {
    const tag = first(process, 'versionTag');
    const versionTag = tag && extensionAttribute(tag, 'value');
    return versionTag === undefined ? undefined : { versionTag };
  },
};

function readJob(element: ModelElement, { log }: ReadContext): JobDefinition | undefined {
  const definition = first(element, 'taskDefinition');
  if (definition === undefined) return undefined;
  const jobType = value(definition, 'type', log) ?? literal('');
  if (literalText(jobType)?.trim() === '') {
    log.report(
      'missing-implementation',
      element,
      'Expected zeebe:taskDefinition to have a type but found none.',
    );
  }
  const retries = value(definition, 'retries', log) ?? literal('3');
  const priority = readJobPriority(element, log);
  return {
    jobType,
    retries: asWholeNumber(retries, retriesRange, element, log),
    headers: readHeaders(element, log),
    ...(priority !== undefined && { priority }),
  };
}

/** Of the element itself, else of the process that it is in. */
function readJobPriority(element: ModelElement, log: DiagnosticLog): Expression | undefined {
  for (let at: ModelElement | undefined = element; at !== undefined; at = at.$parent) {
    if (at !== element && at.$type !== 'bpmn:Process') continue;
    const priority = value(first(at, 'jobPriorityDefinition'), 'priority', log);
    if (priority !== undefined) return asWholeNumber(priority, jobPriorityRange, at, log);
  }
  return undefined;
}

function readHeaders(element: ModelElement, log: DiagnosticLog): Readonly<Record<string, string>> {
  const headers = extensions(element, 'zeebe:taskHeaders').flatMap((it) =>
    extensionChildren(it, 'zeebe:header'),
  );
  return Object.fromEntries(
    headers.map((header) => {
      const key = extensionAttribute(header, 'key') ?? '';
      if (key === '')
        log.report(
          'invalid-value',
          element,
          'Expected each zeebe:header to have a key but found one without.',
        );
      return [key, extensionAttribute(header, 'value') ?? ''];
    }),
  );
}

function readPublishing(
  element: ModelElement,
  { log }: ReadContext,
): ReturnType<NonNullable<Dialect['readPublishing']>> {
  const publish = first(element, 'publishMessage');
  if (publish === undefined) return undefined;
  const correlationKey = value(publish, 'correlationKey', log);
  const timeToLive = value(publish, 'timeToLive', log);
  const messageId = value(publish, 'messageId', log);
  return {
    ...(correlationKey !== undefined && { correlationKey }),
    ...(timeToLive !== undefined && { timeToLive }),
    ...(messageId !== undefined && { messageId }),
  };
}

function readMappings(
  element: ModelElement,
  { log }: ReadContext,
): ReturnType<NonNullable<Dialect['readMappings']>> {
  const mappings = extensions(element, 'zeebe:ioMapping');
  if (mappings.length === 0) return undefined;
  const read = (type: string) =>
    mappings
      .flatMap((mapping) => extensionChildren(mapping, type))
      .flatMap((it) => readMapping(it, element, log));
  return { inputs: read('zeebe:input'), outputs: read('zeebe:output') };
}

function readMapping(
  mapping: ModelElement,
  element: ModelElement,
  log: DiagnosticLog,
): readonly VariableMapping[] {
  const source = value(mapping, 'source', log);
  if (source === undefined) {
    log.report('invalid-value', element, `Expected ${mapping.$type} to have a source but found none.`);
    return [];
  }
  const path = extensionAttribute(mapping, 'target') ?? '';
  const target = readVariablePath(path, `the target of ${mapping.$type}`, element, log);
  return target === undefined ? [] : [{ source, target }];
}

function readUserTask(
  element: ModelElement,
  { log }: ReadContext,
): ReturnType<NonNullable<Dialect['readUserTask']>> {
  const parts = userTaskParts.map((name) => first(element, name));
  const headers = readHeaders(element, log);
  if (parts.every((part) => part === undefined) && Object.keys(headers).length === 0) return undefined;
  const assignment = first(element, 'assignmentDefinition');
  const schedule = first(element, 'taskSchedule');
  const form = first(element, 'formDefinition');
  const assignee = value(assignment, 'assignee', log);
  const groups = value(assignment, 'candidateGroups', log);
  const users = value(assignment, 'candidateUsers', log);
  const dueDate = value(schedule, 'dueDate', log);
  const followUpDate = value(schedule, 'followUpDate', log);
  const priority = value(first(element, 'priorityDefinition'), 'priority', log);
  const formId =
    form && formAttributes.map((name) => extensionAttribute(form, name)).find((text) => text !== undefined);
  return {
    headers,
    ...(assignee !== undefined && { assignee }),
    ...(groups !== undefined && { candidateGroups: asList(groups) }),
    ...(users !== undefined && { candidateUsers: asList(users) }),
    ...(dueDate !== undefined && { dueDate: asInstant(dueDate, 'dueDate', element, log) }),
    ...(followUpDate !== undefined && {
      followUpDate: asInstant(followUpDate, 'followUpDate', element, log),
    }),
    ...(priority !== undefined && { priority: asWholeNumber(priority, taskPriorityRange, element, log) }),
    ...(formId !== undefined && { formId }),
  };
}

const userTaskParts = [
  'userTask',
  'assignmentDefinition',
  'taskSchedule',
  'formDefinition',
  'priorityDefinition',
];
const formAttributes = ['formId', 'formKey', 'externalReference'];

function readScript(
  element: ModelElement,
  { log }: ReadContext,
): ReturnType<NonNullable<Dialect['readScript']>> {
  const script = first(element, 'script');
  if (script === undefined) return undefined;
  const name = extensionAttribute(script, 'resultVariable');
  const resultVariable =
    name === undefined ? undefined : readVariableName(name, 'resultVariable of zeebe:script', element, log);
  return {
    script: readFeel(extensionAttribute(script, 'expression') ?? '', element, log),
    ...(resultVariable !== undefined && { resultVariable }),
  };
}

function readCall(element: ModelElement, { log }: ReadContext): ReturnType<NonNullable<Dialect['readCall']>> {
  const called = first(element, 'calledElement');
  if (called === undefined) return undefined;
  const legacy = extensionAttribute(called, 'processIdExpression');
  const calledProcessId =
    value(called, 'processId', log) ?? (legacy === undefined ? literal('') : readFeel(legacy, element, log));
  const propagation = (name: string) =>
    readBoolean(extensionAttribute(called, name), true, `${name} of zeebe:calledElement`, element, log);
  return {
    calledProcessId,
    binding: readBinding(called, element, log),
    propagateAllParentVariables: propagation('propagateAllParentVariables'),
    propagateAllChildVariables: propagation('propagateAllChildVariables'),
  };
}

function readDecision(element: ModelElement, { log }: ReadContext): DecisionCall | undefined {
  const called = first(element, 'calledDecision');
  if (called === undefined) return undefined;
  const resultVariable = readVariableName(
    extensionAttribute(called, 'resultVariable') ?? '',
    'resultVariable of zeebe:calledDecision',
    element,
    log,
  );
  return {
    decisionId: value(called, 'decisionId', log) ?? literal(''),
    binding: readBinding(called, element, log),
    ...(resultVariable !== undefined && { resultVariable }),
  };
}

function readBinding(called: ModelElement, element: ModelElement, log: DiagnosticLog): CalledBinding {
  const type = extensionAttribute(called, 'bindingType') ?? 'latest';
  const versionTag = extensionAttribute(called, 'versionTag') ?? '';
  if (type === 'latest' || type === 'deployment') return { kind: type };
  if (type !== 'versionTag') {
    const message = `Expected bindingType to be latest, deployment or versionTag but found "${type.slice(0, 60)}".`;
    log.report('invalid-value', element, message);
  } else if (versionTag === '') {
    log.report(
      'invalid-value',
      element,
      'Expected a versionTag beside bindingType="versionTag" but found none.',
    );
  }
  return { kind: 'versionTag', versionTag };
}

function readMultiInstance(
  loop: ModelElement,
  { log }: ReadContext,
): ReturnType<NonNullable<Dialect['readMultiInstance']>> {
  const characteristics = first(loop, 'loopCharacteristics');
  if (characteristics === undefined) return undefined;
  const collection = value(characteristics, 'inputCollection', log);
  const itemVariable = variableName(characteristics, 'inputElement', loop, log);
  const outputCollection = variableName(characteristics, 'outputCollection', loop, log);
  const element = value(characteristics, 'outputElement', log);
  if ((outputCollection === undefined) !== (element === undefined)) {
    const message =
      'Expected zeebe:loopCharacteristics to have outputCollection and outputElement, or neither, but found one.';
    log.report('invalid-loop', loop, message);
  }
  const elementVariable = element && pathOf(element)?.[0];
  return {
    ...(collection !== undefined && { collection }),
    ...(itemVariable !== undefined && { itemVariable }),
    ...(outputCollection !== undefined &&
      element !== undefined && {
        output: {
          collection: outputCollection,
          element,
          ...(elementVariable !== undefined && { elementVariable }),
        },
      }),
  };
}

/** The names of an expression that is a variable or what is inside of one, and nothing else. */
function pathOf(expression: Expression): readonly string[] | undefined {
  if (expression.kind === 'literal') return undefined;
  const path = expression.source.replace(/^=/, '').trim();
  return /^[\p{L}_][\p{L}\p{N}_]*(\.[\p{L}_][\p{L}\p{N}_]*)*$/u.test(path) ? path.split('.') : undefined;
}

function variableName(
  extension: ModelElement,
  attribute: string,
  place: ModelElement,
  log: DiagnosticLog,
): string | undefined {
  const name = extensionAttribute(extension, attribute);
  return name ? readVariableName(name, `${attribute} of ${extension.$type}`, place, log) : undefined;
}

function first(element: ModelElement, name: string): ModelElement | undefined {
  return extensions(element, `zeebe:${name}`)[0];
}

/** An attribute as an expression; undefined where the element or the attribute is missing, or the attribute is empty. */
function value(
  extension: ModelElement | undefined,
  name: string,
  log: DiagnosticLog,
): Expression | undefined {
  const text = extension && extensionAttribute(extension, name);
  return extension === undefined || !text ? undefined : readValue(text, extension, log);
}
