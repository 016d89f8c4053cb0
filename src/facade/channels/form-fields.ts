import { refuse } from '../respond/refusal.js';

/** Providers send a few dozen. */
const fieldsMax = 1_000;

/** The fields of a form (application/x-www-form-urlencoded). Throws `payload-too-large` for more than any provider sends. */
export function formFields(text: string): URLSearchParams {
  let fields = 1;
  for (let at = text.indexOf('&'); at !== -1; at = text.indexOf('&', at + 1)) fields += 1;
  if (fields > fieldsMax) throw refuse('payload-too-large', 'Expected a form with fewer fields.');
  return new URLSearchParams(text);
}
