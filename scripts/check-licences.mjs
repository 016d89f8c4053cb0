// Fails when a package that is installed with the product has a licence that is not on the list.

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

const allowed = [
  '0BSD',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'CC0-1.0',
  'ISC',
  'MIT',
  'MIT-0',
];

/**
 * Licences that have been read because no expression names them, by the hash of their text: another text is read again.
 * bpmn-js: MIT, and its mark must stay visible wherever a diagram is shown, and its code for that unchanged.
 * pause: MIT, in its Readme alone.
 */
const readLicences = {
  'node_modules/bpmn-js': ['LICENSE', '5788cf8bd61481776cee1c943595525499a1355c045e9244f92e6c8092c06770'],
  'node_modules/pause': ['Readme.md', 'd568e8932b83f0ae0799a3ff43b2ddd8940b5afd0ad33e70d9226a63c3a8505d'],
};

const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8'));
const shipped = Object.entries(packages).filter(([path, entry]) => path !== '' && entry.dev !== true);
const wrong = [];
let checked = 0;

for (const [path, entry] of shipped) {
  const licence = licenceOf(path);
  if (licence === undefined && (entry.optional === true || entry.devOptional === true || entry.peer === true))
    continue;
  checked += 1;
  if (isRead(path)) continue;
  if (licence === undefined || !isAllowed(licence)) wrong.push(`${path}: ${licence ?? 'no licence named'}`);
}

for (const line of wrong) console.error(`${line}; expected one of ${allowed.join(', ')}`);
if (wrong.length > 0) process.exitCode = 1;
else console.log(`${checked} packages`);

/** The licence in package.json, an SPDX expression; older packages write an object or a list of them. */
function licenceOf(path) {
  let manifest;
  try {
    manifest = JSON.parse(readFileSync(`${path}/package.json`, 'utf8'));
  } catch {
    return undefined;
  }
  const { license, licenses } = manifest;
  if (Array.isArray(licenses)) return licenses.map((one) => one.type).join(' OR ');
  return typeof license === 'object' ? license?.type : license;
}

function isRead(path) {
  const [file, expected] = readLicences[path] ?? [];
  if (expected === undefined) return false;
  const text = readFileSync(`${path}/${file}`);
  return createHash('sha256').update(text).digest('hex') === expected;
}

/** An SPDX expression of OR, and of AND within: one alternative of which every part is on the list. */
function isAllowed(expression) {
  const alternatives = expression.replace(/[()]/g, '').split(' OR ');
  return alternatives.some((alternative) =>
    alternative.split(' AND ').every((id) => allowed.includes(id.trim())),
  );
}
