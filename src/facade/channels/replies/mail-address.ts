/** The address in a `From` field: what stands in angle brackets, else the field itself (RFC 5322, 3.4). */
export function mailAddress(from: string): string {
  const text = from.slice(0, 1_000).trim();
  const start = text.lastIndexOf('<');
  const end = text.indexOf('>', start);
  return start === -1 || end === -1 ? text : text.slice(start + 1, end).trim();
}

/** The forms in which a journey may hold the address: in lower case, as most write it, and as given. */
export function mailSenders(address: string): readonly string[] {
  return address === '' ? [] : [...new Set([address.toLowerCase(), address])];
}
