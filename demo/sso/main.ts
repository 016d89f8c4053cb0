import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DemoServer } from '../server.js';
import { introduce } from '../tell.js';
import { openCase, startSsoDemo } from './demo-environment.js';
import { people } from './people.js';

/** A server that people sign in to, and a real OpenID provider of four of them; until it is interrupted. */
async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'throughline-sso-'));
  const demo = await startSsoDemo(Number(process.env['PORT'] ?? '8080'), folder);
  const { LOG_LEVEL = 'warn', OUTBOUND_ALLOW } = process.env;
  const server = new DemoServer({
    ...demo.env,
    LOG_LEVEL,
    ...(OUTBOUND_ALLOW === undefined ? {} : { OUTBOUND_ALLOW }),
  });
  try {
    await server.start();
    await openCase(demo);
    introduce(
      `Open ${demo.publicOrigin}/ in a browser, and sign in as one of these. The provider at ${demo.issuer} asks for no password.`,
      '',
      ...people.map(({ name, roles, does }) => `  ${name.padEnd(14)} ${roles.join(', ').padEnd(9)} ${does}`),
      '',
      'To be another: Sign out, then "Yes, sign out" at the provider. Ctrl+C ends it; nothing is kept.',
    );
    await interrupted();
  } finally {
    await server.end('SIGTERM');
    await demo.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

function interrupted(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  });
}

try {
  await main();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
