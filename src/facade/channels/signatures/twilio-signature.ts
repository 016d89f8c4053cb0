import { createHmac } from 'node:crypto';
import { isSame } from './is-same.js';

/**
 * Whether `X-Twilio-Signature` is that of the post (Twilio, "Webhooks security"): HMAC-SHA1 with the account's token, in base64,
 * over the address as Twilio knows it, query included, followed by name and value of each form field, sorted by name.
 * Twilio leaves out or adds the standard port of the address at times, so both forms are taken.
 */
export function isSignedByTwilio(
  token: string,
  url: string,
  fields: URLSearchParams,
  signature: string | undefined,
): boolean {
  if (signature === undefined) return false;
  const text = fieldsText(fields);
  // No early end: the time must not tell which form was right.
  return addressForms(url)
    .map((form) => isSame(signature, twilioSignature(token, form, text)))
    .includes(true);
}

function twilioSignature(token: string, url: string, text: string): string {
  return createHmac('sha1', token).update(`${url}${text}`, 'utf8').digest('base64');
}

/** Values of a field that is there several times count once each, sorted. */
function fieldsText(fields: URLSearchParams): string {
  const names = [...new Set(fields.keys())].sort();
  return names
    .flatMap((name) => [...new Set(fields.getAll(name))].sort().map((value) => `${name}${value}`))
    .join('');
}

function addressForms(url: string): readonly string[] {
  const match = /^(https?):\/\/([^/?#]+)(.*)$/i.exec(url);
  if (match === null) return [url];
  const [, scheme = '', host = '', rest = ''] = match;
  const port = scheme.toLowerCase() === 'https' ? '443' : '80';
  const bare = host.replace(/:\d+$/, '');
  const named = /:\d+$/.test(host) ? host : `${host}:${port}`;
  return [...new Set([url, `${scheme}://${named}${rest}`, `${scheme}://${bare}${rest}`])];
}
