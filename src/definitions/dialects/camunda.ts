import type { JsonValue } from '../../engine/json.js';
import type { Expression, JobDefinition } from '../../engine/process-model.js';
import { parseDuration } from '../../engine/time/duration.js';
import type { DiagnosticLog } from '../diagnostic.js';
import { isFeel, isJuel, literal, literalText, readFeel, readPlainValue, shown } from '../expressions.js';
import {
  asInstant,
  asList,
  asWholeNumber,
  jobPriorityRange,
  readVariableName,
  retriesRange,
  taskPriorityRange,
} from '../field-values.js';
import {
  attribute,
  children,
  extensionAttribute,
  extensionChildren,
  extensions,
  foreignAttribute,
} from '../model-element.js';
import { parseTimeToLive } from '../../platform/time-to-live.js';
import type { ModelElement } from '../model-element.js';
import type { ReadContext } from '../read-context.js';
import { checkVariableEvents, namesIn } from './condition-filter.js';
import type { Dialect } from './dialect.js';
import { readCamundaBinding } from './camunda-binding.js';
import { readCamundaDecision } from './camunda-decision.js';
import { passesAll, readCamundaMappings } from './camunda-mappings.js';
import { combined } from './camunda-parameters.js';
import type { CamundaPrefix } from './camunda-mappings.js';

/** Camunda 7 and Operaton: what needs no Java. `${…}`, and FEEL after `=`, is taken wherever a value is. */
export function camundaDialect(prefix: CamundaPrefix): Dialect {
  return {
    name: prefix,
    readJob: (element, context) => readJob(prefix, element, context),
    readMappings: (element, context) => readCamundaMappings(prefix, element, context),
    readUserTask: (element, context) => readUserTask(prefix, element, context),
    readDecision: (element, context) => readCamundaDecision(prefix, element, context),
    readCall: (element, context) => readCall(prefix, element, context),
    readMultiInstance: (loop, context) => readMultiInstance(prefix, loop, context),
    readConditionVariables: (definition, { log }) => {
      const events = foreignAttribute(definition, `${prefix}:variableEvents`);
      if (events !== undefined) checkVariableEvents(events, `${prefix}:variableEvents`, definition, log);
      return namesIn(foreignAttribute(definition, `${prefix}:variableName`));
    },
    readProcess: (process, { log }) => {
      const versionTag = foreignAttribute(process, `${prefix}:versionTag`);
      const historyTimeToLive = foreignAttribute(process, `${prefix}:historyTimeToLive`);
      if (historyTimeToLive !== undefined && parseTimeToLive(historyTimeToLive) === undefined) {
        const message = `Expected ${prefix}:historyTimeToLive to be days or an ISO 8601 duration such as P30D but found "${historyTimeToLive.slice(0, 60)}".`;
        log.report('invalid-time-to-live', process, message);
      }
      if (versionTag === undefined && historyTimeToLive === undefined) return undefined;
      return {
        ...(versionTag !== undefined && { versionTag }),
        ...(historyTimeToLive !== undefined && { historyTimeToLive }),
      };
    },
  };
}

/** External tasks; on throw events the attributes stand on the message event definition. */
function readJob(
  prefix: CamundaPrefix,
  element: ModelElement,
  { log }: ReadContext,
): JobDefinition | undefined {
  const bearer = [element, ...children(element, 'eventDefinitions')].find(
    (it) =>
      foreignAttribute(it, `${prefix}:type`) !== undefined ||
      foreignAttribute(it, `${prefix}:topic`) !== undefined,
  );
  if (bearer === undefined) return undefined;
  const type = foreignAttribute(bearer, `${prefix}:type`);
  if (type !== 'external') {
    const found = type === undefined ? 'none' : `"${type.slice(0, 60)}"`;
    log.report('java-not-supported', element, `Expected ${prefix}:type="external" but found ${found}.`);
  }
  const jobType = value(prefix, bearer, 'topic', log) ?? literal('');
  if (literalText(jobType)?.trim() === '') {
    log.report(
      'missing-implementation',
      element,
      `Expected ${prefix}:topic beside ${prefix}:type but found none.`,
    );
  }
  const priority = value(prefix, bearer, 'taskPriority', log);
  return {
    jobType,
    ...readRetries(prefix, element, log),
    headers: readHeaders(prefix, element),
    ...(priority !== undefined && { priority: asWholeNumber(priority, jobPriorityRange, element, log) }),
  };
}

