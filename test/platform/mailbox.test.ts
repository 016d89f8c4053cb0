import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { isAddress, parseMailbox } from '../../src/platform/mailbox.js';

describe('isAddress', () => {
  it('tells an address from what is none', () => {
    for (const text of [
      'a@b',
      'ada.l+x@mail.example.org',
      "o'neil@x-y.example",
      'ü@exämple.org',
      `${'l'.repeat(64)}@x`,
    ])
      assert(isAddress(text), text);
    for (const text of [
      '',
      'a',
      '@b',
      'a@',
      'a@b@c',
      'a b@c',
      'a@b c',
      '.a@b',
      'a.@b',
      'a..b@c',
      'a@.b',
      'a@b.',
      'a@b..c',
      'a@-b',
      'a@b-',
      'a,b@c',
      'a@b,c@d',
      '<a@b>',
      '"a"@b',
      'a(x)@b',
      'a@[127.0.0.1]',
      'a@b_c',
      'a@b\n',
      'a\u0000@b',
      'a\u200b@b',
      `${'l'.repeat(65)}@x`,
      `a@${'x.'.repeat(130)}y`,
    ])
      assert(!isAddress(text), JSON.stringify(text));
  });
});

describe('parseMailbox', () => {
  it('reads an address, with or without a name', () => {
    assert.deepEqual(parseMailbox(' a@b '), { name: '', address: 'a@b' });
    assert.deepEqual(parseMailbox('Ann <a@b>'), { name: 'Ann', address: 'a@b' });
    assert.deepEqual(parseMailbox('"Help, desk" <a@b>'), { name: 'Help, desk', address: 'a@b' });
    for (const text of ['Ann', 'Ann <a>', '<a@b> x', 'a@b <', 'a@b, c@d', 'Ann\r\nBcc: x <a@b>'])
      assert.equal(parseMailbox(text), undefined, text);
  });
});
