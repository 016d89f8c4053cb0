import { setTimeout as sleep } from 'node:timers/promises';

/** Real processes tell nobody when they are done: looks again until it is so. */
export async function until(
  isSo: () => boolean | Promise<boolean>,
  what: string,
  withinMs = 60_000,
): Promise<void> {
  const limit = Date.now() + withinMs;
  while (!(await isSo())) {
    if (Date.now() > limit) throw new Error(`Expected ${what} within ${withinMs} ms.`);
    await sleep(50);
  }
}
