import { refuse } from '../../respond/refusal.js';
import { htmlText } from './html-text.js';
import { replyLimits, type IncomingReply, type ReplyAttachment } from './incoming-reply.js';
import { mailAddress, mailSenders } from './mail-address.js';
import { parseRawMail } from './parse-raw-mail.js';

/**
 * What a provider's web hook names the parts of a mail, without capitals, `-` and `_`: our own names first, then those that
 * Postmark, Mailgun and SendGrid use.
 */
const names = {
  messageId: ['messageid'],
  from: ['from', 'sender'],
  subject: ['subject'],
  text: ['text', 'textbody', 'bodyplain', 'plain'],
  html: ['html', 'htmlbody', 'bodyhtml'],
  attachments: ['attachments'],
  raw: ['raw', 'email', 'bodymime', 'rawemail'],
} as const;

const attachmentNames = {
  name: ['name', 'filename'],
  type: ['type', 'contenttype', 'mimetype'],
  size: ['size', 'contentlength', 'length'],
  content: ['content', 'data'],
} as const;

/** A web hook's fields, from JSON or a form, as a mail. Throws `validation-failed` for what has neither sender nor words. */
export async function mailOfFields(
  given: Readonly<Record<string, unknown>>,
  files: readonly ReplyAttachment[],
  fallbackId: string,
): Promise<IncomingReply> {
  const fields = byPlainName(given);
  const raw = textOf(fields, names.raw);
  if (raw !== undefined) return parseRawMail(Buffer.from(raw), fallbackId);
  const from = mailAddress(textOf(fields, names.from) ?? '');
  const subject = textOf(fields, names.subject);
  const html = textOf(fields, names.html) ?? '';
  const text = textOf(fields, names.text) ?? htmlText(html.slice(0, 2 * replyLimits.textLength));
  if (from === '' && text === '' && subject === undefined) {
    throw refuse('validation-failed', 'Expected the fields of a mail (from, subject, text) but found none.');
  }
  return {
    messageId: textOf(fields, names.messageId) ?? fallbackId,
    from,
    senders: mailSenders(from),
    ...(subject === undefined ? {} : { subject }),
    text,
    attachments: [...listOf(fields, names.attachments), ...files],
  };
}

type Fields = ReadonlyMap<string, unknown>;

function byPlainName(given: object): Fields {
  return new Map(
    Object.entries(given).map(([name, value]) => [name.toLowerCase().replace(/[-_ ]/g, ''), value]),
  );
}

function textOf(fields: Fields, candidates: readonly string[]): string | undefined {
  for (const name of candidates) {
    const value = fields.get(name);
    if (typeof value === 'string' && value.trim() !== '') return value;
    const address = isRecord(value) ? (value['address'] ?? value['email']) : undefined;
    if (typeof address === 'string') return address;
  }
  return undefined;
}

function listOf(fields: Fields, [name]: readonly [string]): readonly ReplyAttachment[] {
  const list = fields.get(name);
  if (!Array.isArray(list)) return [];
  return list.slice(0, replyLimits.attachments).flatMap((item: unknown) => {
    if (!isRecord(item)) return [];
    const attachment = byPlainName(item);
    return [
      {
        name: textOf(attachment, attachmentNames.name) ?? '',
        type: textOf(attachment, attachmentNames.type) ?? 'application/octet-stream',
        size: sizeOf(attachment),
      },
    ];
  });
}

/** As given, else what the content has when it is no longer base64. */
function sizeOf(attachment: Fields): number {
  for (const name of attachmentNames.size) {
    const size = attachment.get(name);
    if (typeof size === 'number' && Number.isSafeInteger(size) && size >= 0) return size;
  }
  const content = textOf(attachment, attachmentNames.content) ?? '';
  return Math.floor((content.length * 3) / 4);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
