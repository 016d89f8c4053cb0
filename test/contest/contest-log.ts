import type { Counter } from './contest-model.js';

/** What the clients of a contest were told. */
export class ContestLog {
  commands = 0;
  lost = 0;
  rings = 0;
  readonly #counted = new Map<string, number>();
  readonly #messages = new Set<string>();
  readonly #variables = new Map<string, number>();

  constructor(readonly instances: readonly string[]) {}

  count(index: number, counter: Exclude<Counter, 'rings' | 'messages'>): void {
    const key = `${index} ${counter}`;
    this.#counted.set(key, (this.#counted.get(key) ?? 0) + 1);
  }

  /** A message with that id has been consumed, then or before. */
  message(index: number, messageId: string): void {
    this.#messages.add(`${index} ${messageId}`);
  }

  variable(index: number, name: string, value: number): void {
    this.#variables.set(`${index} ${name}`, value);
  }

  /** The variables of an instance, by their names. */
  expected(index: number): ReadonlyMap<string, number> {
    const isOf = (key: string): boolean => key.startsWith(`${index} `);
    const own = new Map<string, number>();
    for (const [key, value] of [...this.#counted, ...this.#variables])
      if (isOf(key)) own.set(key.slice(String(index).length + 1), value);
    own.set('messages', [...this.#messages].filter(isOf).length);
    return own.set('rings', this.rings);
  }
}
