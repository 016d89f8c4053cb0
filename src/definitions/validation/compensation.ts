import type { DiagnosticLog } from '../diagnostic.js';
import { isCompensationBoundary, isEventSubProcess, isHandler } from '../draft.js';
import type { NodeDraft, ScopeDraft } from '../draft.js';
import { attribute, child, children, describe } from '../model-element.js';
import type { ModelElement } from '../model-element.js';
import type { ScopeRule } from './scope-rule.js';

/** What compensates what (BPMN 2.0.2 §10.7.1), and what compensation can be asked for (§10.5.5). */
export const checkCompensation: ScopeRule = (scope, log) => {
  const compensated = new Map<NodeDraft, NodeDraft>();
  for (const node of scope.nodes) {
    if (isHandler(node.element)) checkHandler(node, log);
    if (isCompensationBoundary(node)) {
      checkBoundary(node, log);
      if (node.attachedTo !== undefined) checkFirst(node, node.attachedTo, compensated, log);
    }
    checkActivityRef(node, scope, log);
  }
  checkEventSubProcess(scope, log);
};

function checkHandler(node: NodeDraft, log: DiagnosticLog): void {
  const [flow] = [...node.incoming, ...node.outgoing];
  if (flow === undefined) return;
  const message = `Expected ${describe(node.element)}, which is for compensation, to have no sequence flow (BPMN 2.0.2 §10.7.1) but found ${flow.id}.`;
  log.report('invalid-flow', node.element, message);
}

function checkBoundary(node: NodeDraft, log: DiagnosticLog): void {
  const [flow] = node.outgoing;
  if (flow !== undefined) {
    const message = `Expected compensation boundary event ${node.id} to have an association and no sequence flow (BPMN 2.0.2 §10.5.4) but found ${flow.id}.`;
    log.report('invalid-flow', node.element, message);
  }
  const [handler, ...more] = node.handlers;
  const isRight = handler?.scope === node.scope && isHandler(handler.element) && more.length === 0;
  if (isRight) return;
  const found = node.handlers.map(({ element }) => describe(element)).join(' and ') || 'none';
  const message = `Expected compensation boundary event ${node.id} to have an association with one activity of its scope that has isForCompensation="true" but found ${found}.`;
  log.report('invalid-compensation', node.element, message);
}

function checkFirst(
  node: NodeDraft,
  activity: NodeDraft,
  compensated: Map<NodeDraft, NodeDraft>,
  log: DiagnosticLog,
): void {
  const first = compensated.get(activity);
  if (first === undefined) {
    compensated.set(activity, node);
    return;
  }
  const message = `Expected one compensation boundary event at ${describe(activity.element)} but found ${first.id} and ${node.id}.`;
  log.report('invalid-compensation', node.element, message);
}

/** The activity is in the scope of the throw event, or, from an event sub-process, in the scope around that. */
function checkActivityRef(node: NodeDraft, scope: ScopeDraft, log: DiagnosticLog): void {
  if (node.content === undefined || !('event' in node.content)) return;
  if (node.content.event.kind !== 'compensationThrow' && node.content.event.kind !== 'multipleThrow') return;
  for (const definition of children(node.element, 'eventDefinitions')) {
    const activity = child(definition, 'activityRef');
    if (activity !== undefined) checkActivity(activity, node, scope, log);
  }
}

function checkActivity(activity: ModelElement, node: NodeDraft, scope: ScopeDraft, log: DiagnosticLog): void {
  let owner: ScopeDraft['owner'] | undefined = scope.owner;
  while (owner !== undefined && owner !== activity.$parent && owner.get('triggeredByEvent') === true) {
    owner = owner.$parent;
  }
  if (owner === activity.$parent && /(Task|SubProcess|Transaction|CallActivity)$/.test(activity.$type))
    return;
  const message = `Expected ${describe(node.element)} to compensate an activity of its scope but found ${describe(activity)}.`;
  log.report('invalid-compensation', node.element, message);
}

/** One that compensates the whole of a sub-process, when that has completed; a process is never compensated. */
function checkEventSubProcess(scope: ScopeDraft, log: DiagnosticLog): void {
  const [first, ...more] = scope.nodes.filter(
    ({ content, inner }) => isEventSubProcess(content) && inner?.nodes.some(isCompensationStart),
  );
  for (const node of more) {
    const message = `Expected one compensation event sub-process in ${describe(scope.owner)} but found ${first?.id} and ${node.id}.`;
    log.report('invalid-compensation', node.element, message);
  }
  if (first === undefined || scope.parentId !== undefined) return;
  const name = attribute(first.element, 'name') ?? first.id;
  const message = `Found compensation event sub-process ${name} in a process, which is never compensated itself.`;
  log.report('unreachable-element', first.element, message);
}

function isCompensationStart({ content }: NodeDraft): boolean {
  return content?.type === 'startEvent' && content.event.kind === 'compensation';
}
