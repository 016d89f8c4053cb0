/** Milliseconds of processor time that this process has used so far: what a measurement costs on a machine that others use as well. */
export function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
