/** What Twilio and Telnyx send as the number of somebody who hides it. */
const hidden: ReadonlySet<string> = new Set([
  '+266696687', // ANONYMOUS
  '+7378742833', // RESTRICTED
  '+2562533', // BLOCKED
  '+8656696', // UNKNOWN
  '+86282452253', // UNAVAILABLE
]);

/**
 * The number in E.164 (`+` and up to 15 digits), whatever it is written with; undefined for a number without country code, a
 * name, or one that stands for a hidden number. A `+` that a form has turned into a space is put back.
 */
export function phoneNumber(text: string | undefined): string | undefined {
  const bare = (text ?? '').replace(/^(tel|sip):/i, '').replace(/[\s()./-]/g, '');
  const international = bare.replace(/^00/, '+');
  const number = /^[1-9]\d{6,14}$/.test(international) ? `+${international}` : international;
  return /^\+[1-9]\d{6,14}$/.test(number) && !hidden.has(number) ? number : undefined;
}
