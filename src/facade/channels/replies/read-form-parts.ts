import busboy from 'busboy';
import { refuse } from '../../respond/refusal.js';
import { replyLimits, type ReplyAttachment } from './incoming-reply.js';

const fieldsMax = 200;

/** The parts of a form: its fields, and what its files are called and how large they are. */
export interface FormParts {
  readonly fields: Readonly<Record<string, string>>;
  readonly files: readonly ReplyAttachment[];
}

/** Reads a body of multipart/form-data (RFC 7578) that is in memory. Throws `malformed-request` and `payload-too-large`. */
export function readFormParts(contentType: string, body: Uint8Array): Promise<FormParts> {
  return new Promise((resolve, reject) => {
    const fields = new Map<string, string>();
    const files: ReplyAttachment[] = [];
    const malformed = () =>
      reject(refuse('malformed-request', 'Expected a complete multipart body (RFC 7578).'));
    const tooMany = () => reject(refuse('payload-too-large', 'Expected a form with fewer parts.'));
    const parser = parserFor(contentType, body.length);
    parser.on('field', (name, value) => fields.set(name, value));
    parser.on('file', (_field, stream, { filename, mimeType }: busboy.FileInfo) => {
      let size = 0;
      stream.on('data', (chunk: Uint8Array) => (size += chunk.length));
      stream.on('error', malformed);
      stream.on('end', () => files.push({ name: filename ?? '', type: mimeType, size }));
    });
    parser.on('partsLimit', tooMany);
    parser.on('error', malformed);
    parser.on('close', () => resolve({ fields: Object.fromEntries(fields), files }));
    parser.end(body);
  });
}

function parserFor(contentType: string, bytes: number): busboy.Busboy {
  try {
    return busboy({
      headers: { 'content-type': contentType },
      defParamCharset: 'utf8',
      limits: { parts: fieldsMax + replyLimits.attachments, fieldSize: bytes },
    });
  } catch {
    throw refuse('malformed-request', 'Expected a Content-Type of multipart/form-data with a boundary.');
  }
}
