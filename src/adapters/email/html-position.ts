/** Where in HTML a value would stand. */
export type HtmlPlace =
  | { readonly kind: 'content' }
  /** Inside the quotes of an attribute; `before` is its value so far. */
  | { readonly kind: 'attribute'; readonly name: string; readonly before: string }
  /** In a tag outside quotes, in a comment, in a style sheet or a script: nothing can be escaped there. */
  | { readonly kind: 'elsewhere'; readonly what: string };

type State =
  | { readonly kind: 'content' }
  | { readonly kind: 'tag'; readonly text: string }
  | { readonly kind: 'attribute'; readonly tag: string; readonly quote: string; readonly text: string }
  | { readonly kind: 'raw'; readonly what: string; readonly end: RegExp };

/** Follows the literal text of a template through HTML, as far as it has to be known where a value stands. */
export class HtmlPosition {
  #state: State = { kind: 'content' };

  get place(): HtmlPlace {
    const state = this.#state;
    switch (state.kind) {
      case 'content':
        return state;
      case 'tag':
        return { kind: 'elsewhere', what: 'a tag, outside quotes' };
      case 'raw':
        return { kind: 'elsewhere', what: state.what };
      case 'attribute': {
        const { name = '' } = /(?<name>[^\s"'<>/=]+)\s*=\s*$/.exec(state.tag)?.groups ?? {};
        return { kind: 'attribute', name: name.toLowerCase(), before: state.text };
      }
      default:
        return state satisfies never;
    }
  }

  /** Goes on over literal text. */
  read(literal: string): void {
    let left = literal;
    while (left !== '') left = this.#step(left);
  }

  /** Goes on over a value, encoded: it stays where it is. */
  skip(encoded: string): void {
    if (this.#state.kind === 'attribute') {
      this.#state = { ...this.#state, text: this.#state.text + encoded };
    }
  }

  /** Reads up to where the state changes, and answers what is left. */
  #step(text: string): string {
    const state = this.#state;
    switch (state.kind) {
      case 'content':
        return this.#readContent(text);
      case 'tag':
        return this.#readTag(state.text, text);
      case 'attribute':
        return this.#readAttribute(state, text);
      case 'raw': {
        const end = state.end.exec(text);
        if (end === null) return '';
        this.#state = { kind: 'content' };
        return text.slice(end.index + end[0].length);
      }
      default:
        return state satisfies never;
    }
  }

  #readContent(text: string): string {
    const opening = /<!--|<(?=[a-z/!?]|$)/i.exec(text);
    if (opening === null) return '';
    const isComment = opening[0] === '<!--';
    this.#state = isComment ? { kind: 'raw', what: 'a comment', end: /-->/ } : { kind: 'tag', text: '' };
    return text.slice(opening.index + opening[0].length);
  }

  #readTag(tag: string, text: string): string {
    const { index, 0: mark } = /["'>]/.exec(text) ?? { index: text.length, 0: '' };
    const whole = tag + text.slice(0, index);
    if (mark === '') this.#state = { kind: 'tag', text: whole };
    else if (mark === '>') this.#state = afterTag(whole);
    else this.#state = { kind: 'attribute', tag: whole, quote: mark, text: '' };
    return text.slice(index + 1);
  }

  #readAttribute(state: Extract<State, { kind: 'attribute' }>, text: string): string {
    const end = text.indexOf(state.quote);
    if (end < 0) {
      this.#state = { ...state, text: state.text + text };
      return '';
    }
    this.#state = { kind: 'tag', text: `${state.tag}${state.quote}${state.quote}` };
    return text.slice(end + 1);
  }
}

/** The content of these is no HTML (HTML Living Standard §13.2.5, raw text states). */
function afterTag(tag: string): State {
  const { name = '' } = /^(?<name>script|style)\b/i.exec(tag)?.groups ?? {};
  if (name === '') return { kind: 'content' };
  const what = name.toLowerCase() === 'script' ? 'a script' : 'a style sheet';
  return { kind: 'raw', what, end: new RegExp(`</${name}[^>]*>`, 'i') };
}
