import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { CommandFailed } from '../../src/cli/command.js';
import { readModels } from '../../src/cli/models.js';

describe('the files of throughline deploy', () => {
  let folder = '';
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'throughline-test-'))));
  afterEach(() => rmSync(folder, { recursive: true }));

  const write = (name: string, text: string, encoding: BufferEncoding): string => {
    const path = join(folder, name);
    writeFileSync(path, text, encoding);
    return path;
  };

  it('are read in the encodings that they declare, as the server reads them', async () => {
    const latin = write('latin.bpmn', '<?xml version="1.0" encoding="ISO-8859-1"?><a name="ü"/>', 'latin1');
    const wide = write('wide.bpmn', '\uFEFF<?xml version="1.0" encoding="UTF-16"?><a name="ü"/>', 'utf16le');
    const contents = (await readModels([latin, wide])).map(({ content }) => content);
    const expected = '<?xml version="1.0" encoding="UTF-8"?><a name="ü"/>';
    assert.deepEqual(contents, [expected, expected]);
  });

  it('are refused by name when their bytes are in another', async () => {
    const path = write('wrong.bpmn', '<a name="ü"/>', 'latin1');
    await assert.rejects(readModels([path]), (error) => {
      return error instanceof CommandFailed && error.message.includes(path) && /UTF-8/.test(error.message);
    });
  });
});
