const longestPath = 500;

/** A JSON pointer (RFC 6901), cut where it is very long. */
export function pointerTo(names: readonly PropertyKey[]): string {
  const escaped = names.map((name) => `/${String(name).replaceAll('~', '~0').replaceAll('/', '~1')}`);
  const pointer = escaped.join('');
  return pointer.length > longestPath ? `${pointer.slice(0, longestPath)}…` : pointer;
}
