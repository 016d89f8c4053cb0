import { readdir } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { messageOf } from '../client/worker/call-handler.js';
import type { JobHandler } from './job-handler.js';
import { type JobRegistration, registerHandlers } from './job-registration.js';
import { sandboxHandler } from './sandbox/handler-threads.js';

/** The folder of a user's own handlers cannot be used. The message names every file that is wrong, and how. */
export class HandlersError extends Error {
  override readonly name = 'HandlersError';
}

const expectedExport =
  'a default export that is a function, or an object ' +
  '{ type?, handler, concurrency?, timeoutMs?, priority?, rateLimit?, backoff?, sandbox? }';

/**
 * Imports the handlers of a user's own: every `*.js` and `*.mjs` file directly in the folder, in order of their names. A file
 * exports a handler, or an object with one and its bounds, as its default; without `type` the file's name is the job type. With
 * `sandbox` the handler runs in threads that are ended when its time is over. The files run with all rights of this server.
 * @throws HandlersError for all that is wrong.
 */
export async function loadHandlers(folder: string): Promise<readonly JobRegistration[]> {
  const loaded = new Map<string, JobRegistration>();
  const problems: string[] = [];
  for (const file of await handlerFiles(folder)) {
    try {
      const registration = await loadHandler(folder, file);
      const other = [...loaded].find(([, { type }]) => type === registration.type)?.[0];
      if (other === undefined) loaded.set(file, registration);
      else
        problems.push(
          `${file}: expected one handler for job type "${registration.type}" but ${other} has it`,
        );
    } catch (error) {
      problems.push(`${file}: ${messageOf(error)}`);
    }
  }
  if (problems.length > 0) {
    throw new HandlersError(`The handlers in ${folder} cannot be used:\n  ${problems.join('\n  ')}`);
  }
  return [...loaded.values()];
}

async function handlerFiles(folder: string): Promise<readonly string[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    const files = entries.filter((entry) => !entry.isDirectory() && /\.m?js$/.test(entry.name));
    return files.map((entry) => entry.name).sort();
  } catch (error) {
    throw new HandlersError(`Expected a folder of handlers at ${folder} but found ${messageOf(error)}.`);
  }
}

async function loadHandler(folder: string, file: string): Promise<JobRegistration> {
  const typeByName = file.slice(0, -extname(file).length);
  const path = join(folder, file);
  const { sandbox, ...registration } = registrationFrom(await importDefault(path), typeByName);
  registerHandlers([registration]);
  return sandbox ? { ...registration, ...sandboxHandler(pathToFileURL(path).href) } : registration;
}

/** The file's default export; undefined when it has none. */
async function importDefault(path: string): Promise<unknown> {
  try {
    const module: unknown = await import(pathToFileURL(path).href);
    return typeof module === 'object' && module !== null && 'default' in module ? module.default : undefined;
  } catch (error) {
    const isModule = error instanceof SyntaxError && path.endsWith('.js');
    const hint = isModule ? ' (is it a module? then name it .mjs)' : '';
    throw new Error(`expected a module that can be imported but found ${messageOf(error)}${hint}`, {
      cause: error,
    });
  }
}

function registrationFrom(
  exported: unknown,
  typeByName: string,
): JobRegistration & { readonly sandbox: boolean } {
  if (isHandler(exported)) return { type: typeByName, handler: exported, sandbox: false };
  if (!isObject(exported)) throw new Error(`expected ${expectedExport} but found ${describe(exported)}`);
  const { type = typeByName, handler, sandbox = false, ...bounds }: Record<string, unknown> = { ...exported };
  if (!isHandler(handler))
    throw new Error(`expected handler to be a function but found ${describe(handler)}`);
  if (typeof type !== 'string') throw new Error(`expected type to be a string but found ${describe(type)}`);
  if (typeof sandbox !== 'boolean')
    throw new Error(`expected sandbox to be true or false but found ${describe(sandbox)}`);
  return { type, handler, sandbox, ...boundsFrom(bounds) };
}

function boundsFrom({
  concurrency,
  timeoutMs,
  priority,
  rateLimit,
  backoff,
  ...others
}: Record<string, unknown>): Omit<JobRegistration, 'type' | 'handler'> {
  const [unknown] = Object.keys(others);
  if (unknown !== undefined) throw new Error(`expected ${expectedExport} but found a property "${unknown}"`);
  return {
    ...(concurrency === undefined ? {} : { concurrency: numberOf('concurrency', concurrency) }),
    ...(timeoutMs === undefined ? {} : { timeoutMs: numberOf('timeoutMs', timeoutMs) }),
    ...(priority === undefined ? {} : { priority: numberOf('priority', priority) }),
    ...(rateLimit === undefined
      ? {}
      : { rateLimit: numbersOf('rateLimit', ['max', 'durationMs'], rateLimit) }),
    ...(backoff === undefined ? {} : { backoff: numbersOf('backoff', ['initialMs', 'maxMs'], backoff) }),
  };
}

/** An object of exactly these numbers. */
function numbersOf<const Name extends string>(
  what: string,
  names: readonly [Name, Name],
  value: unknown,
): Record<Name, number> {
  const expected = `expected ${what} to be { ${names.join(', ')} }`;
  if (!isObject(value)) throw new Error(`${expected} but found ${describe(value)}`);
  const unknown = Object.keys(value).find((key) => !names.some((name) => name === key));
  if (unknown !== undefined) throw new Error(`${expected} but found a property "${unknown}"`);
  const [first, second] = names;
  const entries = {
    [first]: numberOf(`${what}.${first}`, value[first]),
    [second]: numberOf(`${what}.${second}`, value[second]),
  };
  return entries as Record<Name, number>;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isHandler(value: unknown): value is JobHandler {
  return typeof value === 'function';
}

function numberOf(name: string, value: unknown): number {
  if (typeof value === 'number') return value;
  throw new Error(`expected ${name} to be a number but found ${describe(value)}`);
}

function describe(value: unknown): string {
  if (value === undefined) return 'none';
  if (value === null) return 'null';
  return Array.isArray(value) ? 'a list' : `a ${typeof value}`;
}
