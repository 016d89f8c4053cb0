/** The parts of a request before it is sent. Ids in it may be placeholders, which a {@link Subject} replaces. */
export interface FuzzInput {
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string | readonly string[]>>;
  readonly headers: Readonly<Record<string, string>>;
  /** Undefined: none is sent. */
  readonly body: unknown;
}

/** What a request is about: ids of what is there, coherent with each other, by the name of the field that takes them. */
export type Subject = Readonly<Record<string, string | number>>;

const begins = '\u00ab';
const pattern = /^\u00ab(\w+)\u00bb$/;

/** Stands for the id that the subject of the request has for the field. */
export function placeholder(name: string): string {
  return `${begins}${name}\u00bb`;
}

/** The input with the ids of the subject in it; a placeholder that the subject has nothing for becomes an id that there is not. */
export function aimed(input: FuzzInput, subject: Subject): FuzzInput {
  const given = replaced(input, subject);
  return given as FuzzInput;
}

function replaced(value: unknown, subject: Subject): unknown {
  if (typeof value === 'string') {
    const name = pattern.exec(value)?.[1];
    return name === undefined ? value : (subject[name] ?? `no-${name}`);
  }
  if (Array.isArray(value)) return value.map((item: unknown) => replaced(item, subject));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, item]: [string, unknown]) => [name, replaced(item, subject)]),
  );
}
