import { z } from 'zod';
import { validate } from '../../request/validate.js';
import { personNumbers } from '../person-numbers.js';
import type { IncomingReply } from './incoming-reply.js';

const fields = z.object({
  MessageSid: z.string().regex(/^[\x21-\x7e]{1,128}$/, { error: 'Expected the id of a text message.' }),
  From: z.string().min(1).max(320),
  Body: z.string().default(''),
});

/** The form of a text message (Twilio's names). Others are ignored. Throws `validation-failed` without MessageSid or From. */
export function readText(form: URLSearchParams): IncomingReply {
  const given = validate(fields, 'body', Object.fromEntries([...form].reverse()));
  return {
    messageId: given.MessageSid,
    from: given.From.trim(),
    senders: personNumbers(given.From),
    text: given.Body,
    attachments: [],
  };
}
