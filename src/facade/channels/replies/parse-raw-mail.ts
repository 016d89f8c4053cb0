import PostalMime from 'postal-mime';
import { refuse } from '../../respond/refusal.js';
import { htmlText } from './html-text.js';
import { replyLimits, type IncomingReply } from './incoming-reply.js';
import { mailSenders } from './mail-address.js';

/** Deeper ones are no mails of people. */
const nestingDepthMax = 20;

/** Of the mail and all its parts: what bounds how many there are. Mails of people have a few thousand. */
const headersBytesMax = 512 * 1024;

/** HTML is looked at no further: what is kept of it is shorter. */
const htmlLengthMax = 2 * replyLimits.textLength;

/**
 * A message of RFC 5322 with its MIME parts. `fallbackId` stands for a Message-ID that is missing. Throws `validation-failed` for
 * what is no message: neither sender nor words.
 */
export async function parseRawMail(raw: Uint8Array, fallbackId: string): Promise<IncomingReply> {
  const mail = await PostalMime.parse(raw, {
    maxNestingDepth: nestingDepthMax,
    maxHeadersSize: headersBytesMax,
  }).catch((error: unknown) => {
    throw refuse('validation-failed', `Expected a message (RFC 5322) but found: ${reasonOf(error)}`);
  });
  const from = mail.from?.address ?? mail.sender?.address ?? '';
  const text = mail.text ?? htmlText((mail.html ?? '').slice(0, htmlLengthMax));
  const { subject, attachments } = mail;
  if (from === '' && text.trim() === '' && subject === undefined && attachments.length === 0) {
    throw refuse('validation-failed', 'Expected a message (RFC 5322) but found neither sender nor words.');
  }
  return {
    messageId: mail.messageId ?? fallbackId,
    from,
    senders: mailSenders(from),
    ...(subject === undefined ? {} : { subject }),
    text,
    attachments: attachments.map(({ filename, mimeType, content }) => ({
      name: filename ?? '',
      type: mimeType,
      size: typeof content === 'string' ? Buffer.byteLength(content) : content.byteLength,
    })),
  };
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
