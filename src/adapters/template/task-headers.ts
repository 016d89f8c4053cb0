import { TaskError } from './task-error.js';

/** Names of which the part from `<` on is chosen by the model: `header.<name>`. */
type FamilyOf<Name extends string> = Extract<Name, `${string}<${string}`>;

/** The headers of a task, each under the name that documents it. */
export interface TaskHeaders<Name extends string> {
  /** Undefined when it is missing or blank. */
  plain(name: Exclude<Name, FamilyOf<Name>>): string | undefined;
  /** What stands for `<…>`, with its value. */
  family(name: FamilyOf<Name>): readonly (readonly [string, string])[];
}

/**
 * Sorts the headers of a task by the names that an adapter knows.
 * @throws TaskError for a header that is not known: it would have no effect, and somebody meant something by it.
 */
export function readTaskHeaders<Name extends string>(
  names: readonly Name[],
  headers: Readonly<Record<string, string>>,
): TaskHeaders<Name> {
  const plain = new Map<string, string>();
  const ofFamily = new Map<string, (readonly [string, string])[]>();
  // Longer prefixes first: `errorCode.field.x` is not of `errorCode.<status>`.
  const families = names
    .filter((name) => name.includes('<'))
    .map((name) => ({ name, prefix: name.slice(0, name.indexOf('<')) }))
    .sort((a, b) => b.prefix.length - a.prefix.length);
  for (const [name, value] of Object.entries(headers)) {
    const family = families.find(({ prefix }) => name.startsWith(prefix) && name.length > prefix.length);
    if (family !== undefined) {
      const members = ofFamily.get(family.name) ?? [];
      members.push([name.slice(family.prefix.length), value]);
      ofFamily.set(family.name, members);
    } else if (names.some((known) => known === name)) plain.set(name, value);
    else {
      throw new TaskError(
        `Expected task headers among ${names.join(', ')} but found ${JSON.stringify(name)}.`,
      );
    }
  }
  return {
    plain: (name) => (plain.get(name)?.trim() === '' ? undefined : plain.get(name)),
    family: (name) => ofFamily.get(name) ?? [],
  };
}
