import { lookup as systemLookup } from 'node:dns/promises';
import { isIP, type LookupFunction } from 'node:net';
import { buildConnector } from 'undici';
import { parseAddress } from './outbound-address.js';
import { isAllowed, type OutboundAllowList, portOf } from './outbound-allow-list.js';
import { OutboundError, reasonOf } from './outbound-error.js';

/** All addresses of a name, as the system's resolver gives them. */
export type ResolveHost = (
  host: string,
) => Promise<readonly { readonly address: string; readonly family: number }[]>;

export const resolveBySystem: ResolveHost = (host) => systemLookup(host, { all: true, verbatim: true });

export interface ConnectorOptions {
  readonly allowList: OutboundAllowList;
  readonly resolve: ResolveHost;
  readonly connectTimeoutMs: number;
}

/**
 * Resolves a name once, checks every address, and connects to just these: a name that answers differently a moment later gains
 * nothing. Addresses in the URL itself are checked here too, as no lookup is ever made for them; the URL's parser has already turned
 * decimal, octal and hexadecimal forms into the usual one (WHATWG URL §3.5).
 */
export function guardedConnector({
  allowList,
  resolve,
  connectTimeoutMs,
}: ConnectorOptions): buildConnector.connector {
  return (options, callback) => {
    const host = options.hostname.replace(/^\[(.*)\]$/, '$1');
    const family = isIP(host);
    const resolved = family === 0 ? resolve(host) : Promise.resolve([{ address: host, family }]);
    resolved
      .catch((error: unknown) => {
        throw nameUnknown(host, error);
      })
      .then((addresses) => {
        const port = portOf(new URL(`${options.protocol}//${options.host ?? options.hostname}`));
        for (const { address } of addresses) checkAddress(address, { host, port }, allowList);
        if (addresses.length === 0) throw nameUnknown(host, new Error('the name has no address'));
        const lookup: LookupFunction = (_host, { all }, found) => {
          const [first] = addresses;
          if (all === true || first === undefined)
            found(
              null,
              addresses.map((address) => ({ ...address })),
            );
          else found(null, first.address, first.family);
        };
        buildConnector({ lookup, timeout: connectTimeoutMs })(options, (error, socket) => {
          if (error === null) callback(null, socket);
          else callback(connectFailed(host, error), null);
        });
      })
      .catch((error: unknown) => callback(connectFailed(host, error), null));
  };
}

function checkAddress(
  text: string,
  target: { readonly host: string; readonly port: number },
  allowList: OutboundAllowList,
): void {
  const address = parseAddress(text);
  if (address !== undefined && isAllowed(address, target, allowList)) return;
  const found = text === target.host ? text : `${target.host} at ${text}`;
  throw new OutboundError(
    'address-refused',
    `Expected a public address, or one that OUTBOUND_ALLOW lists, but found ${found} (port ${target.port}).`,
    false,
  );
}

function nameUnknown(host: string, error: unknown): OutboundError {
  return new OutboundError(
    'name-unknown',
    `Expected a connection to ${host} but found ${reasonOf(error)}.`,
    false,
  );
}

function connectFailed(host: string, error: unknown): OutboundError {
  if (error instanceof OutboundError) return error;
  return new OutboundError(
    'connect-failed',
    `Expected a connection to ${host} but found ${reasonOf(error)}.`,
    false,
  );
}
