import { comparableText } from '../../platform/comparable-text.js';
import { digitsPlace } from '../../platform/channels/channel.js';

const digitsMax = 20;
/** How much of a mail is looked at: case numbers stand in the subject or near the top. */
const searchedLengthMax = 20_000;
/** A mail that names more is about none of them. */
const foundMax = 5;

/** The case numbers that the keys may stand for, the channel's forms first, the digits themselves last. */
export function keyedCaseNumbers(forms: readonly string[], digits: string): readonly string[] {
  if (!/^\d+$/.test(digits) || digits.length > digitsMax) return [];
  return [...new Set([...forms.map((form) => form.replace(digitsPlace, digits)), digits])];
}

/**
 * The case numbers that the texts name, in order: what stands in brackets after a number sign, `[#A-1001]`, whatever it looks
 * like, before what looks like one of the channel's forms.
 */
export function namedCaseNumbers(forms: readonly string[], texts: readonly string[]): readonly string[] {
  const found = texts.flatMap((text) => {
    const searched = text.slice(0, searchedLengthMax);
    const bracketed = [...searched.matchAll(/\[#([^\][]{1,255})\]/g)]
      .map(([, name = '']) => name.trim())
      .filter((name) => name !== '');
    const formed = forms.flatMap((form) =>
      [...searched.matchAll(patternOf(form))].map(([, digits = '']) => form.replace(digitsPlace, digits)),
    );
    return [...bracketed.map((name) => asWritten(name, formed)), ...formed];
  });
  return [...new Set(found)].slice(0, foundMax);
}

/** `[#a-1001]` names A-1001 where the channel's case numbers look like that. */
function asWritten(name: string, formed: readonly string[]): string {
  return formed.find((known) => comparableText(known) === comparableText(name)) ?? name;
}

function patternOf(form: string): RegExp {
  const [before = '', after = ''] = form.split(digitsPlace).map(escaped);
  return new RegExp(`(?<![\\p{L}\\p{N}])${before}(\\d{1,${digitsMax}})${after}(?![\\p{L}\\p{N}])`, 'giu');
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}
