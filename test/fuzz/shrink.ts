import { elementsOf, tokensOf } from './xml-tokens.js';

const triesMax = 150;

/** What an error is told by: its first line without what differs from file to file. */
export function kindOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return (message.split('\n').find((line) => line !== '') ?? '').replace(/"[^"]*"|\d+/g, '…').slice(0, 120);
}

/** The file with fewer elements that still fails in the same way, as far as some tries lead. */
export async function shrunk(
  xml: string,
  check: (xml: string) => Promise<unknown>,
  error: unknown,
): Promise<string> {
  const kind = kindOf(error);
  let smallest = xml;
  let tries = 0;
  for (let isSmaller = true; isSmaller;) {
    isSmaller = false;
    const tokens = tokensOf(smallest);
    const spans = [...elementsOf(tokens)].sort((one, other) => other.to - other.from - (one.to - one.from));
    for (const { from, to } of spans) {
      if ((tries += 1) > triesMax) return smallest;
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