/**
 * `R5/PT1M` is five tries with a minute between them at least, `PT1M,PT5M` one try more than there are pauses, which are taken in turn; a
 * worker may ask for more.
 */
function readRetries(
  prefix: CamundaPrefix,
  element: ModelElement,
  log: DiagnosticLog,
): Pick<JobDefinition, 'retries' | 'retryPauses'> {
  const cycle = extensions(element, `${prefix}:failedJobRetryTimeCycle`)[0]?.$body?.trim();
  if (cycle === undefined) return { retries: literal(3) };
  const [, tries, pause = cycle] = /^(?:R(\d+)\/)?(.*)$/.exec(cycle) ?? [];
  if (tries === undefined && /^\d+$/.test(cycle))
    return { retries: asWholeNumber(literal(cycle), retriesRange, element, log) };
  const retryPauses = tries === undefined ? pause.split(',').map((it) => it.trim()) : [pause];
  const count = tries ?? String(retryPauses.length + 1);
  const retries = asWholeNumber(literal(count), retriesRange, element, log);
  if (retryPauses.some((it) => parseDuration(it) === undefined)) {
    const message = `Expected ${prefix}:failedJobRetryTimeCycle to be tries and an ISO 8601 duration such as R3/PT10S, or durations such as PT1M,PT5M, but found ${shown(cycle)}.`;
    log.report('invalid-value', element, message);
  }
  return { retries, retryPauses };
}

/** Camunda 7 hands extension properties of an external task to its worker. */
function readHeaders(prefix: CamundaPrefix, element: ModelElement): Readonly<Record<string, string>> {
  const properties = extensions(element, `${prefix}:properties`).flatMap((it) =>
    extensionChildren(it, `${prefix}:property`),
  );
  return Object.fromEntries(
    properties.map((it) => [extensionAttribute(it, 'name') ?? '', extensionAttribute(it, 'value') ?? '']),
  );
}

function readUserTask(
  prefix: CamundaPrefix,
  element: ModelElement,
  { log }: ReadContext,
): ReturnType<NonNullable<Dialect['readUserTask']>> {
  const assignee = value(prefix, element, 'assignee', log);
  const groups = readCandidates(prefix, element, 'candidateGroups', log);
  const users = readCandidates(prefix, element, 'candidateUsers', log);
  const dueDate = value(prefix, element, 'dueDate', log);
  const followUpDate = value(prefix, element, 'followUpDate', log);
  const priority = value(prefix, element, 'priority', log);
  const formId = ['formKey', 'formRef']
    .map((name) => foreignAttribute(element, `${prefix}:${name}`))
    .find(Boolean);
  if ([assignee, groups, users, dueDate, followUpDate, priority, formId].every((it) => it === undefined))
    return undefined;
  return {
    headers: {},
    ...(assignee !== undefined && { assignee }),
    ...(groups !== undefined && { candidateGroups: groups }),
    ...(users !== undefined && { candidateUsers: users }),
    ...(dueDate !== undefined && { dueDate: asInstant(dueDate, 'dueDate', element, log) }),
    ...(followUpDate !== undefined && {
      followUpDate: asInstant(followUpDate, 'followUpDate', element, log),
    }),
    ...(priority !== undefined && { priority: asWholeNumber(priority, taskPriorityRange, element, log) }),
    ...(formId !== undefined && { formId }),
  };
}

