import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { parseSmtpUrl } from '../../src/platform/smtp-url.js';

describe('parseSmtpUrl', () => {
  for (const [url, expected] of [
    ['smtp://mail.example.org', { host: 'mail.example.org', port: 587, tls: 'offered' }],
    ['smtp://localhost:2525/', { host: 'localhost', port: 2525, tls: 'offered' }],
    ['smtp://[::1]:25', { host: '::1', port: 25, tls: 'offered' }],
    ['smtp://mail:25?tls=required', { host: 'mail', port: 25, tls: 'required' }],
    ['smtps://mail', { host: 'mail', port: 465, tls: 'implicit' }],
    [
      'smtp://a%40b:p%3Aq@127.0.0.1',
      { host: '127.0.0.1', port: 587, tls: 'offered', auth: { user: 'a@b', pass: 'p:q' } },
    ],
    [
      'smtp://ada:pass@mail',
      { host: 'mail', port: 587, tls: 'required', auth: { user: 'ada', pass: 'pass' } },
    ],
  ] as const) {
    it(`reads ${url}`, () => assert.deepEqual(parseSmtpUrl(url), expected));
  }

  it('refuses anything else', () => {
    for (const url of [
      'mail',
      'http://mail',
      'smtp:',
      'smtp://',
      'smtp://mail?tls=off',
      'smtp://mail?x=y',
      'smtp://mail/path',
    ])
      assert.throws(() => parseSmtpUrl(url), Error, url);
  });
});
