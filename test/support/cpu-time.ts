/**
 * Milliseconds of processor time that the work takes. Unlike elapsed time it hardly depends on what else the machine is
 * doing, so a test can hold it against a bound.
 */
export async function cpuTimeMs(work: () => unknown): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}
