import type { z } from 'zod';
import { refuse, type RequestError } from '../respond/refusal.js';
import { requestErrors } from './request-errors.js';

/** Where a part of the request stands, as error paths show it: pointers into the body, `query.limit` and so on. */
export type RequestPart = 'body' | 'path' | 'query' | 'header';

const errorsShown = 100;

/** The part of the request as its schema gives it. Throws `validation-failed` with every fault. */
export function validate<Schema extends z.ZodType>(
  schema: Schema,
  part: RequestPart,
  given: unknown,
): z.output<Schema> {
  const parsed = schema.safeParse(given);
  if (parsed.success) return parsed.data;
  const errors = requestErrors(parsed.error.issues).map((error) => inPart(part, error));
  throw refuse('validation-failed', summary(errors), { errors: errors.slice(0, errorsShown) });
}

function inPart(part: RequestPart, { path, message }: RequestError): RequestError {
  return part === 'body' ? { path, message } : { path: `${part}${path.replaceAll('/', '.')}`, message };
}

function summary(errors: readonly RequestError[]): string {
  const [first] = errors;
  if (first === undefined) return 'Expected a request that matches the contract.';
  const where = first.path === '' ? '' : `${first.path}: `;
  const more = errors.length > 1 ? ` (and ${errors.length - 1} more)` : '';
  return `${where}${first.message}${more}`;
}
