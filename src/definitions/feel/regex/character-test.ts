/** Whether a pattern's character matches a code point. */
export type CharacterTest = (codePoint: number) => boolean;

/** Answers of category tests that are remembered per category; text uses few distinct characters. */
const rememberedMax = 4_096;

const between =
  (low: number, high: number): CharacterTest =>
  (codePoint) =>
    codePoint >= low && codePoint <= high;

/** `\s`: blank, tab, line feed and carriage return (XML Schema Part 2, appendix F). */
const isSpace: CharacterTest = (codePoint) =>
  codePoint === 0x20 || codePoint === 0x09 || codePoint === 0x0a || codePoint === 0x0d;

const isPunctuationOrControl = unicodeTest('[\\p{P}\\p{Z}\\p{C}]');

/** XML Schema has `_` as punctuation, so not in `\w`; every other dialect has it, and so have models. */
const isWord: CharacterTest = (codePoint) => codePoint === 0x5f || !isPunctuationOrControl(codePoint);

const escapes: Readonly<Record<string, CharacterTest>> = {
  d: unicodeTest('\\p{Nd}'),
  s: isSpace,
  w: isWord,
  i: unicodeTest('[\\p{L}_:]'),
  c: unicodeTest('[\\p{L}\\p{Nd}\\p{M}._:\\-]'),
};

export function character(codePoint: number): CharacterTest {
  return (other) => other === codePoint;
}

export function characterRange(low: number, high: number): CharacterTest {
  return between(low, high);
}

export function negated(test: CharacterTest): CharacterTest {
  return (codePoint) => !test(codePoint);
}

export function anyOf(tests: readonly CharacterTest[]): CharacterTest {
  const [only] = tests;
  if (tests.length === 1 && only !== undefined) return only;
  return (codePoint) => tests.some((test) => test(codePoint));
}

export function without(test: CharacterTest, excluded: CharacterTest): CharacterTest {
  return (codePoint) => test(codePoint) && !excluded(codePoint);
}

/** The test that also takes the other case of each character (flag `i`). */
export function caseless(test: CharacterTest): CharacterTest {
  return (codePoint) => {
    if (test(codePoint)) return true;
    const text = String.fromCodePoint(codePoint);
    return [text.toLowerCase(), text.toUpperCase()].some((other) => test(other.codePointAt(0) ?? codePoint));
  };
}

/** The test of `\d`, `\D`, `\s` and so on; null when the letter is none of these. */
export function escapeTest(letter: string): CharacterTest | null {
  const lower = letter.toLowerCase();
  const test = Object.hasOwn(escapes, lower) ? escapes[lower] : undefined;
  if (test === undefined) return null;
  return letter === lower ? test : negated(test);
}

/** The test of a general category as in `\p{Lu}`; null when there is none of that name. */
export function categoryTest(name: string): CharacterTest | null {
  if (!/^(?:L[ultmo]?|M[nce]?|N[dlo]?|P[cdseifo]?|Z[slp]?|S[mcko]?|C[cfon]?)$/.test(name)) return null;
  return unicodeTest(`\\p{${name}}`);
}

/** One code point against one class: constant time, whatever is tested. */
function unicodeTest(source: string): CharacterTest {
  const single = new RegExp(`^${source}$`, 'u');
  const remembered = new Map<number, boolean>();
  return (codePoint) => {
    const known = remembered.get(codePoint);
    if (known !== undefined) return known;
    const answer = single.test(String.fromCodePoint(codePoint));
    if (remembered.size < rememberedMax) remembered.set(codePoint, answer);
    return answer;
  };
}
