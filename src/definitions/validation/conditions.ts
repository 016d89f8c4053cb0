import type { DiagnosticLog } from '../diagnostic.js';
import type { NodeDraft } from '../draft.js';
import { child, describe } from '../model-element.js';
import type { ScopeRule } from './scope-rule.js';

/** Which flows have conditions, and which is taken without. */
export const checkConditions: ScopeRule = (scope, log) => {
  for (const node of scope.nodes) {
    checkDefault(node, log);
    if (node.content === undefined) continue;
    if (conditionsRefused.test(node.element.$type)) checkNoConditions(node, log);
    else if (node.content.type === 'exclusiveGateway') checkEachHasCondition(node, log);
    else checkNoneIsEmpty(node, log);
  }
};

/** Events (§10.5.2, §10.5.4: the condition MUST be none), parallel (§10.6.4) and event-based gateways (§10.6.6). */
const conditionsRefused = /Event$|^bpmn:(ParallelGateway|EventBasedGateway)$/;

/** The default flow is one of the outgoing flows, taken when no condition is true (BPMN 2.0.2 §8.4.13, §10.6.2). */
function checkDefault(node: NodeDraft, log: DiagnosticLog): void {
  const flow = child(node.element, 'default');
  if (flow === undefined) return;
  const draft = node.outgoing.find((outgoing) => outgoing.element === flow);
  if (draft === undefined) {
    const message = `Expected the default flow of ${describe(node.element)} to be one of its outgoing flows but found ${describe(flow)}.`;
    log.report('invalid-default-flow', node.element, message);
  } else if (draft.condition !== undefined) {
    const message = `Expected the default flow ${draft.id} of ${describe(node.element)} to have no condition but found one.`;
    log.report('invalid-default-flow', draft.element, message);
  }
}

function checkNoConditions(node: NodeDraft, log: DiagnosticLog): void {
  for (const flow of node.outgoing) {
    if (flow.condition === undefined) continue;
    const message = `Expected ${flow.id} to have no condition, as it leaves ${describe(node.element)}, but found one.`;
    log.report('condition-not-allowed', flow.element, message);
  }
}

/** BPMN 2.0.2 §10.6.2: of several ways one is taken by its condition; only the default flow has none. */
function checkEachHasCondition(node: NodeDraft, log: DiagnosticLog): void {
  if (node.outgoing.length < 2) return;
  for (const flow of node.outgoing) {
    if (flow.isDefault || flow.condition !== undefined) continue;
    const message = `Expected ${flow.id}, one of ${node.outgoing.length} ways out of ${describe(node.element)}, to have a condition or to be its default flow but found neither.`;
    log.report('missing-condition', flow.element, message);
  }
}

/**
 * An expression without text beside a default flow, or beside a condition, was meant to be one: as none it would be taken always (§8.4.13). Where no way
 * has a condition it is what some modelers leave on every flow.
 */
function checkNoneIsEmpty(node: NodeDraft, log: DiagnosticLog): void {
  if (!node.outgoing.some((flow) => flow.isDefault || flow.condition !== undefined)) return;
  for (const flow of node.outgoing) {
    if (flow.isDefault || flow.condition !== undefined) continue;
    if (child(flow.element, 'conditionExpression') === undefined) continue;
    const message = `Expected ${flow.id}, one of ${node.outgoing.length} ways out of ${describe(node.element)}, to have a condition but found an empty one.`;
    log.report('missing-condition', flow.element, message);
  }
}
