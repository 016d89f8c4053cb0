import type { Expression } from '../../engine/process-model.js';
import type { NodeDraft } from '../draft.js';
import { literalText } from '../expressions.js';

/** A message that moves a waiting step on. */
export interface VoiceEvent {
  /** The element that catches it. */
  readonly eventId: string;
  /** The message's name as the model writes it, an expression with its `=`. */
  readonly messageName: string;
  /** What people know it by: the name of the flow to it or of the event itself. */
  readonly label?: string;
}

/** The messages that a step waits for: its own, or those of the events behind an event-based gateway, in their order. */
export function voiceEventsOf(node: NodeDraft): readonly VoiceEvent[] {
  if (node.content?.type !== 'eventBasedGateway') {
    const label = node.outgoing.length === 1 ? node.outgoing[0]?.name : undefined;
    return eventOf(node, label ?? node.name);
  }
  return node.outgoing.flatMap(({ name, target }) => eventOf(target, name ?? target.name));
}

function eventOf(node: NodeDraft, label: string | undefined): readonly VoiceEvent[] {
  const name = messageNameOf(node);
  if (name === undefined) return [];
  const messageName = name.kind === 'compiled' ? name.source : (literalText(name) ?? '');
  return [{ eventId: node.id, messageName, ...(label !== undefined && { label }) }];
}

function messageNameOf({ content }: NodeDraft): Expression | undefined {
  if (content?.type === 'receiveTask') return content.message.name;
  if (content?.type === 'intermediateCatchEvent' && content.event.kind === 'message')
    return content.event.message.name;
  return undefined;
}
