/**
 * What the provider says of itself that means nothing here: it is for the demo and the tests alone, in memory on purpose, and does what they need on
 * every Node that this program runs on.
 */
const meaningless = [/Unsupported runtime/, /in-memory adapter is used/];

/** Does something of the provider's without these; all other warnings are shown. */
export async function withoutNotices<Result>(work: () => Result | Promise<Result>): Promise<Result> {
  const { warn } = console;
  const rest = (...words: unknown[]): void => {
    if (!meaningless.some((notice) => notice.test(String(words[0])))) warn(...words);
  };
  Object.assign(console, { warn: rest });
  try {
    return await work();
  } finally {
    Object.assign(console, { warn });
  }
}
