/** The id of whatever an instance counts with its own keys: element instances, jobs, timers, incidents, … */
export function keyId(processInstanceId: string, key: number): string {
  return `${processInstanceId}-${key}`;
}
