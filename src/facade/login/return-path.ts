const longest = 1_000;

/**
 * Where to go on after a sign-in: a path of this server, with its query and fragment, and nothing that a browser could take for another
 * host; else the page. Whoever sends it must write it behind the server's own origin, never alone.
 */
export function returnPathOf(given: unknown): string {
  if (typeof given !== 'string' || given.length > longest) return '/';
  return /^\/(?![/\\])[\x21-\x5b\x5d-\x7e]*$/.test(given) ? given : '/';
}
