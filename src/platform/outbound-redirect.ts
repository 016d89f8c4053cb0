import { OutboundError } from './outbound-error.js';
import type { RawResponse } from './outbound-exchange.js';

/** Those that keep the method and the body (RFC 9110 §15.4.8, §15.4.9). The others would make a GET of a POST. */
const keepingStatuses: readonly number[] = [307, 308];

/**
 * Where the response sends the same request, on one that follows redirects; undefined where it sends it nowhere.
 * @throws OutboundError where it may not go: from https to anything else, or to what is no URL.
 */
export function redirectTarget({ status, headers }: RawResponse, from: URL): string | undefined {
  const location = headers.get('location');
  if (!keepingStatuses.includes(status) || location === undefined) return undefined;
  if (!URL.canParse(location, from.href)) throw refused(from, 'something that is no URL');
  const target = new URL(location, from);
  if (from.protocol === 'https:' && target.protocol !== 'https:') throw refused(from, target.protocol);
  return target.href;
}

function refused(from: URL, found: string): OutboundError {
  const message = `Expected ${from.host} to redirect to a URL as safe as its own but found ${found}.`;
  return new OutboundError('invalid-response', message, true);
}
