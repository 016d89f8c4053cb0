import { element, type Child } from '../element.js';

/** A description: its text, with what stands between back-ticks as code, and a paragraph for each empty line. */
export function prose(text: string): readonly HTMLParagraphElement[] {
  return text
    .split(/\n{2,}/)
    .filter((paragraph) => paragraph !== '')
    .map((paragraph) => element('p', {}, ...inline(paragraph)));
}

/** One line of a description. */
export function inline(text: string): readonly Child[] {
  return text.split(/`([^`]+)`/).map((part, index) => (index % 2 === 1 ? element('code', {}, part) : part));
}
