import { FeelBudgetExceeded } from '../run.js';
import type { CharacterTest } from './character-test.js';
import type { Pattern } from './parse-pattern.js';

/** An instruction of the matching machine; a number names the instruction to go to. */
export type Instruction =
  | { readonly kind: 'character'; readonly test: CharacterTest }
  | { readonly kind: 'start' | 'end'; readonly ofLine: boolean }
  | { readonly kind: 'save'; readonly slot: number }
  | { readonly kind: 'fork'; readonly first: number; readonly second: number }
  | { readonly kind: 'jump'; readonly to: number }
  | { readonly kind: 'match' };

/** A pattern as instructions; slots 2n and 2n+1 save where group n starts and ends, group 0 being the whole. */
export interface Program {
  readonly instructions: readonly Instruction[];
  readonly groups: number;
}

/** Instructions that a pattern may become; counted repetitions are written out. */
const instructionsMax = 2_000;

/** Translates a pattern (Thompson's construction). Throws FeelBudgetExceeded when it becomes too long. */
export function programOf(pattern: Pattern, groups: number): Program {
  const instructions: Instruction[] = [];
  emit(instructions, { kind: 'save', slot: 0 });
  write(instructions, pattern);
  emit(instructions, { kind: 'save', slot: 1 });
  emit(instructions, { kind: 'match' });
  return { instructions, groups };
}

function emit(instructions: Instruction[], instruction: Instruction): number {
  if (instructions.length >= instructionsMax) {
    throw new FeelBudgetExceeded('Expected a pattern with fewer repetitions but it becomes too long.');
  }
  return instructions.push(instruction) - 1;
}

function write(instructions: Instruction[], pattern: Pattern): void {
  switch (pattern.kind) {
    case 'character':
    case 'start':
    case 'end':
      emit(instructions, pattern);
      return;
    case 'sequence':
      for (const part of pattern.parts) write(instructions, part);
      return;
    case 'choice':
      writeChoice(instructions, pattern.options);
      return;
    case 'group':
      emit(instructions, { kind: 'save', slot: pattern.index * 2 });
      write(instructions, pattern.body);
      emit(instructions, { kind: 'save', slot: pattern.index * 2 + 1 });
      return;
    case 'repeat':
      writeRepeat(instructions, pattern);
  }
}

function writeChoice(instructions: Instruction[], options: readonly Pattern[]): void {
  const jumps: number[] = [];
  for (const option of options.slice(0, -1)) {
    const fork = emit(instructions, { kind: 'jump', to: 0 });
    write(instructions, option);
    jumps.push(emit(instructions, { kind: 'jump', to: 0 }));
    instructions[fork] = { kind: 'fork', first: fork + 1, second: instructions.length };
  }
  for (const option of options.slice(-1)) write(instructions, option);
  for (const jump of jumps) instructions[jump] = { kind: 'jump', to: instructions.length };
}

function writeRepeat(instructions: Instruction[], pattern: Pattern & { readonly kind: 'repeat' }): void {
  const { body, min, max, greedy } = pattern;
  for (let count = 0; count < min; count++) {
    // a body without characters must not be repeated for nothing: each repetition takes an instruction
    emit(instructions, { kind: 'jump', to: instructions.length + 1 });
    write(instructions, body);
  }
  if (max === Infinity) {
    const fork = emit(instructions, { kind: 'jump', to: 0 });
    write(instructions, body);
    emit(instructions, { kind: 'jump', to: fork });
    instructions[fork] = forkTo(fork + 1, instructions.length, greedy);
    return;
  }
  const forks: number[] = [];
  for (let count = min; count < max; count++) {
    forks.push(emit(instructions, { kind: 'jump', to: 0 }));
    write(instructions, body);
  }
  for (const fork of forks) instructions[fork] = forkTo(fork + 1, instructions.length, greedy);
}

function forkTo(body: number, after: number, greedy: boolean): Instruction {
  return greedy ? { kind: 'fork', first: body, second: after } : { kind: 'fork', first: after, second: body };
}
