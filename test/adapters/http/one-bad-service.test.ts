import assert from 'node:assert/strict';
import { createServer, type RequestListener, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { createHttpAdapter } from '../../../src/adapters/http/http-adapter.js';
import { callsMax } from '../../../src/adapters/http/origin-guard.js';
import { createInProcessJobDriver } from '../../../src/jobs/in-process-job-driver.js';
import type { JobDriver } from '../../../src/jobs/job-driver.js';
import { registerHandlers } from '../../../src/jobs/job-registration.js';
import { silentLogger } from '../../../src/platform/logger.js';
import { parseOutboundAllowList } from '../../../src/platform/outbound-allow-list.js';
import { createOutboundHttp, type OutboundHttp } from '../../../src/platform/outbound-http.js';
import { MemoryJobSource } from '../../jobs/memory-job-source.js';
import { FakeClock } from '../../support/fake-clock.js';

const bad = 200;
const sound = 100;
/** Of the clock: half of the time that a call may take. */
const withinMs = 5_000;

const endless = (response: ServerResponse): void => {
  const piece = Buffer.alloc(64 * 1024, 'x');
  const more = (): void => {
    while (!response.destroyed && response.write(piece));
  };
  response.on('drain', more);
  more();
};

const misbehaviours: Readonly<Record<string, RequestListener>> = {
  'never answers': () => undefined,
  'sends byte by byte': (_request, response) => {
    response.writeHead(200, { 'Content-Type': 'text/plain' });
    const drip = setInterval(() => response.write('x'), 20);
    response.on('close', () => clearInterval(drip));
  },
  'answers without end': (_request, response) => endless(response),
  'breaks connections': (request) => request.socket.resetAndDestroy(),
  'asks to come later': (_request, response) => response.writeHead(429).end(),
};

describe('one service of many', function () {
  this.timeout(20_000);
  let clock: FakeClock;
  let source: MemoryJobSource;
  let driver: JobDriver;
  let outbound: OutboundHttp;
  let answer: RequestListener;
  let open: number;
  let mostOpen: number;
  let close: () => Promise<void>;
  let urls: { readonly bad: string; readonly sound: string };

  beforeEach(async () => {
    clock = new FakeClock();
    source = new MemoryJobSource(clock);
    [open, mostOpen] = [0, 0];
    const sockets = new Set<Socket>();
    const badServer = createServer((request, response) => {
      mostOpen = Math.max(mostOpen, (open += 1));
      response.on('close', () => (open -= 1));
      answer(request, response);
    });
    const soundServer = createServer((_request, response) => response.end());
    const listening = [badServer, soundServer].map(async (server) => {
      server.on('connection', (socket) => sockets.add(socket));
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    });
    const [badUrl = '', soundUrl = ''] = await Promise.all(listening);
    urls = { bad: badUrl, sound: soundUrl };
    outbound = createOutboundHttp({ clock, allowList: parseOutboundAllowList(['127.0.0.1']) });
    driver = createInProcessJobDriver({
      ...{ source, clock, logger: silentLogger, random: () => 0 },
      registrations: registerHandlers([
        createHttpAdapter({ outbound, clock, services: new Map(), secrets: new Map() }),
        { type: 'other', handler: async () => {} },
      ]),
      identity: { context: { tenantId: 'default', actor: 'driver' }, worker: 'in-process' },
    });
    close = async () => {
      await outbound.close();
      for (const socket of sockets) socket.destroy();
      await Promise.all([badServer, soundServer].map((one) => new Promise((resolve) => one.close(resolve))));
    };
  });
  afterEach(async () => {
    const stopped = driver.stop(100);
    clock.advance(100);
    await stopped;
    await close();
  });

  const add = (jobId: string, url: string): void =>
    source.add({ jobId, type: 'http', customHeaders: { url } }, { quietly: true });
  const completed = (prefix: string): number =>
    new Set(
      source.calls
        .filter(({ operation, jobId }) => operation === 'complete' && jobId.startsWith(prefix))
        .map(({ jobId }) => jobId),
    ).size;
  /** Lets the clock run, slowly enough for what goes over sockets. */
  const until = async (holds: () => boolean, limitMs: number, stepMs = 25): Promise<void> => {
    const giveUpAt = clock.now() + limitMs;
    while (!holds()) {
      assert.ok(clock.now() < giveUpAt, `Expected it within ${limitMs} ms.`);
      clock.advance(stepMs);
      await pause(1);
    }
  };

  for (const [what, misbehaviour] of Object.entries(misbehaviours)) {
    it(`row 13: a service that ${what}: its calls are bounded, the jobs of all others are done meanwhile`, async () => {
      answer = misbehaviour;
      for (let index = 0; index < bad; index++) add(`bad-${index}`, urls.bad);
      for (let index = 0; index < sound; index++) add(`sound-${index}`, urls.sound);
      for (let index = 0; index < sound; index++)
        source.add({ jobId: `other-${index}`, type: 'other' }, { quietly: true });
      driver.start();
      await until(() => completed('other') === sound, withinMs);
      await until(() => completed('sound') === sound, withinMs);
      assert.ok(mostOpen <= callsMax, `${mostOpen} calls at once`);
      assert.equal(completed('bad'), 0);
    });
  }

  it('that hung and answers again gets what waited for it, with few retries used', async () => {
    answer = () => undefined;
    for (let index = 0; index < bad; index++) add(`bad-${index}`, urls.bad);
    driver.start();
    await until(() => source.calls.some(({ input }) => input['retries'] === 2), 20_000, 250);
    answer = (_request, response) => response.end();
    await until(() => completed('bad') === bad, 300_000, 250);
    const costly = source.calls.filter(
      ({ operation, input }) => operation === 'fail' && input['retries'] !== 3,
    );
    assert.ok(costly.length > 0 && costly.length <= 2 * callsMax, `${costly.length} retries used`);
  });
});
