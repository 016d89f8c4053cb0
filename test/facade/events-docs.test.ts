import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { describe, it } from 'mocha';
import { eventTypeMeanings } from '../../src/contract/event-types.js';
import { eventTypes } from '../../src/events/event-type.js';

const file = new URL('../../docs/events.md', import.meta.url);
const place = /(<!-- types: [^\n]*-->\n)[^]*?(<!-- \/types -->)/;

describe('docs/events.md', () => {
  it('lists every type of event with its meaning', async () => {
    const rows = Object.entries(eventTypeMeanings).map(([name, meaning]) => `| \`${name}\` | ${meaning} |`);
    const table = ['', '| type | when |', '|---|---|', ...rows, '', ''].join('\n');
    const docs = await readFile(file, 'utf8');
    const expected = docs.replace(place, (_all, begin: string, end: string) => begin + table + end);
    if (process.env['UPDATE_DOCS'] === '1') await writeFile(file, expected);
    else assert.equal(docs, expected);
  });

  it('knows the types that are told, in their order', () => {
    assert.deepEqual(Object.keys(eventTypeMeanings), [...eventTypes]);
  });
});
