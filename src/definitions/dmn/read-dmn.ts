import type { ExecutableDecision } from '../../engine/decision.js';
import { createDiagnosticLog } from '../diagnostic.js';
import type { Diagnostic, DiagnosticLog, ReadPurpose } from '../diagnostic.js';
import type { FunctionValue } from '../feel/values/function-value.js';
import { importModel } from '../import-model.js';
import {
  attribute,
  children,
  extensionAttribute,
  extensions,
  foreignAttribute,
  idOf,
  tagOf,
} from '../model-element.js';
import type { ModelElement } from '../model-element.js';
import type { ModelResource } from '../read-bpmn.js';
import { guardXml } from '../xml/xml-guard.js';
import { noXmlLimits, xmlLimits } from '../xml/xml-limits.js';
import type { XmlLimits } from '../xml/xml-limits.js';
import { checkDmn } from './check-dmn.js';
import type { DecisionTable } from './decision-table.js';
import { dmnLanguageOf, dmnVocabulary } from './dmn-versions.js';
import { executableDecision } from './executable-decision.js';
import { isFeelLanguage } from './model-reading.js';
import type { DmnContext } from './model-reading.js';
import { readDecision, readKnowledge } from './read-decision.js';
import type { DecisionPart } from './read-decision.js';
import { readGraph, readRequirements } from './read-requirements.js';
import type { Requirements } from './read-requirements.js';
import { orderFor, requirementOrder } from './requirement-order.js';
import { readValueTypes } from './value-types.js';

/** The decisions of a model, or why there are none; either way everything that is to be said about it. */
export type ReadDmnResult =
  | {
      readonly ok: true;
      readonly decisions: readonly ExecutableDecision[];
      readonly diagnostics: readonly Diagnostic[];
    }
  | { readonly ok: false; readonly diagnostics: readonly Diagnostic[] };

export interface ReadDmnOptions {
  /** As in `readBpmn`. */
  readonly purpose: ReadPurpose;
  readonly limits?: Partial<XmlLimits>;
}

/** Characters of a decision's id; what it is stored in holds no more. */
const decisionIdLengthMax = 255;

/**
 * Reads DMN 1.3 to 1.5 XML into decisions with every expression compiled. Never throws for what stands in the file: that is
 * told by diagnostics, each with element and line where they are known, in order of line.
 */
export async function readDmn(resource: ModelResource, options: ReadDmnOptions): Promise<ReadDmnResult> {
  const limits = options.purpose === 'load' ? noXmlLimits : { ...xmlLimits, ...options.limits };
  const guarded = guardXml(resource.content, limits, dmnVocabulary);
  const log = createDiagnosticLog(options.purpose, guarded.lineById);
  for (const { code, message, ...place } of guarded.findings) log.report(code, place, message);
  if (!guarded.passed) return { ok: false, diagnostics: log.list() };
  const model = await importModel(
    resource.content,
    guarded,
    log,
    dmnLanguageOf(guarded.uriByPrefix.values()),
  );
  const decisions = model === undefined ? [] : readDecisions(model.definitions, guarded.uriByPrefix, log);
  if (log.hasErrors()) return { ok: false, diagnostics: log.list() };
  return { ok: true, decisions, diagnostics: log.list() };
}

function readDecisions(
  definitions: ModelElement,
  uriByPrefix: ReadonlyMap<string, string>,
  log: DiagnosticLog,
): readonly ExecutableDecision[] {
  checkDmn(definitions, uriByPrefix, log);
  const language = attribute(definitions, 'expressionLanguage') ?? '';
  const context: DmnContext = {
    log,
    types: readValueTypes(definitions, log),
    feelByDefault: language === '' || isFeelLanguage(language),
  };
  const elements = identified(children(definitions, 'drgElement'), log);
  if (![...elements.values()].some(({ $type }) => $type === 'dmn:Decision'))
    log.report('no-decision', definitions, 'Expected a decision but found none.');
  const graph = readGraph(definitions);
  const requirements = new Map(
    [...elements].map(([id, element]) => [id, readRequirements(element, graph, context)] as const),
  );
  const order = orderOf(requirements, elements, log);
  const parts = readParts(order, elements, requirements, context);
  return [...parts.values()].map((part) => {
    const partsOf = () =>
      orderFor(part.decisionId, order, (id) => parts.get(id)?.requires ?? []).flatMap(
        (id) => parts.get(id) ?? [],
      );
    const element = elements.get(part.decisionId);
    return executableDecision(part, partsOf, element && versionTagOf(element));
  });
}

/** Decisions and business knowledge models by id: those that are evaluated. */
function identified(
  elements: readonly ModelElement[],
  log: DiagnosticLog,
): ReadonlyMap<string, ModelElement> {
  const byId = new Map<string, ModelElement>();
  for (const element of elements) {
    if (element.$type !== 'dmn:Decision' && element.$type !== 'dmn:BusinessKnowledgeModel') continue;
    const id = idOf(element);
    if (id === undefined) {
      log.report(
        'missing-id',
        element,
        `Expected each ${tagOf(element)} to have an id but found one without.`,
      );
    } else {
      if (id.length > decisionIdLengthMax) {
        const message = `Expected an id of at most ${decisionIdLengthMax} characters but found ${id.length}.`;
        log.report('invalid-id', element, message);
      }
      byId.set(id, element);
    }
  }
  return byId;
}

function orderOf(
  requirements: ReadonlyMap<string, Requirements>,
  elements: ReadonlyMap<string, ModelElement>,
  log: DiagnosticLog,
): readonly string[] {
  const nodes = new Map(
    [...requirements].map(([id, { decisions, knowledge }]) => [
      id,
      { requires: [...decisions, ...knowledge].flatMap((element) => idOf(element) ?? []) },
    ]),
  );
  const found = requirementOrder(nodes);
  if (found.ok) return found.order;
  const element = elements.get(found.circle[0] ?? '');
  const message = `Expected no decision to require itself but found the circle ${[...found.circle, found.circle[0] ?? ''].join(' → ').slice(0, 500)}.`;
  if (element !== undefined) log.report('requirement-circle', element, message);
  return [];
}

function readParts(
  order: readonly string[],
  elements: ReadonlyMap<string, ModelElement>,
  requirements: ReadonlyMap<string, Requirements>,
  context: DmnContext,
): ReadonlyMap<string, DecisionPart> {
  const parts = new Map<string, DecisionPart>();
  const tables = new Map<string, DecisionTable>();
  const knowledge = new Map<string, FunctionValue>();
  for (const id of order) {
    const element = elements.get(id);
    const required = requirements.get(id);
    if (element === undefined || required === undefined) continue;
    if (element.$type === 'dmn:Decision') {
      const part = readDecision(element, required, knowledge, tables, context);
      parts.set(id, part);
      if (part.table !== undefined) tables.set(id, part.table);
    } else {
      const read = readKnowledge(element, required, knowledge, context);
      if (read !== undefined) knowledge.set(id, read);
    }
  }
  return parts;
}

/** Of Camunda 8 as an extension element, of Camunda 7 and Operaton as an attribute. */
function versionTagOf(decision: ModelElement): string | undefined {
  const tag = extensions(decision, 'zeebe:versionTag')[0];
  return (
    (tag && extensionAttribute(tag, 'value')) ??
    ['camundaDmn', 'operatonDmn']
      .map((prefix) => foreignAttribute(decision, `${prefix}:versionTag`))
      .find((value) => value !== undefined)
  );
}
