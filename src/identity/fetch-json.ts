const timeLimitMs = 5_000;
const bytesMax = 256 * 1024;

export interface JsonRequest {
  /** Sent with POST as application/x-www-form-urlencoded; absent: GET. */
  readonly form?: URLSearchParams;
  readonly headers?: Readonly<Record<string, string>>;
  /** How long the whole answer may take. Default: five seconds. */
  readonly timeLimitMs?: number;
}

export interface JsonAnswer {
  readonly status: number;
  readonly body: unknown;
}

/** Asks an identity provider: no redirects, within five seconds, at most 256 KiB. Rejects for whatever is not JSON, of any status. */
export async function fetchJson(url: string, request: JsonRequest = {}): Promise<JsonAnswer> {
  const { form, headers } = request;
  const response = await fetch(url, {
    ...(form === undefined ? {} : { method: 'POST', body: form }),
    headers: { accept: 'application/json', ...headers },
    redirect: 'error',
    signal: AbortSignal.timeout(request.timeLimitMs ?? timeLimitMs),
  });
  const text = await limitedText(response, url);
  try {
    return { status: response.status, body: JSON.parse(text) as unknown };
  } catch (error) {
    throw new Error(`Expected JSON of ${url} but found something else, with status ${response.status}.`, {
      cause: error,
    });
  }
}

async function limitedText(response: Response, url: string): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  // Leaving the loop by an error ends the request.
  const body: AsyncIterable<Uint8Array> | null = response.body;
  for await (const chunk of body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > bytesMax) throw new Error(`Expected at most ${bytesMax} bytes at ${url} but found more.`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** Whether it is a JSON object. */
export function isJsonObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
