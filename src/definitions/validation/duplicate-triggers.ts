import { partsOf } from '../../engine/event-definitions/parts.js';
import type { EventDefinition } from '../../engine/process-model.js';
import type { DiagnosticLog } from '../diagnostic.js';
import type { NodeDraft } from '../draft.js';
import { literalText } from '../expressions.js';
import { describe } from '../model-element.js';

/** Reports each of the nodes that waits for the same message, told by a literal name, as one before it. */
export function reportSameMessage(nodes: readonly NodeDraft[], where: string, log: DiagnosticLog): void {
  reportSame(nodes, messageNames, 'the message', where, log);
}

/** Reports each of the nodes that has a trigger, of those that `triggersOf` answers, that one before it has. */
export function reportSame(
  nodes: readonly NodeDraft[],
  triggersOf: (node: NodeDraft) => readonly string[],
  what: string,
  where: string,
  log: DiagnosticLog,
): void {
  const seen = new Map<string, NodeDraft>();
  for (const node of nodes) {
    for (const trigger of new Set(triggersOf(node))) {
      const first = seen.get(trigger);
      if (first === undefined) {
        seen.set(trigger, node);
        continue;
      }
      const shown = trigger === '' ? '' : ` ${trigger.slice(0, 60)}`;
      const message = `Expected one element ${where} to wait for ${what}${shown} but found ${first.id} and ${describe(node.element)}: leave it to one of them.`;
      log.report('duplicate-trigger', node.element, message);
    }
  }
}

/** The codes of the errors that it catches, empty for what catches every error. */
export function caughtErrors(node: NodeDraft): readonly string[] {
  return caughtBy(node).flatMap((part) => (part.kind === 'error' ? [part.errorCode ?? ''] : []));
}

/** Likewise of escalations. */
export function caughtEscalations(node: NodeDraft): readonly string[] {
  return caughtBy(node).flatMap((part) => (part.kind === 'escalation' ? [part.escalationCode ?? ''] : []));
}

/** What a boundary or start event catches, each definition of a multiple event. */
function caughtBy({ content }: NodeDraft): readonly EventDefinition[] {
  if (content?.type !== 'boundaryEvent' && content?.type !== 'startEvent') return [];
  return partsOf(content.event);
}

function messageNames({ content }: NodeDraft): readonly string[] {
  if (content === undefined) return [];
  if (content.type === 'receiveTask') return [literalText(content.message.name) ?? []].flat();
  if (!('event' in content)) return [];
  const parts: readonly EventDefinition[] = partsOf<EventDefinition>(content.event);
  return parts.flatMap((part) => (part.kind === 'message' ? (literalText(part.message.name) ?? []) : []));
}
