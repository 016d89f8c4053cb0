// Fails when package-lock.json names where packages are downloaded from: that ties an install to one registry.
// .npmrc keeps npm from writing it.

import { readFileSync } from 'node:fs';

const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8'));
const resolved = Object.entries(packages).filter(([, entry]) => 'resolved' in entry && entry.link !== true);

for (const [path, entry] of resolved)
  console.error(`${path}: expected no "resolved", found ${entry.resolved}`);
if (resolved.length > 0) process.exitCode = 1;
else console.log(`${Object.keys(packages).length} entries, none with "resolved"`);
