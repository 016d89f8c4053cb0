import type { Run } from '../run.js';
import type { Program } from './program.js';

/** Where the groups start and end: `saved[2n]` and `saved[2n + 1]`, undefined for a group that took no part. */
export type Saved = readonly (number | undefined)[];

interface Thread {
  readonly at: number;
  readonly saved: Saved;
}

/**
 * The first match at or after a position, leftmost and then by the pattern's own preference; null when there is
 * none. It follows all alternatives at once (Pike's machine), so that the time is bounded by the product of text
 * and pattern, and charges for it.
 */
export function search(run: Run, program: Program, text: string, from: number): Saved | null {
  const seen = new Int32Array(program.instructions.length).fill(-1);
  let threads: Thread[] = [];
  let found: Saved | null = null;
  for (let position = from; ;) {
    let work = 8;
    if (found === null) work += spread(program, text, position, { at: 0, saved: [] }, threads, seen);
    if (threads.length === 0 && found !== null) return found;
    const codePoint = text.codePointAt(position);
    const width = codePoint !== undefined && codePoint > 0xffff ? 2 : 1;
    const next: Thread[] = [];
    for (const thread of threads) {
      const instruction = program.instructions[thread.at];
      if (instruction?.kind === 'match') {
        found = thread.saved;
        break;
      }
      if (codePoint === undefined || instruction?.kind !== 'character' || !instruction.test(codePoint))
        continue;
      const reached = { at: thread.at + 1, saved: thread.saved };
      work += spread(program, text, position + width, reached, next, seen);
    }
    run.charge((work + threads.length) >> 3);
    if (codePoint === undefined) return found;
    threads = next;
    position += width;
  }
}

/**
 * Adds the threads that are reached from one without taking a character, the preferred ones first. `seen` keeps the
 * position at which an instruction was last reached: an instruction is followed once per position. Answers how much
 * work it was.
 */
function spread(
  program: Program,
  text: string,
  position: number,
  origin: Thread,
  threads: Thread[],
  seen: Int32Array,
): number {
  const waiting: Thread[] = [origin];
  let work = 0;
  for (let thread = waiting.pop(); thread !== undefined; thread = waiting.pop()) {
    const { at, saved } = thread;
    if (seen[at] === position) continue;
    seen[at] = position;
    work++;
    const instruction = program.instructions[at];
    switch (instruction?.kind) {
      case 'jump':
        waiting.push({ at: instruction.to, saved });
        break;
      case 'fork':
        waiting.push({ at: instruction.second, saved }, { at: instruction.first, saved });
        break;
      case 'save': {
        const copy = saved.slice();
        copy[instruction.slot] = position;
        work += copy.length;
        waiting.push({ at: at + 1, saved: copy });
        break;
      }
      case 'start':
        if (position === 0 || (instruction.ofLine && text[position - 1] === '\n')) {
          waiting.push({ at: at + 1, saved });
        }
        break;
      case 'end':
        if (position === text.length || (instruction.ofLine && text[position] === '\n')) {
          waiting.push({ at: at + 1, saved });
        }
        break;
      default:
        threads.push(thread);
    }
  }
  return work;
}
