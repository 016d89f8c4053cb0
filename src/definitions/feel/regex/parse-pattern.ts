import { FeelBudgetExceeded } from '../run.js';
import {
  anyOf,
  caseless,
  categoryTest,
  character,
  characterRange,
  escapeTest,
  negated,
  without,
} from './character-test.js';
import type { CharacterTest } from './character-test.js';

/** The parts of a regular expression. */
export type Pattern =
  | { readonly kind: 'character'; readonly test: CharacterTest }
  | { readonly kind: 'start' | 'end'; readonly ofLine: boolean }
  | { readonly kind: 'sequence'; readonly parts: readonly Pattern[] }
  | { readonly kind: 'choice'; readonly options: readonly Pattern[] }
  | { readonly kind: 'group'; readonly index: number; readonly body: Pattern }
  | {
      readonly kind: 'repeat';
      readonly body: Pattern;
      readonly min: number;
      readonly max: number;
      readonly greedy: boolean;
    };

/** Flags of XPath (F&O 5.6.1): `s` dot matches all, `m` lines, `i` caseless, `x` blanks ignored, `q` quoted. */
export type Flags = Readonly<Record<'s' | 'm' | 'i' | 'x' | 'q', boolean>>;

/** Thrown inside for what is no pattern; never leaves `parsePattern`. */
class InvalidPattern extends Error {}

const patternLengthMax = 1_000;
const groupDepthMax = 50;

/**
 * Parses the regular expressions of XPath without back-references (F&O 5.6.1 over XML Schema Part 2, appendix F).
 * Null for text that is none. Throws FeelBudgetExceeded for one that is too long or nests too deep.
 */
export function parsePattern(
  source: string,
  flags: Flags,
): { readonly pattern: Pattern; readonly groups: number } | null {
  if (source.length > patternLengthMax) {
    throw new FeelBudgetExceeded(
      `Expected a pattern of at most ${patternLengthMax} characters but found ${source.length}.`,
    );
  }
  const parser = new PatternParser(Array.from(source), flags);
  try {
    return { pattern: flags.q ? parser.quoted() : parser.whole(), groups: parser.groups };
  } catch (error) {
    if (error instanceof InvalidPattern) return null;
    throw error;
  }
}

class PatternParser {
  groups = 0;
  private position = 0;
  private depth = 0;
  private readonly characters: readonly string[];

  constructor(
    characters: readonly string[],
    private readonly flags: Flags,
  ) {
    this.characters = flags.x && !flags.q ? withoutBlanks(characters) : characters;
  }

  quoted(): Pattern {
    return { kind: 'sequence', parts: this.characters.map((each) => this.single(character(codeOf(each)))) };
  }

  whole(): Pattern {
    const pattern = this.choice();
    if (this.peek() !== undefined) throw new InvalidPattern();
    return pattern;
  }

  private choice(): Pattern {
    const options = [this.sequence()];
    while (this.take('|')) options.push(this.sequence());
    const [only] = options;
    return options.length === 1 && only !== undefined ? only : { kind: 'choice', options };
  }

  private sequence(): Pattern {
    const parts: Pattern[] = [];
    for (let next = this.peek(); next !== undefined && next !== '|' && next !== ')'; next = this.peek()) {
      parts.push(this.quantified(this.atom()));
    }
    return { kind: 'sequence', parts };
  }

  private atom(): Pattern {
    const next = this.next();
    switch (next) {
      case '(':
        return this.group();
      case '[':
        return this.single(this.characterClass());
      case '.':
        return this.single(this.flags.s ? () => true : (code) => code !== 0x0a && code !== 0x0d);
      case '^':
        return { kind: 'start', ofLine: this.flags.m };
      case '$':
        return { kind: 'end', ofLine: this.flags.m };
      case '\\':
        return this.single(this.escape().test);
      case '*':
      case '+':
      case '?':
      case '{':
      case '}':
      case ']':
        throw new InvalidPattern();
      default:
        return this.single(character(codeOf(next)));
    }
  }

  private group(): Pattern {
    if (++this.depth > groupDepthMax) {
      throw new FeelBudgetExceeded(`Expected at most ${groupDepthMax} nested groups in a pattern.`);
    }
    const capturing = !this.take('?');
    if (!capturing && !this.take(':')) throw new InvalidPattern();
    const index = capturing ? ++this.groups : 0;
    const body = this.choice();
    if (!this.take(')')) throw new InvalidPattern();
    this.depth--;
    return capturing ? { kind: 'group', index, body } : body;
  }

