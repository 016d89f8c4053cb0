import type { JsonObject } from '../../../contract/json-value.js';
import { replyLimits, type IncomingReply } from './incoming-reply.js';

/** A reply as variables: who, about what, which words, and what was attached, by name, type and size. */
export function replyVariables(channel: 'mail' | 'sms', reply: IncomingReply): JsonObject {
  const { from, subject, text, attachments } = reply;
  const listed = attachments.slice(0, replyLimits.attachments).map(({ name, type, size }) => ({
    name: cut(name, replyLimits.nameLength),
    type: cut(type, replyLimits.nameLength),
    size,
  }));
  return {
    channel,
    from: cut(from, replyLimits.fromLength),
    ...(channel === 'sms' ? {} : { subject: cut(subject ?? '', replyLimits.subjectLength) }),
    text: cut(text, replyLimits.textLength),
    ...(text.length > replyLimits.textLength ? { textCutOff: true } : {}),
    ...(channel === 'sms' ? {} : { attachments: listed }),
  };
}

/** Without half a character at the end, and without what a database cannot hold. */
function cut(text: string, length: number): string {
  return text.slice(0, length).replace(/\p{Surrogate}|\0/gu, '\ufffd');
}
