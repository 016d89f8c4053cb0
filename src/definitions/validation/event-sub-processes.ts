import type { DiagnosticLog } from '../diagnostic.js';
import { boundaryEventsByActivity, isEventSubProcess } from '../draft.js';
import type { NodeDraft } from '../draft.js';
import { describe } from '../model-element.js';
import { caughtErrors, caughtEscalations, reportSame, reportSameMessage } from './duplicate-triggers.js';
import type { ScopeRule } from './scope-rule.js';

/**
 * Event sub-processes have no sequence flows, no boundary events and exactly one start event, which nothing else in the scope around
 * waits for (BPMN 2.0.2 §10.3.5, §10.5.2).
 */
export const checkEventSubProcesses: ScopeRule = (scope, log) => {
  const boundaryEvents = boundaryEventsByActivity(scope);
  const subProcesses = scope.nodes.filter(({ content }) => isEventSubProcess(content));
  for (const node of subProcesses) {
    checkConnections(node, boundaryEvents.get(node)?.[0], log);
    checkOneStart(node, log);
  }
  const starts = subProcesses.flatMap(({ inner }) => startsIn(inner?.nodes ?? []));
  const where = `that starts an event sub-process of ${describe(scope.owner)}`;
  reportSame(starts, caughtErrors, 'the error', where, log);
  reportSame(starts, caughtEscalations, 'the escalation', where, log);
  reportSameMessage(starts, where, log);
};

function checkConnections(node: NodeDraft, attached: NodeDraft | undefined, log: DiagnosticLog): void {
  const [flow] = [...node.incoming, ...node.outgoing];
  if (flow !== undefined) {
    const message = `Expected event sub-process ${node.id} to have no sequence flow (BPMN 2.0.2 §10.3.5) but found ${flow.id}.`;
    log.report('invalid-flow', node.element, message);
  }
  if (attached !== undefined) {
    const message = `Expected event sub-process ${node.id} to have no boundary event but found ${attached.id}.`;
    log.report('invalid-attachment', attached.element, message);
  }
}

function checkOneStart({ element, id, inner }: NodeDraft, log: DiagnosticLog): void {
  const starts = startsIn(inner?.nodes ?? []);
  if (starts.length === 1) return;
  const found = starts.length === 0 ? 'none' : starts.map((start) => start.id).join(' and ');
  const message = `Expected event sub-process ${id} to have one start event (BPMN 2.0.2 §10.3.5) but found ${found}.`;
  log.report('invalid-event-sub-process', starts[1]?.element ?? element, message);
}

function startsIn(nodes: readonly NodeDraft[]): readonly NodeDraft[] {
  return nodes.filter(({ element }) => element.$type === 'bpmn:StartEvent');
}
