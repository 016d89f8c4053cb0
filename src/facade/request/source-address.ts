import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';

/**
 * Where a request comes from. Behind `trustedProxies` proxies, each of which adds whom it was asked by at the end of `X-Forwarded-For`,
 * that many entries from the end are theirs to say; what stands before, anybody may have written.
 */
export function sourceAddressOf(
  { headers, socket }: Pick<IncomingMessage, 'headers' | 'socket'>,
  trustedProxies: number,
): string | undefined {
  const peer = addressIn(socket.remoteAddress ?? '');
  if (trustedProxies === 0) return peer;
  const forwarded = [headers['x-forwarded-for'] ?? []].flat().join(',').split(',');
  const told = forwarded.slice(-trustedProxies).map(addressIn);
  // The farthest of them that is told by an unbroken row of proxies.
  let source = peer;
  for (const address of told.toReversed()) {
    if (address === undefined) return source;
    source = address;
  }
  return source;
}

/** The address in `10.1.2.3`, `10.1.2.3:4567`, `2001:db8::1`, `[2001:db8::1]:4567` or `::ffff:10.1.2.3`. */
function addressIn(text: string): string | undefined {
  const given = text.trim();
  const bare = /^\[([0-9a-f:.]+)\](?::\d+)?$/i.exec(given)?.[1] ?? /^([\d.]+):\d+$/.exec(given)?.[1] ?? given;
  const plain = /^::ffff:([\d.]+)$/i.exec(bare)?.[1] ?? bare;
  return isIP(plain) === 0 ? undefined : plain;
}
