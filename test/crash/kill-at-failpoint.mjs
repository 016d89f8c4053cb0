// Loaded before the server in its process: ends it at the n-th passage of a failpoint. CRASH_AT is `<failpoint>:<n>`, FAILPOINTS the URL of
// the program's own module of failpoints. JavaScript, so that a program that is built loads no compiler.
import { writeSync } from 'node:fs';

const { failpoints, setFailpointHook } = await import(process.env.FAILPOINTS ?? '');
const [name, nth] = (process.env.CRASH_AT ?? '').split(':');
const point = failpoints.find((known) => known === name);
if (point === undefined || !(Number(nth) > 0)) throw new Error('Expected CRASH_AT to be <failpoint>:<n>.');

let left = Number(nth);
setFailpointHook((passed) => {
  if (passed !== point || --left > 0) return;
  writeSync(2, `killed at ${point}\n`);
  process.kill(process.pid, 'SIGKILL');
});
