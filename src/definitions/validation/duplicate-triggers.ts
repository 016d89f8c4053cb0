import type { Expression } from '../../engine/process-model.js';
import type { DiagnosticLog } from '../diagnostic.js';
import type { NodeDraft } from '../draft.js';
import { literalText } from '../expressions.js';
import { describe } from '../model-element.js';

/** Reports each of the nodes that waits for the same message, told by a literal name, as one before it. */
export function reportSameMessage(nodes: readonly NodeDraft[], where: string, log: DiagnosticLog): void {
  reportSame(nodes, messageName, 'the message', where, log);
}

/** Reports each of the nodes that `triggerOf` answers the same for as for one before it. */
export function reportSame(
  nodes: readonly NodeDraft[],
  triggerOf: (node: NodeDraft) => string | undefined,
  what: string,
  where: string,
  log: DiagnosticLog,
): void {
  const seen = new Map<string, NodeDraft>();
  for (const node of nodes) {
    const trigger = triggerOf(node);
    if (trigger === undefined) continue;
    const first = seen.get(trigger);
    if (first === undefined) {
      seen.set(trigger, node);
      continue;
    }
    const shown = trigger === '' ? '' : ` ${trigger.slice(0, 60)}`;
    const message = `Expected one element ${where} to wait for ${what}${shown} but found ${first.id} and ${describe(node.element)}.`;
    log.report('duplicate-trigger', node.element, message);
  }
}

/** The code of the error that it catches, which is empty for what catches every error. */
export function caughtError({ content }: NodeDraft): string | undefined {
  if (content?.type !== 'boundaryEvent' && content?.type !== 'startEvent') return undefined;
  return content.event.kind === 'error' ? (content.event.errorCode ?? '') : undefined;
}

/** Likewise of an escalation. */
export function caughtEscalation({ content }: NodeDraft): string | undefined {
  if (content?.type !== 'boundaryEvent' && content?.type !== 'startEvent') return undefined;
  return content.event.kind === 'escalation' ? (content.event.escalationCode ?? '') : undefined;
}

function messageName(node: NodeDraft): string | undefined {
  const name = nameOfMessage(node);
  return name && literalText(name);
}

function nameOfMessage({ content }: NodeDraft): Expression | undefined {
  if (content === undefined) return undefined;
  if (content.type === 'receiveTask') return content.message.name;
  return 'event' in content && content.event.kind === 'message' ? content.event.message.name : undefined;
}