/** Names between commas, of which each may be `${…}` and give one name, several between commas, or a list of names. */
function readCandidates(
  prefix: CamundaPrefix,
  element: ModelElement,
  name: string,
  log: DiagnosticLog,
): Expression | undefined {
  const text = foreignAttribute(element, `${prefix}:${name}`);
  if (text === undefined || isFeel(text) || !/\}[^{}]*,|,[^{}]*[$#]\{/.test(text)) {
    const whole = value(prefix, element, name, log);
    return whole && asList(whole);
  }
  const items = text.match(/(?:[$#]\{[^}]*\}|[^,])+/g) ?? [];
  const parts = items.map((item) => asList(readPlainValue(item.trim(), element, log)));
  return combined(parts, (values) => values.flatMap(candidatesIn));

  function candidatesIn(given: JsonValue): readonly JsonValue[] {
    if (typeof given !== 'string') return Array.isArray(given) ? (given as readonly JsonValue[]) : [given];
    return given
      .split(',')
      .map((each) => each.trim())
      .filter((each) => each !== '');
  }
}

function readCall(
  prefix: CamundaPrefix,
  element: ModelElement,
  { log }: ReadContext,
): ReturnType<NonNullable<Dialect['readCall']>> {
  const calledElement = attribute(element, 'calledElement');
  const passed = [...extensions(element, `${prefix}:in`), ...extensions(element, `${prefix}:out`)];
  const binding = foreignAttribute(element, `${prefix}:calledElementBinding`);
  if (passed.length === 0 && binding === undefined) return undefined;
  const businessKey = readBusinessKey(prefix, element, log);
  return {
    calledProcessId: readPlainValue(calledElement ?? '', element, log),
    binding: readCamundaBinding(prefix, 'calledElement', element, log),
    propagateAllParentVariables: passesAll(prefix, 'in', element),
    propagateAllChildVariables: passesAll(prefix, 'out', element),
    ...(businessKey !== undefined && { businessKey }),
  };
}

function readMultiInstance(
  prefix: CamundaPrefix,
  loop: ModelElement,
  context: ReadContext,
): ReturnType<NonNullable<Dialect['readMultiInstance']>> {
  const text = foreignAttribute(loop, `${prefix}:collection`);
  const name = foreignAttribute(loop, `${prefix}:elementVariable`);
  if (text === undefined && name === undefined) return undefined;
  const collection = text === undefined ? undefined : readCollection(text, loop, context);
  const itemVariable =
    name === undefined ? undefined : readVariableName(name, `${prefix}:elementVariable`, loop, context.log);
  return {
    ...(collection !== undefined && { collection }),
    ...(itemVariable !== undefined && { itemVariable }),
  };
}

/** A collection that is an expression, or the name of a variable. */
function readCollection(text: string, loop: ModelElement, { log }: ReadContext): Expression | undefined {
  if (isFeel(text) || isJuel(text)) return readPlainValue(text, loop, log);
  const name = readVariableName(text, 'the collection', loop, log);
  return name === undefined ? undefined : readFeel(name, loop, log);
}

/** The caller's business key is inherited anyway, so the usual way to say so in Camunda 7 needs no expression. */
const inheritedBusinessKey = /^[$#]\{execution\.processBusinessKey\}$/;

function readBusinessKey(
  prefix: CamundaPrefix,
  element: ModelElement,
  log: DiagnosticLog,
): Expression | undefined {
  for (const passed of extensions(element, `${prefix}:in`)) {
    const text = extensionAttribute(passed, 'businessKey');
    if (text !== undefined && !inheritedBusinessKey.test(text.trim()))
      return readPlainValue(text, element, log);
  }
  return undefined;
}

function value(
  prefix: CamundaPrefix,
  element: ModelElement,
  name: string,
  log: DiagnosticLog,
): Expression | undefined {
  const text = foreignAttribute(element, `${prefix}:${name}`);
  return text === undefined || text === '' ? undefined : readPlainValue(text, element, log);
}
