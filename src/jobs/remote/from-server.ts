import { ConnectionError, ProblemError, TimeLimitExceeded, UnexpectedAnswer } from '../../client/errors.js';
import { StoreUnavailable } from '../../runtime/ports.js';

/** Statuses that mean: later. */
const laterStatuses: readonly number[] = [429, 500, 502, 503, 504];

/** The answer of a call. @throws StoreUnavailable when the server is away or busy: drivers know that of a database. */
export async function fromServer<Answer>(answer: Promise<Answer>): Promise<Answer> {
  try {
    return await answer;
  } catch (error) {
    if (isAway(error)) throw new StoreUnavailable(error.message, { cause: error });
    throw error;
  }
}

function isAway(error: unknown): error is Error {
  if (error instanceof ConnectionError || error instanceof TimeLimitExceeded) return true;
  const isAnswer = error instanceof ProblemError || error instanceof UnexpectedAnswer;
  return isAnswer && laterStatuses.includes(error.status);
}
