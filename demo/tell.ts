const began = Date.now();

/** One line of the story: when, who, what. */
export function say(who: string, what: string): void {
  const seconds = ((Date.now() - began) / 1000).toFixed(1).padStart(6);
  process.stdout.write(`${seconds} s  ${who.padEnd(12)} ${what}\n`);
}

/** A heading between scenes. */
export function scene(title: string): void {
  process.stdout.write(`\n── ${title}\n`);
}

/** What the story is about. */
export function introduce(...lines: readonly string[]): void {
  process.stdout.write(`${lines.join('\n')}\n\n`);
}
