import type { IncomingMessage, ServerResponse } from 'node:http';

/** A refusal, answered as `{code, message}`. */
export class Refusal extends Error {
  override readonly name = 'Refusal';

  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
  }
}

const largestBodyBytes = 64 * 1024;

/** The request's JSON object. @throws Refusal 400, 413 or 415 */
export async function readJsonObject(request: IncomingMessage): Promise<Readonly<Record<string, unknown>>> {
  if (!/^application\/json\b/i.test(request.headers['content-type'] ?? '')) {
    throw new Refusal(415, 'unsupported-media-type', 'Expected a body of type application/json.');
  }
  const chunks: Buffer[] = [];
  let size = 0;
  const received: AsyncIterable<Buffer> = request;
  for await (const bytes of received) {
    size += bytes.length;
    if (size > largestBodyBytes) {
      throw new Refusal(413, 'too-large', `Expected at most ${largestBodyBytes} bytes.`, {
        Connection: 'close',
      });
    }
    chunks.push(bytes);
  }
  const body = parse(Buffer.concat(chunks).toString());
  if (typeof body === 'object' && body !== null && !Array.isArray(body)) return { ...body };
  throw new Refusal(400, 'invalid-body', 'Expected a JSON object.');
}

/** A non-empty text of the body. @throws Refusal 400 */
export function textField(body: Readonly<Record<string, unknown>>, name: string): string {
  const value = body[name];
  if (typeof value === 'string' && value.trim() !== '') return value;
  throw new Refusal(400, 'invalid-body', `Expected ${name} to be a non-empty text.`);
}

export function sendJson(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, { 'Content-Type': 'application/json', ...headers });
  response.end(JSON.stringify(body));
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Refusal(400, 'invalid-body', 'Expected JSON.');
  }
}
