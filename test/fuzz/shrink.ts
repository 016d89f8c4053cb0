import { elementsOf, tokensOf } from './xml-tokens.js';

const triesMax = 150;
/** A file whose failure is that it takes long would take as long at every try. */
const timeMaxMs = 60_000;

/** What an error is told by: its first line without what differs from file to file. */
export function kindOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return (message.split('\n').find((line) => line !== '') ?? '').replace(/"[^"]*"|\d+/g, '…').slice(0, 120);
}

/**
 * The file with fewer elements that still fails in the same way, as far as some tries and a minute lead.
 * @param tried is called before each try.
 */
export async function shrunk(
  xml: string,
  check: (xml: string) => Promise<unknown>,
  error: unknown,
  tried: () => void,
): Promise<string> {
  const kind = kindOf(error);
  const endsAt = performance.now() + timeMaxMs;
  let smallest = xml;
  let tries = 0;
  for (let isSmaller = true; isSmaller;) {
    isSmaller = false;
    const tokens = tokensOf(smallest);
    const spans = [...elementsOf(tokens)].sort((one, other) => other.to - other.from - (one.to - one.from));
    for (const { from, to } of spans) {
      if ((tries += 1) > triesMax || performance.now() > endsAt) return smallest;
      tried();
      const candidate = [...tokens.slice(0, from), ...tokens.slice(to + 1)].join('');
      if ((await failureOf(candidate, check)) !== kind) continue;
      smallest = candidate;
      isSmaller = true;
      break;
    }
  }
  return smallest;
}

async function failureOf(xml: string, check: (xml: string) => Promise<unknown>): Promise<string | undefined> {
  try {
    await check(xml);
    return undefined;
  } catch (error) {
    return kindOf(error);
  }
}
