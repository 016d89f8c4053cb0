// Keeps the contract as it is now as that of the last release: docs/openapi/released.json. Part of making a release, and of nothing else.
//
//   npm run openapi:release                 refuses when callers of the last release would break
//   npm run openapi:release -- --breaking   for a new version of the interface, and before the first release
import { breakingChanges } from './breaking-changes.js';
import { keepReleased, presentDocument, releasedDocument } from './released-document.js';

const now = presentDocument();
const before = await releasedDocument().catch(() => undefined);
const today = new Date().toISOString().slice(0, 10);
const changes = before === undefined ? [] : breakingChanges(before, now, today);
for (const { rule, place, detail } of changes) process.stdout.write(`${rule}: ${place}: ${detail}\n`);
if (changes.length > 0 && !process.argv.includes('--breaking')) {
  process.stdout.write(
    `${changes.length} changes would break callers; docs/api-policy.md says what to do instead.\n`,
  );
  process.exitCode = 1;
} else {
  await keepReleased(now);
  process.stdout.write('docs/openapi/released.json is the contract as it is now.\n');
}
