import { z } from 'zod';
import { channelKinds, digitsPlace } from './channel.js';

const dayMs = 24 * 60 * 60_000;

/** How long a mail that nobody takes is kept unless the file says otherwise. */
export const keepForMsDefault = 7 * dayMs;

export const caseNumbersDefault: readonly string[] = [`A-${digitsPlace}`, `C-${digitsPlace}`];

const text = (max: number, expected: string) =>
  z.string({ error: expected }).trim().min(1, { error: expected }).max(max, { error: expected });
const name = (expected: string) => text(255, expected);

const callerVariablesMax = 5;
const variable = name('the name of a variable');

/** One channel as the file says it. The error texts complete the words "expected …". */
const channelEntry = z.strictObject({
  id: z.string({ error: 'an id' }).regex(/^[a-z0-9][a-z0-9._-]{0,62}$/, {
    error: 'an id of lower case letters, digits, ".", "_" and "-"',
  }),
  kind: z.enum(channelKinds, { error: `one of ${channelKinds.join(', ')}` }),
  provider: z
    .enum(['twilio', 'telnyx', 'generic'], { error: 'one of twilio, telnyx, generic' })
    .default('generic'),
  secret: z
    .string()
    .regex(/^[A-Z0-9_]+$/, { error: 'the <NAME> of a variable THROUGHLINE_SECRET_<NAME>' })
    .optional(),
  publicUrl: z
    .string()
    .refine(isPublicUrl, { error: 'an https:// address without query (http:// for this machine only)' })
    .transform((url) => url.replace(/\/+$/, ''))
    .optional(),
  language: z
    .string()
    .regex(/^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}$/, { error: 'a language tag such as en-GB' })
    .default('en-GB'),
  callerVariable: z
    .union([variable.transform((one) => [one]), z.array(variable).max(callerVariablesMax)], {
      error: `the name of a variable, a path such as customer.phone, or at most ${callerVariablesMax} of them`,
    })
    .default([]),
  caseNumbers: z
    .array(
      text(100, 'a text such as A-{digits}').refine((item) => item.split(digitsPlace).length === 2, {
        error: `a text with ${digitsPlace} in it once, such as A-{digits}`,
      }),
      { error: 'a list of texts such as A-{digits}' },
    )
    .min(1, { error: 'at least one text such as A-{digits}' })
    .max(10, { error: 'at most 10 texts' })
    .default([...caseNumbersDefault]),
  replyMessage: name('the name of a message').default('customer-replied'),
  unassignedMessage: name('the name of a message').optional(),
  keepForMs: z
    .int({ error: 'a whole number of milliseconds' })
    .min(1, { error: 'at least 1 millisecond' })
    .max(365 * dayMs, { error: 'at most 365 days' })
    .default(keepForMsDefault),
});

/** The whole file. */
export const channelsFile = z.strictObject({
  channels: z
    .array(channelEntry, { error: 'a list of channels' })
    .max(1_000, { error: 'at most 1000 channels' }),
});

export type ChannelEntry = z.output<typeof channelEntry>;

/** The message of a mail or text that belongs to no journey, by its kind. */
export function unassignedMessageDefault(kind: ChannelEntry['kind']): string {
  return kind === 'mail' ? 'unassigned-mail' : 'unassigned-text';
}

function isPublicUrl(value: string): boolean {
  if (!URL.canParse(value)) return false;
  const { protocol, hostname, search, hash, username, password } = new URL(value);
  const isLocal = ['localhost', '127.0.0.1', '[::1]'].includes(hostname);
  const bare = search === '' && hash === '' && username === '' && password === '' && !/[?#]/.test(value);
  return bare && (protocol === 'https:' || (protocol === 'http:' && isLocal));
}
