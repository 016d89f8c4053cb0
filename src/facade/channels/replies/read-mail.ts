import { createHash } from 'node:crypto';
import { refuse } from '../../respond/refusal.js';
import { formFields } from '../form-fields.js';
import { decodeUtf8 } from '../../../platform/decode-utf8.js';
import { parseJson } from '../../request/parse-json.js';
import type { IncomingReply } from './incoming-reply.js';
import { mailOfFields } from './mail-fields.js';
import { parseRawMail } from './parse-raw-mail.js';
import { readFormParts } from './read-form-parts.js';

/** What a mail can come as: the message itself, or a provider's web hook about it. */
export const mailMediaTypes = [
  'message/rfc822',
  'application/json',
  'application/x-www-form-urlencoded',
  'multipart/form-data',
] as const;

/** The mail in a body of one of {@link mailMediaTypes}. Throws a refusal for what is none. */
export async function readMail(contentType: string, type: string, body: Uint8Array): Promise<IncomingReply> {
  const fallbackId = createHash('sha256').update(body).digest('hex');
  switch (type) {
    case 'message/rfc822':
      return parseRawMail(body, fallbackId);
    case 'multipart/form-data': {
      const { fields, files } = await readFormParts(contentType, body);
      return mailOfFields(fields, files, fallbackId);
    }
    case 'application/x-www-form-urlencoded': {
      const form = formFields(textOf(body));
      return mailOfFields(Object.fromEntries(form), [], fallbackId);
    }
    default: {
      const json = parseJson(textOf(body));
      if (typeof json === 'object' && json !== null && !Array.isArray(json)) {
        return mailOfFields({ ...json }, [], fallbackId);
      }
      throw refuse('validation-failed', 'Expected a JSON object with the fields of a mail.');
    }
  }
}

function textOf(body: Uint8Array): string {
  const text = decodeUtf8(body);
  if (text === undefined)
    throw refuse('malformed-request', 'Expected a body in UTF-8 but found other bytes.');
  return text;
}
