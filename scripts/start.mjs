// npm start: builds when a source has changed, then runs dist/src/main.js with the same arguments in this very process,
// so that signals reach the server itself.

import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build, isBuilt } from './build.mjs';

if (!isBuilt()) {
  console.error('Building …');
  try {
    await build();
  } catch (error) {
    console.error(error.message);
    process.exit(1);
  }
}

const main = resolve(import.meta.dirname, '../dist/src/main.js');
process.argv[1] = main;
await import(pathToFileURL(main).href);
