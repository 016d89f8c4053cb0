/** Where a text stops being JSON, and what should have stood there. */
export interface JsonError {
  /** From 1. */
  readonly line: number;
  /** From 1, in UTF-16 code units. */
  readonly column: number;
  readonly expected: string;
}

const space = /[ \t\n\r]*/y;
const number = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const word = /true|false|null/y;
// eslint-disable-next-line no-control-regex -- control characters must be escaped in JSON
const stringPart = /(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[\dA-Fa-f]{4}))*/y;

type Expectation = 'value' | 'valueOrEnd' | 'name' | 'nameOrEnd' | 'colon' | 'commaOrEnd' | 'nothing';

const expectationTexts: Record<Expectation, string> = {
  value: 'a value',
  valueOrEnd: 'a value or ]',
  name: 'a property name in double quotes',
  nameOrEnd: 'a property name in double quotes or }',
  colon: 'a colon',
  commaOrEnd: 'a comma or the end of the list or object',
  nothing: 'the end of the text',
};

/** Finds the first fault of a text that is no JSON (RFC 8259); undefined when it is JSON. Iterative: depth does no harm. */
export function findJsonError(text: string): JsonError | undefined {
  const open: ('{' | '[')[] = [];
  let at = 0;
  let expectation: Expectation = 'value';

  const match = (pattern: RegExp): boolean => {
    const sticky = pattern;
    sticky.lastIndex = at;
    const found = sticky.exec(text);
    if (found === null) return false;
    at += found[0].length;
    return true;
  };
  const afterValue = (): Expectation => (open.length === 0 ? 'nothing' : 'commaOrEnd');
  /** A string whose first quote is at `at`; moves to the fault if there is one. */
  const string = (): boolean => {
    at += 1;
    match(stringPart);
    if (text[at] !== '"') return false;
    at += 1;
    return true;
  };
  const close = (): void => {
    open.pop();
    at += 1;
    expectation = afterValue();
  };
  const failed = (expected = expectationTexts[expectation]): JsonError => ({ ...place(text, at), expected });

  for (;;) {
    match(space);
    const character = text[at];
    if (character === undefined) return expectation === 'nothing' ? undefined : failed();
    switch (expectation) {
      case 'nothing':
        return failed();
      case 'colon':
        if (character !== ':') return failed();
        at += 1;
        expectation = 'value';
        break;
      case 'commaOrEnd': {
        const inObject = open.at(-1) === '{';
        if (character === (inObject ? '}' : ']')) close();
        else if (character === ',') {
          at += 1;
          expectation = inObject ? 'name' : 'value';
        } else return failed();
        break;
      }
      case 'name':
      case 'nameOrEnd':
        if (character === '}' && expectation === 'nameOrEnd') close();
        else if (character !== '"') return failed();
        else if (!string()) return failed('a well-formed string');
        else expectation = 'colon';
        break;
      case 'value':
      case 'valueOrEnd':
        if (character === ']' && expectation === 'valueOrEnd') close();
        else if (character === '{' || character === '[') {
          open.push(character);
          at += 1;
          expectation = character === '{' ? 'nameOrEnd' : 'valueOrEnd';
        } else if (character === '"') {
          if (!string()) return failed('a well-formed string');
          expectation = afterValue();
        } else if (match(word) || match(number)) expectation = afterValue();
        else return failed();
        break;
    }
  }
}

function place(text: string, at: number): { readonly line: number; readonly column: number } {
  const before = text.slice(0, at);
  const lineStart = before.lastIndexOf('\n') + 1;
  return { line: before.split('\n').length, column: at - lineStart + 1 };
}
