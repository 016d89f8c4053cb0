import { HttpTaskError } from './http-task-error.js';

/** Every task header that this adapter knows, as documented. `<…>` stands for what the model chooses. */
export const taskHeaderNames = [
  'method',
  'url',
  'header.<name>',
  'body',
  'timeoutMs',
  'maxResponseBytes',
  'successStatus',
  'retryOn',
  'retryUnsafe',
  'resultVariable',
  'result.<variable>',
  'errorCode.<status>',
  'errorField',
  'errorCode.field.<value>',
  'errorResult.<variable>',
] as const;

type TaskHeaderName = (typeof taskHeaderNames)[number];
type PlainName = Exclude<TaskHeaderName, `${string}<${string}`>;
type FamilyName = Extract<TaskHeaderName, `${string}<${string}`>;

/** The headers of a task, each under the name that documents it. */
export interface TaskHeaders {
  /** Undefined when it is missing or blank. */
  plain(name: PlainName): string | undefined;
  /** What stands for `<…>`, with its value. */
  family(name: FamilyName): readonly (readonly [string, string])[];
}

/** Longer prefixes first: `errorCode.field.x` is not of `errorCode.<status>`. */
const families = taskHeaderNames
  .filter((name): name is FamilyName => name.includes('<'))
  .map((name) => ({ name, prefix: name.slice(0, name.indexOf('<')) }))
  .sort((a, b) => b.prefix.length - a.prefix.length);

/** @throws HttpTaskError for a header that is not known: it would have no effect, and somebody meant something by it. */
export function readTaskHeaders(headers: Readonly<Record<string, string>>): TaskHeaders {
  const plain = new Map<string, string>();
  const ofFamily = new Map<string, (readonly [string, string])[]>();
  for (const [name, value] of Object.entries(headers)) {
    const family = families.find(({ prefix }) => name.startsWith(prefix) && name.length > prefix.length);
    if (family !== undefined) {
      const members = ofFamily.get(family.name) ?? [];
      members.push([name.slice(family.prefix.length), value]);
      ofFamily.set(family.name, members);
    } else if (taskHeaderNames.some((known) => known === name)) plain.set(name, value);
    else {
      throw new HttpTaskError(
        `Expected task headers among ${taskHeaderNames.join(', ')} but found ${JSON.stringify(name)}.`,
      );
    }
  }
  return {
    plain: (name) => (plain.get(name)?.trim() === '' ? undefined : plain.get(name)),
    family: (name) => ofFamily.get(name) ?? [],
  };
}
