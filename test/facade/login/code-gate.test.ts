import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { CodeGate, codeGateLimits } from '../../../src/facade/login/code-gate.js';
import { RefusedRequest } from '../../../src/facade/respond/refusal.js';
import { FakeClock } from '../../support/fake-clock.js';

describe('codes that are redeemed', () => {
  it('are so many at a time and in a second: what is beyond is refused, and nothing is asked of the provider', async () => {
    const clock = new FakeClock();
    const gate = new CodeGate(clock);
    const { atOnce, perSecond } = codeGateLimits;
    let asked = 0;
    let release = (): void => undefined;
    const hanging = new Promise<void>((resolve) => (release = resolve));
    const waits = async (): Promise<void> => {
      asked += 1;
      await hanging;
    };
    const refused = () => assert.rejects(gate.pass(waits), RefusedRequest);
    const waiting = Array.from({ length: atOnce }, () => gate.pass(waits));
    await refused();
    clock.advance(1_000);
    await refused();
    assert.equal(asked, atOnce);
    release();
    await Promise.all(waiting);
    for (let count = 0; count < perSecond; count += 1) await gate.pass(waits);
    await refused();
    clock.advance(1_000);
    await assert.rejects(
      gate.pass(() => Promise.reject(new Error('of the work'))),
      /of the work/,
    );
    await gate.pass(waits);
  });
});
