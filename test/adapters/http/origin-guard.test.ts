import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'mocha';
import {
  callsMax,
  type Call,
  failuresMax,
  longestRestMs,
  OriginGuard,
  patienceMs,
  restMs,
} from '../../../src/adapters/http/origin-guard.js';
import { FakeClock } from '../../support/fake-clock.js';

const slow = 'http://slow.example';
const sound = 'http://sound.example';

describe('the guard of origins', () => {
  let clock: FakeClock;
  let guard: OriginGuard;
  beforeEach(() => {
    clock = new FakeClock();
    guard = new OriginGuard(clock);
  });

  const call = async (origin = slow): Promise<Call> => {
    const entered = await guard.enter(origin);
    assert(entered.kind === 'call', entered.kind === 'postponed' ? entered.why : '');
    return entered;
  };
  const postponed = async (origin = slow) => {
    const entered = await guard.enter(origin);
    assert(entered.kind === 'postponed', 'Expected to be told to come again.');
    return entered;
  };
  const fail = async (times: number) => {
    let rests: number | undefined;
    for (let count = 0; count < times; count++) rests = (await call()).end('failed');
    return rests;
  };

  it('gives a service so many calls at once, and others theirs', async () => {
    const calls = await Promise.all(Array.from({ length: callsMax }, () => call()));
    const next = guard.enter(slow);
    const late = guard.enter(slow);
    await call(sound);
    calls[0]?.end('answered');
    assert.equal((await next).kind, 'call');
    clock.advance(patienceMs);
    const answer = await late;
    assert(answer.kind === 'postponed');
    assert.deepEqual([answer.backoffMs, /24 calls/.test(answer.why)], [restMs, true]);
    for (const one of calls.slice(1)) one.end('answered');
    assert.equal(clock.pendingTimers, 0);
  });

  it('lets nobody wait for a service that is stuck, and ever fewer come again', async () => {
    const calls = await Promise.all(Array.from({ length: callsMax }, () => call()));
    clock.advance(patienceMs);
    assert.equal((await postponed()).backoffMs, restMs);
    clock.advance(20_000);
    assert.equal((await postponed()).backoffMs, 20_000 + patienceMs);
    clock.advance(200_000);
    assert.equal((await postponed()).backoffMs, longestRestMs);
    calls[0]?.end('answered');
    await call();
    const next = guard.enter(slow);
    calls[1]?.end('answered');
    assert.equal((await next).kind, 'call');
  });

  it('never exceeds them, whoever comes when a place is given on', async () => {
    const calls = await Promise.all(Array.from({ length: callsMax }, () => call()));
    let running = callsMax;
    const waiting = Array.from({ length: 10 }, () => guard.enter(slow));
    const rest = [];
    for (const one of calls.slice(0, 5)) {
      one.end('answered');
      running -= 1;
      rest.push(guard.enter(slow));
    }
    clock.advance(patienceMs);
    for (const entered of await Promise.all([...waiting, ...rest])) if (entered.kind === 'call') running += 1;
    assert.equal(running, callsMax);
  });

  it('leaves a service alone that fails several times in a row, and then lets one try', async () => {
    assert.equal(await fail(failuresMax - 1), undefined);
    (await call()).end('answered');
    assert.equal(await fail(failuresMax - 1), undefined);
    assert.equal(await fail(1), restMs);
    assert.match((await postponed()).why, /last 5 calls/);
    clock.advance(restMs - 2_000);
    assert.equal((await postponed()).backoffMs, 2_000);
    await call(sound);
    clock.advance(2_000);
    const trial = await call();
    await postponed();
    assert.equal(trial.end('failed'), 2 * restMs);
    clock.advance(2 * restMs);
    (await call()).end('answered');
    await Promise.all([call(), call()]);
  });

  it('leaves it alone ever longer, up to a bound', async () => {
    let rests = await fail(failuresMax);
    for (let trial = 0; trial < 8; trial++) {
      clock.advance(rests ?? 0);
      rests = await fail(1);
    }
    assert.equal(rests, longestRestMs);
  });

  it('lets the next one try when a trial has told nothing', async () => {
    clock.advance((await fail(failuresMax)) ?? 0);
    (await call()).end('unknown');
    (await call()).end('answered');
  });

  it('does not leave it alone for longer because of calls that were under way', async () => {
    const under = await Promise.all(Array.from({ length: 10 }, () => call()));
    const rests = under.map((one) => one.end('failed'));
    assert.deepEqual(
      rests.filter((ms) => ms !== undefined),
      [restMs],
    );
    clock.advance(restMs);
    (await call()).end('answered');
  });

  it('sends away those who wait when it fails meanwhile', async () => {
    const calls = await Promise.all(Array.from({ length: callsMax }, () => call()));
    const waiting = [guard.enter(slow), guard.enter(slow)];
    for (const one of calls) one.end('failed');
    assert.deepEqual(
      (await Promise.all(waiting)).map(({ kind }) => kind),
      ['postponed', 'postponed'],
    );
  });
});
