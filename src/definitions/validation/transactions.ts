import { partsOf } from '../../engine/event-definitions/parts.js';
import { allScopes, boundaryEventsByActivity } from '../draft.js';
import type { NodeDraft, ScopeDraft } from '../draft.js';
import type { DiagnosticLog } from '../diagnostic.js';
import { describe } from '../model-element.js';
import type { ModelElement } from '../model-element.js';
import type { ScopeRule } from './scope-rule.js';

/** Cancel events belong to transactions: the end inside one, the boundary event at it (BPMN 2.0.2 §10.3.5, §10.5.3). */
export const checkTransactions: ScopeRule = (scope, log) => {
  const boundaryEvents = boundaryEventsByActivity(scope);
  for (const node of scope.nodes) {
    if (isCancelEnd(node)) checkInside(node, scope.owner, log);
    const [first, ...more] = (boundaryEvents.get(node) ?? []).filter(isCancelBoundary);
    if (node.content?.type !== 'transaction') {
      if (first !== undefined)
        refuse(first, `to be attached to a transaction but found ${describe(node.element)}`, log);
      continue;
    }
    for (const event of more) refuse(event, `to be the only cancel event at ${describe(node.element)}`, log);
    const [end] = first === undefined ? cancelEndsIn(node) : [];
    if (end !== undefined)
      refuse(
        end,
        `to end a transaction with a cancel boundary event but found none at ${describe(node.element)}`,
        log,
      );
  }
};

function refuse(node: NodeDraft, expected: string, log: DiagnosticLog): void {
  log.report('invalid-event', node.element, `Expected cancel event ${node.id} ${expected}.`);
}

function checkInside(node: NodeDraft, owner: ModelElement, log: DiagnosticLog): void {
  for (let at: ModelElement | undefined = owner; at !== undefined; at = at.$parent) {
    if (at.$type === 'bpmn:Transaction') return;
  }
  refuse(node, 'to be inside a transaction', log);
}

/** The cancel end events that end this transaction and none inside it. */
function cancelEndsIn({ inner, element }: NodeDraft): readonly NodeDraft[] {
  const scopes: readonly ScopeDraft[] = inner === undefined ? [] : allScopes(inner);
  return scopes
    .filter(({ owner }) => transactionAround(owner) === element)
    .flatMap(({ nodes }) => nodes.filter(isCancelEnd));
}

function transactionAround(owner: ModelElement): ModelElement | undefined {
  let at: ModelElement | undefined = owner;
  while (at !== undefined && at.$type !== 'bpmn:Transaction') at = at.$parent;
  return at;
}

function isCancelEnd({ content }: NodeDraft): boolean {
  if (content?.type !== 'endEvent') return false;
  const { event } = content;
  const parts = event.kind === 'multipleThrow' ? event.parts : [event];
  return parts.some(({ kind }) => kind === 'cancel');
}

function isCancelBoundary({ content }: NodeDraft): boolean {
  return content?.type === 'boundaryEvent' && partsOf(content.event).some(({ kind }) => kind === 'cancel');
}
