import type { JsonValue } from '../../jobs/job-handler.js';
import { valueAt } from '../template/json-value.js';
import { TaskError } from '../template/task-error.js';

/** Where in a response a value is: `status`, `headers.location`, `body`, `body.items.0.id`; with `?` it may be missing. */
export interface ResponsePath {
  readonly text: string;
  readonly from: 'status' | 'headers' | 'body';
  readonly path: readonly string[];
  readonly isOptional: boolean;
}

/** A response as paths see it. `body` is undefined when there is none that could be read. */
export interface ResponseView {
  readonly status: number;
  readonly headers: ReadonlyMap<string, string>;
  readonly body: JsonValue | undefined;
}

/** @throws TaskError for anything else. `header` is the task header that it stands in. */
export function parseResponsePath(text: string, header: string): ResponsePath {
  const trimmed = text.trim();
  const isOptional = trimmed.endsWith('?');
  const [from = '', ...path] = (isOptional ? trimmed.slice(0, -1) : trimmed).split('.');
  const isComplete = path.every((name) => name !== '');
  if (from === 'status' && path.length === 0) return { text: trimmed, from, path, isOptional };
  if (from === 'headers' && path.length === 1 && isComplete) {
    return { text: trimmed, from, path: path.map((name) => name.toLowerCase()), isOptional };
  }
  if (from === 'body' && isComplete) return { text: trimmed, from, path, isOptional };
  throw new TaskError(
    `Expected ${header} to be status, headers.<name>, body or body.<path> but found ${JSON.stringify(text)}.`,
  );
}

/** The value there; undefined when there is none. */
export function valueOf({ from, path }: ResponsePath, view: ResponseView): JsonValue | undefined {
  if (from === 'status') return view.status;
  if (from === 'headers') return view.headers.get(path[0] ?? '');
  return view.body === undefined ? undefined : valueAt(view.body, path);
}
