import type { ProblemBody } from '../contract/problem.js';
import { apiKey } from './api-key.js';

/** The server has refused, or something before it; the message is for people. */
export class Refused extends Error {
  override readonly name = 'Refused';

  constructor(
    readonly status: number,
    message: string,
    /** Where a person signs in, of a server where people do. */
    readonly loginUrl?: string,
  ) {
    super(message);
  }
}

/** Nothing has answered. */
export class Unreachable extends Error {
  override readonly name = 'Unreachable';
}

/** Reads JSON. Throws Refused, Unreachable, and what `signal` aborts with. */
export async function read<Answer>(path: string, signal: AbortSignal): Promise<Answer> {
  return (await (await send('GET', path, undefined, signal)).json()) as Answer;
}

/** Reads text, and throws as `read` does. */
export async function readText(path: string, signal: AbortSignal): Promise<string> {
  return (await send('GET', path, undefined, signal)).text();
}

/** Searches, and throws as `read` does. */
export async function search<Answer>(path: string, body: object, signal: AbortSignal): Promise<Answer> {
  return (await (await send('POST', path, body, signal)).json()) as Answer;
}

/** What is read, or undefined where the caller may not read it (403). Throws else as the reading does. */
export async function whereAllowed<Answer>(reading: Promise<Answer>): Promise<Answer | undefined> {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof Refused && error.status === 403) return undefined;
    throw error;
  }
}

/** Signs out; answers where to go. Throws as `read` does. */
export async function signOut(): Promise<string> {
  const response = await send('POST', '/logout', {}, new AbortController().signal);
  return ((await response.json()) as { readonly location: string }).location;
}

/** Has something done that answers nothing, and throws as `read` does. */
export async function command(path: string, signal: AbortSignal): Promise<void> {
  await send('POST', path, {}, signal);
}

async function send(
  method: 'GET' | 'POST',
  path: string,
  body: object | undefined,
  signal: AbortSignal,
): Promise<Response> {
  const key = apiKey();
  const headers = {
    // Tells a change of this page from one of a page elsewhere, which cannot send it.
    'Throughline-Csrf': '1',
    ...(key === undefined ? {} : { Authorization: `Bearer ${key}` }),
    ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
  };
  let response: Response;
  try {
    response = await fetch(path, {
      method,
      headers,
      signal,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  } catch (error) {
    signal.throwIfAborted();
    throw new Unreachable('The server cannot be reached. Trying again …', { cause: error });
  }
  if (response.ok) return response;
  const loginUrl = response.headers.get('Throughline-Login') ?? undefined;
  throw new Refused(response.status, await reasonOf(response), loginUrl);
}

/** What the problem says (RFC 9457), with each fault of the request. */
async function reasonOf(response: Response): Promise<string> {
  const isProblem = response.headers.get('Content-Type') === 'application/problem+json';
  if (!isProblem) return `The server answered ${response.status} ${response.statusText}`.trimEnd() + '.';
  const { title, detail, errors = [] } = (await response.json()) as ProblemBody;
  const faults = errors.map(({ path, message }) => `${path}: ${message}`);
  return [`${title}. ${detail}`, ...faults].join(' ');
}