  private quantified(body: Pattern): Pattern {
    const bounds = this.bounds();
    if (bounds === null) return body;
    const greedy = !this.take('?');
    if ('*+?{'.includes(this.peek() ?? ' ')) throw new InvalidPattern();
    return { kind: 'repeat', body, min: bounds[0], max: bounds[1], greedy };
  }

  private bounds(): readonly [number, number] | null {
    if (this.take('*')) return [0, Infinity];
    if (this.take('+')) return [1, Infinity];
    if (this.take('?')) return [0, 1];
    if (!this.take('{')) return null;
    const min = this.digits();
    if (min === null) throw new InvalidPattern();
    const max = this.take(',') ? (this.digits() ?? Infinity) : min;
    if (!this.take('}') || max < min) throw new InvalidPattern();
    return [min, max];
  }

  private digits(): number | null {
    let text = '';
    while (/^[0-9]$/.test(this.peek() ?? '')) text += this.next();
    return text === '' ? null : Number(text);
  }

  /** What stands in square brackets, the opening one taken already; `[a-z-[aeiou]]` subtracts. */
  private characterClass(): CharacterTest {
    const isNegated = this.take('^');
    const tests: CharacterTest[] = [];
    let excluded: CharacterTest | null = null;
    while (excluded === null && (tests.length === 0 || this.peek() !== ']')) {
      if (tests.length > 0 && this.peek() === '-' && this.peek(1) === '[') {
        this.position += 2;
        excluded = this.nestedClass();
      } else {
        tests.push(this.classMember());
      }
    }
    if (!this.take(']')) throw new InvalidPattern();
    const test = isNegated ? negated(anyOf(tests)) : anyOf(tests);
    return excluded === null ? test : without(test, excluded);
  }

  private nestedClass(): CharacterTest {
    if (++this.depth > groupDepthMax) throw new InvalidPattern();
    const test = this.characterClass();
    this.depth--;
    return test;
  }

  private classMember(): CharacterTest {
    const low = this.classCharacter();
    if (this.peek() !== '-' || this.peek(1) === ']' || this.peek(1) === '[') return low.test;
    this.position++;
    const high = this.classCharacter();
    if (low.code === null || high.code === null || high.code < low.code) throw new InvalidPattern();
    return characterRange(low.code, high.code);
  }

  private classCharacter(): { readonly test: CharacterTest; readonly code: number | null } {
    const next = this.next();
    if (next === '\\') return this.escape();
    if (next === '[' || next === ']') throw new InvalidPattern();
    return { test: character(codeOf(next)), code: codeOf(next) };
  }

  private escape(): { readonly test: CharacterTest; readonly code: number | null } {
    const letter = this.next();
    if (letter === 'p' || letter === 'P') return { test: this.category(letter === 'P'), code: null };
    const test = escapeTest(letter);
    if (test !== null) return { test, code: null };
    const control = { n: 0x0a, r: 0x0d, t: 0x09 }[letter];
    if (control === undefined && !'\\|.?*+(){}[]-^$/'.includes(letter)) throw new InvalidPattern();
    const code = control ?? codeOf(letter);
    return { test: character(code), code };
  }

  private category(isNegated: boolean): CharacterTest {
    if (!this.take('{')) throw new InvalidPattern();
    let name = '';
    while (!this.take('}')) name += this.next();
    const test = categoryTest(name);
    if (test === null) throw new InvalidPattern();
    return isNegated ? negated(test) : test;
  }

  private single(test: CharacterTest): Pattern {
    return { kind: 'character', test: this.flags.i ? caseless(test) : test };
  }

  private peek(ahead = 0): string | undefined {
    return this.characters[this.position + ahead];
  }

  private next(): string {
    const next = this.characters[this.position++];
    if (next === undefined) throw new InvalidPattern();
    return next;
  }

  private take(expected: string): boolean {
    if (this.peek() !== expected) return false;
    this.position++;
    return true;
  }
}

function codeOf(text: string): number {
  return text.codePointAt(0) ?? 0;
}

/** Flag `x` ignores blanks, but not inside of a character class. */
function withoutBlanks(characters: readonly string[]): readonly string[] {
  let depth = 0;
  return characters.filter((each, index) => {
    const isEscaped = characters[index - 1] === '\\' && characters[index - 2] !== '\\';
    if (each === '[' && !isEscaped) depth++;
    if (each === ']' && !isEscaped) depth--;
    return depth > 0 || !/^\s$/.test(each);
  });
}
