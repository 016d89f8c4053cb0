import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { Webhook } from 'standardwebhooks';
import { newWebhookSecret, webhookSignature } from '../../src/webhooks/webhook-secret.js';

const seed = Number(process.env['SEED'] ?? 20261121);

describe('a signature of webhooks', () => {
  it(`is the one that the library of Standard Webhooks makes (seed ${seed})`, () => {
    fc.assert(
      fc.property(fc.string(), fc.string({ minLength: 1 }), fc.nat(4_000_000_000), (body, id, timestamp) => {
        const secret = newWebhookSecret();
        const expected = new Webhook(secret).sign(id, new Date(timestamp * 1_000), body);
        assert.equal(webhookSignature({ id, timestamp, body }, [secret]), expected);
      }),
      { seed },
    );
  });
});
