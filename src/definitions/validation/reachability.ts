import { boundaryEventsByActivity, isEventSubProcess, isInitial, isInstantiating } from '../draft.js';
import type { NodeDraft, ScopeDraft } from '../draft.js';
import { describe } from '../model-element.js';
import type { ScopeRule } from './scope-rule.js';

/** Whether tokens can come to exist in a scope, and what they can never reach (BPMN 2.0.2 §13.3.4). */
export const checkReachability: ScopeRule = (scope, log) => {
  const roots = rootsOf(scope);
  // A sub-process with nothing inside is done at once; a process with nothing inside is never started.
  const isEmpty = scope.nodes.length === 0;
  if (roots.length === 0 && !(isEmpty && scope.parentId !== undefined)) {
    const found = isEmpty ? 'no flow node at all' : 'neither';
    const message = `Expected ${describe(scope.owner)} to have a start event or a node without incoming sequence flow but found ${found}.`;
    log.report('no-start', scope.owner, message);
    return;
  }
  // Where a flow is broken, what lies behind it is not what is wrong.
  if (log.hasErrors()) return;
  const reached = reachedFrom(
    [...roots, ...scope.nodes.filter(({ content }) => isEventSubProcess(content))],
    scope,
  );
  for (const node of scope.nodes) {
    if (reached.has(node)) continue;
    log.report(
      'unreachable-element',
      node.element,
      `Expected a way to ${describe(node.element)} but found none.`,
    );
  }
};

/** Start events of any kind, or, where there are none, what has no incoming flow. What was not read counts as reached. */
function rootsOf(scope: ScopeDraft): readonly NodeDraft[] {
  const starts = scope.nodes.filter(
    (node) => node.element.$type === 'bpmn:StartEvent' || isInstantiating(node),
  );
  const unread = scope.nodes.filter((node) => node.content === undefined);
  if (starts.length > 0) return [...starts, ...unread];
  return [...scope.nodes.filter(isInitial), ...unread];
}

function reachedFrom(roots: readonly NodeDraft[], scope: ScopeDraft): ReadonlySet<NodeDraft> {
  const boundaryEvents = boundaryEventsByActivity(scope);
  const reached = new Set<NodeDraft>();
  const pending = [...roots];
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    if (reached.has(node)) continue;
    reached.add(node);
    pending.push(
      ...node.outgoing.map((flow) => flow.target),
      ...node.handlers,
      ...(boundaryEvents.get(node) ?? []),
    );
  }
  return reached;
}
