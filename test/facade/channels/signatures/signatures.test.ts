import assert from 'node:assert/strict';
import { createHmac, generateKeyPairSync, sign } from 'node:crypto';
import { describe, it } from 'mocha';
import { checkSignature } from '../../../../src/facade/channels/signatures/check-signature.js';
import { isSignedByTwilio } from '../../../../src/facade/channels/signatures/twilio-signature.js';
import { isSignedWebhook } from '../../../../src/facade/channels/signatures/standard-webhook-signature.js';
import { RefusedRequest } from '../../../../src/facade/respond/refusal.js';

describe('the signature of Twilio', () => {
  // The example of Twilio's documentation and of its own libraries' tests.
  const token = '12345';
  const url = 'https://mycompany.com/myapp.php?foo=1&bar=2';
  const fields = new URLSearchParams({
    CallSid: 'CA1234567890ABCDE',
    Caller: '+14158675310',
    Digits: '1234',
    From: '+14158675310',
    To: '+18005551212',
  });
  const signature = 'GvWf1cFY/Q7PnoempGyD5oXAezc=';

  it('is the published one', () => {
    assert.ok(isSignedByTwilio(token, url, fields, signature));
  });

  it('is refused with another token, address, field or none at all', () => {
    const changed = new URLSearchParams(fields);
    changed.set('Digits', '1235');
    const more = new URLSearchParams(fields);
    more.append('Extra', '');
    assert.ok(!isSignedByTwilio('12346', url, fields, signature));
    assert.ok(!isSignedByTwilio(token, url.replace('bar=2', 'bar=3'), fields, signature));
    assert.ok(!isSignedByTwilio(token, url.replace('https', 'http'), fields, signature));
    assert.ok(!isSignedByTwilio(token, url, changed, signature));
    assert.ok(!isSignedByTwilio(token, url, more, signature));
    for (const wrong of [undefined, '', 'x', `${signature}=`, signature.toLowerCase()]) {
      assert.ok(!isSignedByTwilio(token, url, fields, wrong), wrong);
    }
  });

  it('is taken with and without the standard port in the address', () => {
    const withPort = 'https://mycompany.com:443/myapp.php?foo=1&bar=2';
    const text = [...new Set(fields.keys())].sort().map((name) => `${name}${fields.get(name)}`);
    const signed = (address: string) =>
      createHmac('sha1', token)
        .update(`${address}${text.join('')}`)
        .digest('base64');
    assert.ok(isSignedByTwilio(token, url, fields, signed(withPort)));
    assert.ok(isSignedByTwilio(token, withPort, fields, signature));
    assert.ok(
      !isSignedByTwilio(token, url, fields, signed('https://mycompany.com:8443/myapp.php?foo=1&bar=2')),
    );
  });

  it('counts equal values of a field once', () => {
    const twice = new URLSearchParams([...fields, ['Digits', '1234']]);
    assert.ok(isSignedByTwilio(token, url, twice, signature));
  });
});

describe('the signature of a standard web hook', () => {
  // The example of the Standard Webhooks specification's reference libraries.
  const secret = Buffer.from('MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', 'base64');
  const webhook = {
    id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
    timestamp: '1614265330',
    signatures: 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
  };
  const body = Buffer.from('{"test": 2432232314}');

  it('is the published one', () => {
    assert.ok(isSignedWebhook(secret, webhook, body));
  });

  it('is one of several while a secret is being changed', () => {
    assert.ok(
      isSignedWebhook(secret, { ...webhook, signatures: `v1,AAAA v2,x ${webhook.signatures}` }, body),
    );
  });

  it('is refused with another id, time, body, secret or version', () => {
    assert.ok(!isSignedWebhook(secret, { ...webhook, id: 'msg_other' }, body));
    assert.ok(!isSignedWebhook(secret, { ...webhook, timestamp: '1614265331' }, body));
    assert.ok(!isSignedWebhook(secret, webhook, Buffer.from('{}')));
    assert.ok(!isSignedWebhook(Buffer.alloc(24), webhook, body));
    assert.ok(
      !isSignedWebhook(secret, { ...webhook, signatures: webhook.signatures.replace('v1', 'v2') }, body),
    );
    assert.ok(!isSignedWebhook(secret, { ...webhook, signatures: '' }, body));
  });
});

describe('the check of a post', () => {
  const now = 1_700_000_000_000;
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const rawKey = publicKey.export({ format: 'der', type: 'spki' }).subarray(-32);
  const body = Buffer.from('CallSid=CA1&Digits=1');
  const signed = (timestamp: string, signedBody: Uint8Array = body) => ({
    'telnyx-timestamp': timestamp,
    'telnyx-signature-ed25519': sign(
      null,
      Buffer.concat([Buffer.from(`${timestamp}|`), signedBody]),
      privateKey,
    ).toString('base64'),
  });
  const check = (headers: Record<string, string>) =>
    checkSignature({ scheme: 'telnyx', publicKey: rawKey }, { url: 'https://x', headers, body }, now);
  const refuses = (headers: Record<string, string>) =>
    assert.throws(
      () => check(headers),
      (error: unknown) => error instanceof RefusedRequest && error.refusal.code === 'forbidden',
    );
  const seconds = now / 1_000;

  it('takes what Telnyx has signed within five minutes', () => {
    for (const skew of [0, 299, -299]) check(signed(String(seconds + skew)));
  });

  it('refuses what is older, ahead, about another body, or has no time', () => {
    refuses(signed(String(seconds - 301)));
    refuses(signed(String(seconds + 301)));
    refuses(signed(String(seconds), Buffer.from('CallSid=CA1&Digits=2')));
    refuses({ ...signed(String(seconds)), 'telnyx-timestamp': String(seconds + 1) });
    for (const timestamp of ['', 'now', `${seconds}.5`, '-1', '9'.repeat(40)]) refuses(signed(timestamp));
    refuses({ 'telnyx-timestamp': String(seconds) });
    refuses({ ...signed(String(seconds)), 'telnyx-signature-ed25519': 'not base64 !' });
    refuses({});
  });

  it('refuses a signature of another key', () => {
    const other = generateKeyPairSync('ed25519')
      .publicKey.export({ format: 'der', type: 'spki' })
      .subarray(-32);
    const signing = { scheme: 'telnyx', publicKey: other } as const;
    const post = { url: 'https://x', headers: signed(String(seconds)), body };
    assert.throws(() => checkSignature(signing, post, now), RefusedRequest);
  });

  it('takes a post that was signed with the first key of RFC 8032, 7.1', () => {
    const publicKey = Buffer.from('11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=', 'base64');
    const headers = {
      'telnyx-timestamp': '1700000000',
      'telnyx-signature-ed25519':
        'UyI5fNxzyrJCR+cXg/VusnMIga8RrLHAe1Yz0damd8cp88DxOa6u35QArk6WkEH3w0eer4XiQS1RgGxcTrurDg==',
    };
    const signedBody = Buffer.from('CallSid=v3%3AMdI91X4lWFEs&From=%2B13125550001&Digits=1');
    checkSignature({ scheme: 'telnyx', publicKey }, { url: 'https://x', headers, body: signedBody }, now);
  });
});
