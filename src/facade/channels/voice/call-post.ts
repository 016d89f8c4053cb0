import { z } from 'zod';
import { validate } from '../../request/validate.js';

/** What a voice provider tells about a call (Twilio and Telnyx TeXML). */
export interface CallPost {
  readonly callSid: string;
  readonly from: string | undefined;
  /** The keys that were pressed. */
  readonly digits: string | undefined;
  /** What was said, where the provider is sure enough of it. */
  readonly speech: string | undefined;
  /** The caller has gone: nobody hears the answer. */
  readonly isOver: boolean;
}

/** What the provider heard with less is taken as not understood. */
export const confidenceMin = 0.5;

const keysMax = 32;
const speechLengthMax = 1_000;

const overStatuses: readonly string[] = ['completed', 'busy', 'failed', 'no-answer', 'canceled'];

const fields = z.object({
  CallSid: z.string().regex(/^[\x21-\x7e]{1,128}$/, { error: 'Expected the id of a call.' }),
  From: z.string().optional(),
  Digits: z.string().optional(),
  SpeechResult: z.string().optional(),
  Confidence: z.string().optional(),
  CallStatus: z.string().optional(),
});

/** The fields of a voice provider's form. Others are ignored. Throws `validation-failed` without a CallSid. */
export function readCall(form: URLSearchParams): CallPost {
  const given = validate(fields, 'body', Object.fromEntries([...form].reverse()));
  return {
    callSid: given.CallSid,
    from: given.From,
    digits: given.Digits === '' ? undefined : given.Digits?.slice(0, keysMax),
    speech: isSure(given.Confidence) ? given.SpeechResult?.slice(0, speechLengthMax) : undefined,
    isOver: overStatuses.includes(given.CallStatus ?? ''),
  };
}

/** A provider that says nothing about it is believed. */
function isSure(confidence: string | undefined): boolean {
  if (confidence === undefined || confidence.trim() === '') return true;
  return Number(confidence) >= confidenceMin;
}
