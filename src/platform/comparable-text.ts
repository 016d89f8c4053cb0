/**
 * What people say or write, as it is compared: in lower case, without punctuation, symbols and superfluous white space, and with
 * compatible characters made the same (Unicode NFKC). `"Yes, please!"` and `yes please` are equal.
 */
export function comparableText(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/['’]/g, '')
    .replace(/[^\p{L}\p{M}\p{N}*#]+/gu, ' ')
    .trim();
}
