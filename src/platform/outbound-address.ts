import { isIP, isIPv4, isIPv6 } from 'node:net';

/** An IP address as a number of 128 bits; IPv4 as IPv4-mapped IPv6 (RFC 4291 §2.5.5.2), so that both have one form. */
export type Address = bigint;

/** Addresses that share their first `prefixLength` of 128 bits. */
export interface Network {
  readonly first: Address;
  readonly prefixLength: number;
}

/**
 * What an address is to a server that calls out on behalf of others. `forbidden` are those that no service of a business has: cloud
 * metadata, link-local, multicast, unspecified, broadcast, documentation, transition mechanisms, and all that is not assigned.
 */
export type AddressKind = 'public' | 'private' | 'loopback' | 'forbidden';

const mapped = 0xffff_0000_0000n;

/** The address that a text without brackets is; undefined for any other text. */
export function parseAddress(text: string): Address | undefined {
  if (isIPv4(text)) return mapped | parseIPv4(text);
  const [withoutZone = ''] = text.split('%');
  return isIPv6(withoutZone) ? parseIPv6(withoutZone) : undefined;
}

/** The network that `10.0.0.0/8`, `fd00::/8` or a single address is; undefined for any other text. */
export function parseNetwork(text: string): Network | undefined {
  const [addressText = '', lengthText, ...rest] = text.split('/');
  const first = parseAddress(addressText);
  if (first === undefined || rest.length > 0) return undefined;
  const bits = isIP(addressText) === 4 ? 32 : 128;
  if (lengthText === undefined) return { first, prefixLength: 128 };
  if (!/^\d{1,3}$/.test(lengthText) || Number(lengthText) > bits) return undefined;
  return { first, prefixLength: 128 - bits + Number(lengthText) };
}

export function isInNetwork(address: Address, { first, prefixLength }: Network): boolean {
  const hostBits = BigInt(128 - prefixLength);
  return address >> hostBits === first >> hostBits;
}

/** Classified by the IANA special-purpose address registries (RFC 6890 and what has been entered since). */
export function addressKind(address: Address): AddressKind {
  const embedded = isInNetwork(address, nat64) ? mapped | (address & 0xffff_ffffn) : address;
  return kinds.find(({ network }) => isInNetwork(embedded, network))?.kind ?? 'forbidden';
}

/** RFC 6052: a gateway translates it into the IPv4 address in its last 32 bits. */
const nat64 = networkOf('64:ff9b::/96');

/** The first that matches decides. */
const kinds: readonly { readonly network: Network; readonly kind: AddressKind }[] = (
  [
    ['loopback', '127.0.0.0/8', '::1'],
    ['private', '10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10'],
    ['forbidden', '0.0.0.0/8', '169.254.0.0/16', '192.0.0.0/24', '192.0.2.0/24', '192.88.99.0/24'],
    ['forbidden', '198.18.0.0/15', '198.51.100.0/24', '203.0.113.0/24', '224.0.0.0/4', '240.0.0.0/4'],
    // Azure's address for what link-local addresses serve elsewhere.
    ['forbidden', '168.63.129.16'],
    ['public', '0.0.0.0/0'],
    // The IPv6 address of Amazon's metadata service.
    ['forbidden', 'fd00:ec2::254'],
    ['private', 'fc00::/7'],
    ['forbidden', '2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20'],
    ['public', '2000::/3'],
  ] satisfies readonly (readonly [AddressKind, ...string[]])[]
).flatMap(([kind, ...texts]) => texts.map((text) => ({ kind, network: networkOf(text) })));

function networkOf(text: string): Network {
  const network = parseNetwork(text);
  if (network === undefined) throw new Error(`Expected a network but found ${text}.`);
  return network;
}

function parseIPv4(text: string): bigint {
  return text.split('.').reduce((sum, part) => (sum << 8n) | BigInt(part), 0n);
}

function parseIPv6(text: string): Address {
  const dotted = /[^:]*\.[^:]*$/.exec(text)?.[0];
  if (dotted !== undefined) {
    const ipv4 = parseIPv4(dotted);
    const hex = `${(ipv4 >> 16n).toString(16)}:${(ipv4 & 0xffffn).toString(16)}`;
    return parseIPv6(text.slice(0, -dotted.length) + hex);
  }
  const [left = [], right] = text.split('::').map((half) => half.split(':').filter((group) => group !== ''));
  const missing = right === undefined ? 0 : 8 - left.length - right.length;
  const groups = [...left, ...Array.from({ length: missing }, () => '0'), ...(right ?? [])];
  return groups.reduce((sum, group) => (sum << 16n) | BigInt(`0x${group}`), 0n);
}
