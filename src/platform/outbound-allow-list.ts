import {
  type Address,
  addressKind,
  isInNetwork,
  type Network,
  parseAddress,
  parseNetwork,
} from './outbound-address.js';

/** One exception from the rule that only public addresses are called. Without `port` it is for every port. */
export type OutboundException =
  /** The addresses that this host name resolves to, where they are private or loopback. */
  | { readonly kind: 'host'; readonly host: string; readonly port?: number }
  /** Any address in the network, however it is reached. */
  | { readonly kind: 'network'; readonly network: Network; readonly port?: number };

export type OutboundAllowList = readonly OutboundException[];

/**
 * Reads exceptions: `crm.internal`, `crm.internal:8443`, `10.1.0.0/16`, `10.1.2.3:8080`, `fd00::/8`, `[fd00::1]:8080`.
 * @throws Error for the first item that is none of these.
 */
export function parseOutboundAllowList(items: readonly string[]): OutboundAllowList {
  return items.map(parseException);
}

/** The exception that a URL of the operator's own needs: its host at its port. */
export function allowUrl(url: URL): OutboundException {
  const port = portOf(url);
  const host = hostOf(url);
  const network = parseNetwork(host);
  return network === undefined ? { kind: 'host', host, port } : { kind: 'network', network, port };
}

/** Whether a connection to this address may be made for a request to that host and port. */
export function isAllowed(
  address: Address,
  { host, port }: { readonly host: string; readonly port: number },
  allowList: OutboundAllowList,
): boolean {
  const kind = addressKind(address);
  if (kind === 'public') return true;
  return allowList.some((exception) => {
    if (exception.port !== undefined && exception.port !== port) return false;
    if (exception.kind === 'network') return isInNetwork(address, exception.network);
    // A name never opens what is forbidden: whoever answers for the name could point it at a metadata service.
    return kind !== 'forbidden' && exception.host === normalizedHost(host);
  });
}

/**
 * Whether it is plain without looking anything up that no connection to the URL is allowed: its host is an address, or this machine's name
 * (RFC 6761 §6.3). Any other name is checked by its addresses when it is connected to.
 */
export function isPlainlyRefused(url: URL, allowList: OutboundAllowList): boolean {
  const host = hostOf(url);
  const address = parseAddress(/^(.*\.)?localhost$/.test(host) ? '127.0.0.1' : host);
  return address !== undefined && !isAllowed(address, { host, port: portOf(url) }, allowList);
}

/** The host of a URL as exceptions name it: an address without brackets, a name in lower case without a dot at the end. */
export function hostOf(url: URL): string {
  return normalizedHost(url.hostname.replace(/^\[(.*)\]$/, '$1'));
}

export function portOf(url: URL): number {
  if (url.port !== '') return Number(url.port);
  return url.protocol === 'https:' ? 443 : 80;
}

function normalizedHost(host: string): string {
  return host.toLowerCase().replace(/\.$/, '');
}

function parseException(item: string): OutboundException {
  const text = item.trim().toLowerCase();
  const whole = parseNetwork(text);
  if (whole !== undefined) return { kind: 'network', network: whole };
  const { host = '', port: portText } =
    /^(?<host>\[.*\]|[^:]*)(:(?<port>\d{1,5}))?$/.exec(text)?.groups ?? {};
  const port = portText === undefined ? {} : { port: Number(portText) };
  const address = parseAddress(host.replace(/^\[(.*)\]$/, '$1'));
  if (address !== undefined)
    return { kind: 'network', network: { first: address, prefixLength: 128 }, ...port };
  const labels = normalizedHost(host).split('.');
  const isName = labels.every((label) => /^[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?$/.test(label));
  // What looks like a number is an address that is written in an unusual way, and would never be compared.
  if (!isName || /^(\d+|0x[0-9a-f]*)$/.test(labels.at(-1) ?? '') || Number(portText ?? 0) > 65_535) {
    throw new Error(
      `Expected a host name, an IP address or a network such as 10.0.0.0/8, each but the last with or without a port, but found ${JSON.stringify(item)}.`,
    );
  }
  return { kind: 'host', host: normalizedHost(host), ...port };
}
