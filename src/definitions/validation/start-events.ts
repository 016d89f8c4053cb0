import { isInstantiating } from '../draft.js';
import { describe, flag } from '../model-element.js';
import { reportSameMessage } from './duplicate-triggers.js';
import type { ScopeRule } from './scope-rule.js';

/** Which start events a process (BPMN 2.0.2 §10.5.2) and an embedded sub-process (§10.3.5) can have. */
export const checkStartEvents: ScopeRule = (scope, log) => {
  const starts = scope.nodes.filter((node) => node.content?.type === 'startEvent');
  const isNone = (node: (typeof starts)[number]) =>
    node.content?.type === 'startEvent' && node.content.event.kind === 'none';
  const [first, ...more] = starts.filter(isNone);
  for (const node of more) {
    const message = `Expected one none start event in ${describe(scope.owner)} but found ${first?.id} and ${node.id}.`;
    log.report('invalid-start-event', node.element, message);
  }
  for (const node of scope.nodes.filter(isInstantiating)) {
    const [flow] = node.incoming;
    if (flow === undefined && scope.parentId === undefined) continue;
    const found = flow === undefined ? `it in ${describe(scope.owner)}` : flow.id;
    const message = `Expected ${describe(node.element)} with instantiate="true" to stand in a process, without incoming sequence flow (BPMN 2.0.2 §10.3.3, §10.6.6), but found ${found}.`;
    log.report('invalid-start-event', node.element, message);
  }
  if (scope.parentId === undefined) {
    reportSameMessage(starts, `that starts ${describe(scope.owner)}`, log);
    return;
  }
  // An event sub-process has a rule of its own.
  if (flag(scope.owner, 'triggeredByEvent')) return;
  for (const node of starts) {
    if (isNone(node)) continue;
    const message = `Expected a none start event in ${describe(scope.owner)} but found ${describe(node.element)} with a trigger.`;
    log.report('invalid-start-event', node.element, message);
  }
};
