import { ProblemError } from '../client/errors.js';
import { type ExitCode, exitCodes } from './exit-codes.js';
import { problemText } from './failure.js';
import { plainText } from './plain-text.js';
import type { Printer } from './print.js';

/** What has become of one of several. */
interface Result {
  readonly id: string;
  readonly outcome: string;
  readonly problem?: { readonly code: string; readonly detail: string };
}

/**
 * Does the same to each, in order. A refusal of one is told and keeps no other from being done; the exit code tells that there was one.
 * @param done in the past: `canceled`
 */
export async function doEach(
  ids: readonly string[],
  done: string,
  work: (id: string) => Promise<unknown>,
  printer: Printer,
): Promise<ExitCode> {
  const results: Result[] = [];
  for (const id of ids) {
    try {
      await work(id);
      results.push({ id, outcome: done });
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      printer.note(`${plainText(id)}: ${problemText(error)}`);
      results.push({ id, outcome: 'refused', problem: { code: error.code, detail: error.detail } });
    }
  }
  const isDone = ({ problem }: Result) => problem === undefined;
  printer.result({ items: results }, () =>
    results
      .filter(isDone)
      .map(({ id }) => `${plainText(id)} ${done}\n`)
      .join(''),
  );
  return results.every(isDone) ? exitCodes.done : exitCodes.failed;
}
