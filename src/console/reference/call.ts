import { apiKey } from '../api-key.js';

/** A request as the user has written it. */
export interface WrittenCall {
  readonly method: string;
  /** With the query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Undefined: none is sent. */
  readonly body: string | undefined;
}

/** What came: `body` comes in pieces, as a stream has no end. */
export interface CallAnswer {
  readonly status: number;
  readonly statusText: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly pieces: AsyncIterable<string>;
}

/** Sends it to this server, with the key of this tab, else as who has signed in. Rejects when nothing answers, or `signal` aborts. */
export async function sendCall(call: WrittenCall, signal: AbortSignal): Promise<CallAnswer> {
  const key = apiKey();
  const { method, path, headers, body } = call;
  const response = await fetch(path, {
    method,
    signal,
    redirect: 'manual',
    headers: {
      ...headers,
      // Who has signed in needs no key here.
      ...(key === undefined ? { 'Throughline-Csrf': '1' } : { Authorization: `Bearer ${key}` }),
    },
    ...(body === undefined ? {} : { body }),
  });
  return {
    status: response.status,
    statusText: response.statusText,
    headers: [...response.headers],
    pieces: piecesOf(response),
  };
}

async function* piecesOf({ body }: Response): AsyncGenerator<string> {
  if (body === null) return;
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    yield value;
  }
}

/** The same as a command for a shell; the key stays out of it. Without one it says how to add one: a shell has no session of the browser. */
export function curlOf({ method, path, headers, body }: WrittenCall, origin: string): string {
  const words = [
    'curl',
    ...(method === 'GET' ? [] : ['-X', method]),
    quoted(`${origin}${path}`),
    ...(apiKey() === undefined ? [] : [bearer]),
    ...Object.entries(headers).flatMap(([name, value]) => ['-H', quoted(`${name}: ${value}`)]),
    ...(body === undefined ? [] : ['--data-binary', quoted(body)]),
  ];
  if (apiKey() !== undefined) return words.join(' ');
  return `${words.join(' ')}\n# where the server asks for credentials, with ${bearer}`;
}

const bearer = '-H "Authorization: Bearer $THROUGHLINE_API_KEY"';

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
