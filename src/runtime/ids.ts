/** What the world sees of something inside a process instance: the instance's id and the key in its state. */
export function idOf(processInstanceId: string, key: number): string {
  return `${processInstanceId}-${key}`;
}

/** Whether there can be a process instance with that id: all are UUIDs of our own making. */
export function isInstanceId(id: string): boolean {
  return /^[0-9a-f-]{36}$/.test(id);
}

/** The parts of an id made by {@link idOf}; undefined for anything else. */
export function partsOf(
  id: string,
): { readonly processInstanceId: string; readonly key: number } | undefined {
  const match = /^([0-9a-f-]{36})-(\d{1,15})$/.exec(id);
  if (!match?.[1]) return undefined;
  return { processInstanceId: match[1], key: Number(match[2]) };
}
