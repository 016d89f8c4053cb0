/** What a mail program shows of a message. */
export interface MailMessage {
  /** The decoded value of a header field; fails when it is missing or stands there twice. */
  header(name: string): string;
  readonly headerNames: readonly string[];
  readonly text: string;
  readonly html: string | undefined;
}

/** Reads as much of RFC 5322 and MIME as messages of ours need. */
export function readMailMessage(source: string): MailMessage {
  const { fields, body } = readPart(source);
  const leaves = leavesOf(source);
  const contentOf = (type: string) => leaves.find((leaf) => leaf.type === type)?.content;
  return {
    header(name) {
      const found = fields.filter((field) => field.name === name.toLowerCase());
      const [only] = found;
      if (only === undefined || found.length > 1)
        throw new Error(`Expected one field ${name} but found ${found.length}.`);
      return decodeWords(only.value);
    },
    headerNames: fields.map(({ name }) => name),
    text: contentOf('text/plain') ?? body,
    html: contentOf('text/html'),
  };
}

interface Field {
  readonly name: string;
  readonly value: string;
}

function readPart(source: string): { readonly fields: readonly Field[]; readonly body: string } {
  const end = source.indexOf('\r\n\r\n');
  if (end < 0) throw new Error('Expected a message with an empty line below its header but found none.');
  const lines = source
    .slice(0, end)
    .replace(/\r\n[ \t]+/g, ' ')
    .split('\r\n');
  const fields = lines.map((line) => {
    const colon = line.indexOf(':');
    return { name: line.slice(0, colon).toLowerCase(), value: line.slice(colon + 1).trim() };
  });
  return { fields, body: source.slice(end + 4) };
}

function leavesOf(source: string): readonly { readonly type: string; readonly content: string }[] {
  const { fields, body } = readPart(source);
  const valueOf = (name: string) => fields.find((field) => field.name === name)?.value ?? '';
  const contentType = valueOf('content-type');
  const boundary = /boundary="([^"]+)"/.exec(contentType)?.[1];
  if (boundary === undefined) {
    const [type = ''] = contentType.split(';');
    return [{ type, content: decodeBody(body, valueOf('content-transfer-encoding')) }];
  }
  const parts = body.split(`--${boundary}`).slice(1, -1);
  return parts.flatMap((part) => leavesOf(part.replace(/^\r\n/, '').replace(/\r\n$/, '')));
}

function decodeBody(body: string, encoding: string): string {
  if (encoding === 'base64') return Buffer.from(body, 'base64').toString();
  if (encoding !== 'quoted-printable') return body;
  return decodeQuoted(body.replace(/=\r\n/g, ''));
}

/** RFC 2047: the space between two encoded words counts for nothing. */
function decodeWords(value: string): string {
  const bytes = /=\?utf-8\?([BQ])\?([^?]*)\?=/gi;
  return value
    .replace(/\?=\s+=\?/g, '?==?')
    .replace(bytes, (_whole, encoding: string, text: string) =>
      encoding.toUpperCase() === 'B'
        ? Buffer.from(text, 'base64').toString()
        : decodeQuoted(text.replaceAll('_', ' ')),
    );
}

function decodeQuoted(text: string): string {
  const binary = text.replace(/=([0-9A-F]{2})/gi, (_whole, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
  return Buffer.from(binary, 'latin1').toString();
}
