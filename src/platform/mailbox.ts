/** An e-mail address with the name of whose it is; '' when there is none. */
export interface Mailbox {
  readonly name: string;
  readonly address: string;
}

/** RFC 5321 §4.5.3.1. */
const longestLocalPart = 64;
const longestAddress = 254;

/**
 * Whether it is one address: a dot-atom, `@` and a domain name (RFC 5322 §3.4.1, RFC 6531 §3.3). Quoted local parts, comments
 * and address literals are not accepted: nobody has them, and they are where parsers differ.
 */
export function isAddress(text: string): boolean {
  const { local = '', domain = '' } =
    /^(?<local>[^\s@"(),:;<>[\]\\\p{C}]+)@(?<domain>[\p{L}\p{N}.-]+)$/u.exec(text)?.groups ?? {};
  return (
    text.length <= longestAddress &&
    local.length <= longestLocalPart &&
    local.split('.').every((atom) => atom !== '') &&
    domain.split('.').every((label) => /^[\p{L}\p{N}]([\p{L}\p{N}-]*[\p{L}\p{N}])?$/u.test(label))
  );
}

/** Reads `a@example.org` or `Ann <a@example.org>`; undefined for anything else. */
export function parseMailbox(text: string): Mailbox | undefined {
  const {
    name = '',
    inBrackets,
    bare = '',
  } = /^(?<name>[^<>\p{Cc}]*)<(?<inBrackets>[^<>]*)>$|^(?<bare>[^<>]*)$/u.exec(text.trim())?.groups ?? {};
  const address = (inBrackets ?? bare).trim();
  return isAddress(address) ? { name: name.replaceAll('"', '').trim(), address } : undefined;
}
