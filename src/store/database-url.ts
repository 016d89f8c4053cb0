/** Where the database is. */
export type DatabaseLocation =
  { readonly kind: 'sqlite'; readonly path: string } | { readonly kind: 'postgres'; readonly url: string };

/** Reads `sqlite:<path>`, `postgres://…` or `postgresql://…`; throws on anything else, without showing a password. */
export function databaseLocation(databaseUrl: string): DatabaseLocation {
  const scheme = databaseUrl.slice(0, databaseUrl.indexOf(':') + 1);
  const rest = databaseUrl.slice(scheme.length);
  if (scheme === 'sqlite:' && rest !== '' && rest !== ':memory:') return { kind: 'sqlite', path: rest };
  if (scheme === 'postgres:' || scheme === 'postgresql:') return { kind: 'postgres', url: databaseUrl };
  throw new RangeError(
    `Expected a database of the form sqlite:<path> or postgres://<…> but found ${JSON.stringify(`${scheme}…`)}.`,
  );
}
