import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { decodeXml } from '../../src/platform/decode-xml.js';

describe('the text of an XML file', () => {
  const file = (encoding: string, bytes: readonly number[]): Buffer =>
    Buffer.concat([
      Buffer.from(`<?xml version="1.0" encoding="${encoding}"?><a name="`, 'latin1'),
      Buffer.from(bytes),
      Buffer.from('"/>', 'latin1'),
    ]);
  const inUtf8 = (name: string): string => `<?xml version="1.0" encoding="UTF-8"?><a name="${name}"/>`;

  it('is read in the encoding that it declares, with the characters that windows-1252 has of its own', () => {
    assert.equal(decodeXml(file('windows-1252', [0xfc, 0x80, 0x96, 0x84])), inUtf8('ü€–„'));
    assert.equal(decodeXml(file('ISO-8859-15', [0xfc, 0xa4])), inUtf8('ü€'));
    assert.equal(decodeXml(file('UTF-8', [0xc3, 0xbc])), inUtf8('ü'));
  });

  it('is none when the bytes are not in that encoding', () => {
    assert.equal(decodeXml(file('UTF-8', [0xfc])), undefined);
    assert.equal(decodeXml(file('Shift_JIS', [0x81, 0xff])), undefined);
  });
});
