// Fails when package-lock.json names where packages are downloaded from (that ties an install to one registry; .npmrc keeps npm
// from writing it), or lists an optional package without an entry of its own (`npm ci` refuses such a file).

import { readFileSync } from 'node:fs';

const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8'));
const faults = Object.entries(packages).flatMap(([path, entry]) => [
  ...('resolved' in entry && entry.link !== true
    ? [`${path}: expected no "resolved", found ${entry.resolved}`]
    : []),
  ...Object.keys(entry.optionalDependencies ?? {})
    .filter((name) => !isLocked(path, name))
    .map((name) => `${path}: expected an entry of its optional dependency ${name}, found none`),
]);

/** As Node looks a package up: beside, and in each folder above. */
function isLocked(path, name) {
  for (let folder = path; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf('/node_modules/')))) {
    if (`${folder === '' ? '' : `${folder}/`}node_modules/${name}` in packages) return true;
    if (folder === '' || !folder.includes('/node_modules/')) return `node_modules/${name}` in packages;
  }
}

for (const fault of faults) console.error(fault);
if (faults.length > 0) process.exitCode = 1;
else console.log(`${Object.keys(packages).length} entries, none with "resolved", none missing`);
