import { z } from 'zod';
import { partsOf } from '../../../runtime/ids.js';
import { validate } from '../../request/validate.js';

/**
 * Where a call is. Nothing is kept between two posts: the place travels in the query of the address that we tell the provider to
 * post to. `attempt` counts from 0 how often the caller was not understood there.
 */
export type CallPlace =
  | { readonly at: 'start' }
  | { readonly at: 'case'; readonly attempt: number }
  | { readonly at: 'journeys'; readonly steps: readonly string[]; readonly attempt: number }
  | { readonly at: 'menu'; readonly step: string; readonly attempt: number; readonly digit?: string }
  /** After a choice at the step, to see what the journey has come to. */
  | { readonly at: 'poll'; readonly step: string; readonly attempt: number };

/** As many as there are keys for, from 1 to 9. */
export const journeysOfferedMax = 9;

const separator = '.';
const stepId = z.string().refine((id) => partsOf(id) !== undefined, { error: 'Expected the id of a step.' });
const attempt = z
  .string()
  .regex(/^\d{1,2}$/, { error: 'Expected a number of attempts.' })
  .transform(Number);

const query = z.union([
  z.object({ at: z.undefined().optional() }).transform((): CallPlace => ({ at: 'start' })),
  z.object({ at: z.literal('case'), attempt }),
  z.object({
    at: z.literal('journeys'),
    steps: z
      .string()
      .transform((text) => text.split(separator))
      .pipe(z.array(stepId).min(1).max(journeysOfferedMax)),
    attempt,
  }),
  z.object({
    at: z.literal('menu'),
    step: stepId,
    attempt,
    digit: z
      .string()
      .regex(/^[0-9*#]$/, { error: 'Expected one key.' })
      .optional(),
  }),
  z.object({ at: z.literal('poll'), step: stepId, attempt }),
]);

/** The place that the query of a post names. Throws `validation-failed` for what we never gave out; further parameters are ignored. */
export function readPlace(given: unknown): CallPlace {
  return validate(query, 'query', given);
}

/** The query that names the place. Its characters are those that no client encodes anew, as the signature covers them. */
export function placeQuery(place: CallPlace): string {
  const { at } = place;
  if (at === 'start') return '';
  const values = new URLSearchParams({ at });
  if (at === 'journeys') values.set('steps', place.steps.join(separator));
  if (at === 'menu' || at === 'poll') values.set('step', place.step);
  values.set('attempt', String(place.attempt));
  if (at === 'menu' && place.digit !== undefined) values.set('digit', place.digit);
  return `?${values.toString()}`;
}
