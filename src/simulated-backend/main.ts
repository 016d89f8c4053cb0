import { systemClock } from '../platform/clock.js';
import { createSimulatedBackend } from './simulated-backend.js';

const host = '127.0.0.1';

/** A whole number of the environment. @throws Error when it is something else. */
function setting(name: string, otherwise: number, most: number): number {
  const text = process.env[name]?.trim() ?? '';
  if (text === '') return otherwise;
  if (/^\d{1,6}$/.test(text) && Number(text) <= most) return Number(text);
  throw new Error(
    `Expected ${name} to be a whole number from 0 to ${most} but found ${JSON.stringify(text)}.`,
  );
}

function main(): void {
  const port = setting('SIMULATED_BACKEND_PORT', 0, 65_535);
  const slowMs = setting('SIMULATED_BACKEND_SLOW_MS', 3_000, 60_000);
  const server = createSimulatedBackend({ clock: systemClock, slowMs });
  server.once('error', (error) => {
    process.stderr.write(`The simulated back-end cannot listen on ${host}:${port}: ${error.message}\n`);
    process.exit(1);
  });
  server.listen(port, host, () => {
    const address = server.address();
    const listening = typeof address === 'object' && address !== null ? address.port : port;
    const url = `http://${host}:${listening}`;
    process.stdout.write(`Simulated back-end listens on ${url}\n`);
    process.send?.({ url });
  });
  if (process.connected) endWithParent();
}

/** The channel closes when the parent ends, however it ends. The parent still needs us while it stops on Ctrl-C, which reaches both. */
function endWithParent(): void {
  process.on('SIGINT', () => {});
  process.once('disconnect', () => process.exit(0));
}

try {
  main();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 2;
}
