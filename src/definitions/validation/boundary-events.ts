import { boundaryEventsByActivity, isCompensationBoundary } from '../draft.js';
import { describe } from '../model-element.js';
import { caughtErrors, caughtEscalations, reportSame, reportSameMessage } from './duplicate-triggers.js';
import type { ScopeRule } from './scope-rule.js';

/** What boundary events of one activity wait for, and where they lead (BPMN 2.0.2 §10.5.4). */
export const checkBoundaryEvents: ScopeRule = (scope, log) => {
  for (const node of scope.nodes) {
    if (node.content === undefined || node.outgoing.length > 0) continue;
    if (node.content.type !== 'boundaryEvent' || isCompensationBoundary(node)) continue;
    const message = `Expected ${describe(node.element)} to have an outgoing sequence flow but found none.`;
    log.report('no-way-on', node.element, message);
  }
  for (const [activity, events] of boundaryEventsByActivity(scope)) {
    const where = `at ${describe(activity.element)}`;
    reportSame(events, caughtErrors, 'the error', where, log);
    reportSame(events, caughtEscalations, 'the escalation', where, log);
    reportSameMessage(events, where, log);
  }
};
