import { TaskError } from '../template/task-error.js';
import type { Template, TemplatePart } from '../template/template.js';

/** An address as a model writes it: `a@example.org`, `{{variables.email}}` or `The {{variables.team}} <team@example.org>`. */
export interface MailboxTemplate {
  readonly name: Template;
  readonly address: Template;
}

/**
 * The addresses of a field, by the commas and angle brackets that stand in the model. Those in values count as text: data can neither
 * add a recipient nor turn a name into an address. @throws TaskError when the model's text is no list of addresses.
 */
export function parseMailboxes(template: Template, field: string): readonly MailboxTemplate[] {
  const scanner = new MailboxScanner(field);
  for (const part of template) {
    if (part.kind === 'placeholder') scanner.put(part);
    else for (const character of part.text) scanner.read(character);
  }
  return scanner.finish();
}

/** Reads one character of the model after the other; `put` is for what is taken as it is. */
class MailboxScanner {
  readonly #mailboxes: MailboxTemplate[] = [];
  #name: Template | undefined;
  #collected: TemplatePart[] = [];
  #isQuoted = false;
  #isClosed = false;

  constructor(private readonly field: string) {}

  put(part: TemplatePart): void {
    if (this.#isClosed) throw this.#noMailbox();
    this.#collected.push(part);
  }

  read(character: string): void {
    if (character === '"') this.#isQuoted = !this.#isQuoted;
    else if (this.#isQuoted) this.put({ kind: 'text', text: character });
    else if (character === ',') this.#end();
    else if (character === '<') this.#open();
    else if (character === '>') this.#close();
    else if (!this.#isClosed || character.trim() !== '') this.put({ kind: 'text', text: character });
  }

  finish(): readonly MailboxTemplate[] {
    this.#end();
    if (this.#isQuoted) throw this.#noMailbox();
    return this.#mailboxes;
  }

  #open(): void {
    if (this.#name !== undefined) throw this.#noMailbox();
    this.#name = trimmed(this.#collected);
    this.#collected = [];
  }

  #close(): void {
    if (this.#name === undefined || this.#isClosed) throw this.#noMailbox();
    this.#isClosed = true;
  }

  #end(): void {
    const address = trimmed(this.#collected);
    const isOpen = this.#name !== undefined && !this.#isClosed;
    if (address.length === 0 || isOpen) throw this.#noMailbox();
    this.#mailboxes.push({ name: this.#name ?? [], address });
    this.#name = undefined;
    this.#collected = [];
    this.#isClosed = false;
  }

  #noMailbox(): TaskError {
    return new TaskError(
      `Expected ${this.field} to be addresses such as a@example.org or Ann <a@example.org>, with commas between, but it is not.`,
    );
  }
}

/** Without the blanks at both ends, and each run of characters as one text. */
function trimmed(parts: readonly TemplatePart[]): Template {
  const joined: TemplatePart[] = [];
  for (const part of parts) {
    const last = joined.at(-1);
    if (part.kind === 'text' && last?.kind === 'text') {
      joined[joined.length - 1] = { kind: 'text', text: last.text + part.text };
    } else joined.push(part);
  }
  return joined
    .map((part, index): TemplatePart => {
      if (part.kind !== 'text') return part;
      const text = index === 0 ? part.text.trimStart() : part.text;
      return { kind: 'text', text: index === joined.length - 1 ? text.trimEnd() : text };
    })
    .filter((part) => part.kind !== 'text' || part.text !== '');
}
