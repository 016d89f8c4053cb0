import { describe } from '../model-element.js';
import type { ScopeRule } from './scope-rule.js';

/** Which events flows cannot lead to or leave. */
export const checkSequenceFlows: ScopeRule = (scope, log) => {
  for (const node of scope.nodes) {
    const type = node.element.$type;
    const [flow] = type === 'bpmn:EndEvent' ? node.outgoing : node.incoming;
    const clause = clauses[type];
    if (flow === undefined || clause === undefined) continue;
    const relation = type === 'bpmn:EndEvent' ? 'outgoing' : 'incoming';
    const message = `Expected ${describe(node.element)} to have no ${relation} sequence flow (BPMN 2.0.2 ${clause}) but found ${flow.id}.`;
    log.report('invalid-flow', node.element, message);
  }
};

/** A start event MUST NOT be a target, an end event not a source, a boundary event not a target of sequence flow. */
const clauses: Readonly<Record<string, string>> = {
  'bpmn:StartEvent': '§10.5.2',
  'bpmn:EndEvent': '§10.5.3',
  'bpmn:BoundaryEvent': '§10.5.4',
};
