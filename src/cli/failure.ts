import { ConnectionError, ProblemError, TimeLimitExceeded, UnexpectedAnswer } from '../client/errors.js';
import { CommandFailed, UsageError } from './command.js';
import { type ExitCode, exitCodes } from './exit-codes.js';
import { plainText } from './plain-text.js';

/** What is said of an error, and what the program ends with. */
export interface Failure {
  readonly text: string;
  readonly code: ExitCode;
}

/** What callers and servers have caused is said in words; undefined for what we have caused. */
export function failureOf(error: unknown): Failure | undefined {
  if (error instanceof UsageError) {
    return { text: `${error.message}\nthroughline --help says what there is.`, code: exitCodes.usage };
  }
  if (error instanceof CommandFailed) return { text: error.message, code: exitCodes.failed };
  if (error instanceof ProblemError) return { text: problemText(error), code: exitCodes.failed };
  const isUnreached =
    error instanceof ConnectionError ||
    error instanceof TimeLimitExceeded ||
    error instanceof UnexpectedAnswer;
  return isUnreached ? { text: plainText(error.message), code: exitCodes.unreached } : undefined;
}

/** A refusal in one line; each fault of a request that is at fault in several places in one line more. */
export function problemText({ code, detail, errors, status, requestId }: ProblemError): string {
  const faults = errors.map(({ path, elementId, message }) =>
    [path, elementId, message].filter((part) => part !== undefined && part !== '').join(': '),
  );
  const more = status >= 500 && requestId !== undefined ? ` (request ${requestId})` : '';
  return [`${code}: ${detail}${more}`, ...faults.map((fault) => `  ${fault}`)].map(plainText).join('\n');
}
