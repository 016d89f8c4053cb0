/** What stands in the place of a value that is not told. */
export const redacted = '[redacted]';

/** Deeper than that nothing is looked into: it is not told at all. */
const depthMax = 100;

/** Answers a copy of JSON in which what stands under one of the names, at any depth, is {@link redacted}. */
export type Redaction = <Value>(value: Value) => Value;

/** Tells everything. */
export const noRedaction: Redaction = (value) => value;

/** For variables of these names, as configured: capital letters make no difference. */
export function createRedaction(names: readonly string[]): Redaction {
  if (names.length === 0) return noRedaction;
  const hidden = new Set(names.map((name) => name.toLowerCase()));
  return (value) => copied(value, hidden, 0) as typeof value;
}

function copied(value: unknown, hidden: ReadonlySet<string>, depth: number): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (depth > depthMax) return redacted;
  if (Array.isArray(value)) return value.map((item) => copied(item, hidden, depth + 1));
  // Errors, dates and the like tell about themselves in their own way.
  if (!isPlain(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [
      name,
      hidden.has(name.toLowerCase()) ? redacted : copied(item, hidden, depth + 1),
    ]),
  );
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/** Credentials inside of texts: in URLs, after `Bearer` and `Basic`, and keys of this server, whose first part tells which it is. */
const credentials: readonly (readonly [RegExp, string])[] = [
  [/(:\/\/[^\s/:@"\\]*:)[^\s/@"\\]+@/g, `$1${redacted}@`],
  [/\b(bearer|basic) +[\w.~+/-]{12,}=*/gi, `$1 ${redacted}`],
  [/\b(tl_[0-9a-f]{20})_[\w-]+/g, `$1_${redacted}`],
];

/** The text without credentials. */
export function withoutCredentials(text: string): string {
  let result = text;
  for (const [pattern, replacement] of credentials) result = result.replace(pattern, replacement);
  return result;
}
