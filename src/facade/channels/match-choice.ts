import { comparableText } from '../../platform/comparable-text.js';
import type { OfferedChoice } from '../../runtime/waiting-step.js';
import { phrasesFor } from './phrases.js';

/** The choice of the digit. */
export function choiceOfDigit(choices: readonly OfferedChoice[], digit: string): OfferedChoice | undefined {
  return choices.find((choice) => choice.digit === digit);
}

/**
 * The choice that a text stands for: one of its words, its digit, or that digit as a word, and nothing else. What merely
 * contains a word is not understood: "not solved" must not close a case.
 */
export function choiceOfText(
  choices: readonly OfferedChoice[],
  text: string,
  language: string,
): OfferedChoice | undefined {
  const said = comparableText(text);
  if (said === '') return undefined;
  const { digits } = phrasesFor(language);
  return (
    choices.find(({ words }) => words.some((word) => comparableText(word) === said)) ??
    choices.find(({ digit }) => digit === said || comparableText(digits[digit] ?? '') === said)
  );
}
