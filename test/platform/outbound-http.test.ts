import assert from 'node:assert/strict';
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import { createServer as createTcpServer, type Server as TcpServer, type Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { addressKind, parseAddress } from '../../src/platform/outbound-address.js';
import { allowUrl, parseOutboundAllowList } from '../../src/platform/outbound-allow-list.js';
import type { ResolveHost } from '../../src/platform/outbound-connector.js';
import { OutboundError } from '../../src/platform/outbound-error.js';
import {
  createOutboundHttp,
  type OutboundHttp,
  type OutboundRequest,
} from '../../src/platform/outbound-http.js';
import { FakeClock } from '../support/fake-clock.js';

const get = { method: 'GET', headers: {}, timeoutMs: 10_000, maxResponseBytes: 1_000_000 } as const;

describe('outbound HTTP client', () => {
  const closing: (() => Promise<unknown>)[] = [];
  let clock: FakeClock;

  beforeEach(() => {
    clock = new FakeClock();
  });

  afterEach(async () => {
    for (const close of closing.splice(0).reverse()) await close();
  });

  function client(allow: readonly string[], resolve?: ResolveHost): OutboundHttp {
    const allowList = parseOutboundAllowList(allow);
    const created = createOutboundHttp({ clock, allowList, ...(resolve === undefined ? {} : { resolve }) });
    closing.push(() => created.close());
    return created;
  }

  async function listen(server: Server | TcpServer): Promise<number> {
    const sockets = new Set<Socket>();
    server.on('connection', (socket: Socket) => sockets.add(socket));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    closing.push(async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    });
    const address = server.address();
    assert(typeof address === 'object' && address !== null);
    return address.port;
  }

  const serve = (listener: RequestListener) => listen(createServer(listener));
  const talk = (onSocket: (socket: Socket) => void) =>
    listen(createTcpServer((socket) => onSocket(socket.on('error', () => {}))));

  async function failure(sending: Promise<unknown>): Promise<OutboundError> {
    const error: unknown = await sending.then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    assert(error instanceof OutboundError, `expected an OutboundError but found ${String(error)}`);
    return error;
  }

  const bodyOf = async (request: IncomingMessage): Promise<string> => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    return Buffer.concat(chunks).toString();
  };

  describe('a request', () => {
    it('reaches the service with method, path, headers and body, and brings back status, headers and body', async () => {
      const port = await serve((request, response) => {
        void bodyOf(request).then((body) => {
          response.writeHead(201, { 'X-Answer': ['a', 'b'] });
          response.end(`${request.method} ${request.url} ${request.headers['x-asked']} ${body}`);
        });
      });
      const response = await client(['127.0.0.1']).send({
        ...get,
        method: 'POST',
        url: `http://127.0.0.1:${port}/a%20b?c=d`,
        headers: { 'X-Asked': 'yes' },
        body: 'text',
      });
      assert.equal(response.status, 201);
      assert.equal(response.headers.get('x-answer'), 'a, b');
      assert.equal(Buffer.from(response.body).toString(), 'POST /a%20b?c=d yes text');
    });

    it('does not follow redirects', async () => {
      const port = await serve((_request, response) => response.writeHead(302, { Location: '/other' }).end());
      const { status } = await client(['127.0.0.1']).send({ ...get, url: `http://127.0.0.1:${port}/` });
      assert.equal(status, 302);
    });

    it('uses a connection again, or a new one where asked to', async () => {
      const sockets = new Set<Socket>();
      const port = await serve((request, response) => {
        sockets.add(request.socket);
        response.end();
      });
      const outbound = client(['127.0.0.1']);
      const url = `http://127.0.0.1:${port}/`;
      for (const onNewConnection of [false, false, true, true]) {
        await outbound.send({ ...get, url, onNewConnection });
        await new Promise((resolve) => setImmediate(resolve));
      }
      assert.equal(sockets.size, 3);
    });

    it('takes a compressed body', async () => {
      const port = await serve((_request, response) =>
        response.writeHead(200, { 'Content-Encoding': 'gzip' }).end(gzipSync('hello')),
      );
      const { body } = await client(['127.0.0.1']).send({ ...get, url: `http://127.0.0.1:${port}/` });
      assert.equal(Buffer.from(body).toString(), 'hello');
    });

    for (const url of [
      'ftp://example.org/',
      'file:///etc/passwd',
      'not a url',
      'http://user:pw@example.org/',
    ]) {
      it(`is refused for ${url}`, async () => {
        const { kind, message } = await failure(client([]).send({ ...get, url }));
        assert.equal(kind, 'invalid-request');
        assert.doesNotMatch(message, /pw|passwd/);
      });
    }

    it('is refused when a header could start another one', async () => {
      const port = await serve(() => assert.fail('reached'));
      const headers = { 'X-A': 'a\r\nX-B: b' };
      const { kind } = await failure(
        client(['127.0.0.1']).send({ ...get, headers, url: `http://127.0.0.1:${port}/` }),
      );
      assert.equal(kind, 'invalid-request');
    });
  });

  describe('a service that misbehaves', () => {
    const send = (port: number, more: Partial<OutboundRequest> = {}) =>
      client(['127.0.0.1']).send({ ...get, url: `http://127.0.0.1:${port}/`, ...more });

    it('that never answers ends in a time-out', async () => {
      const port = await serve(() => clock.advance(10_000));
      const { kind, mayHaveArrived } = await failure(send(port));
      assert.deepEqual([kind, mayHaveArrived], ['timed-out', true]);
    });

    it('that sends byte by byte is bounded by the same time-out', async () => {
      let sent = 0;
      const port = await serve((_request, response) => {
        response.writeHead(200);
        const drip = setInterval(() => {
          response.write('x');
          if (++sent === 5) clock.advance(10_000);
        }, 1);
        response.on('close', () => clearInterval(drip));
      });
      assert.equal((await failure(send(port))).kind, 'timed-out');
    });

    it('that sends too much is cut off, announced or not', async () => {
      const port = await serve((request, response) => {
        if (request.url === '/announced') response.writeHead(200, { 'Content-Length': 10_000_000 });
        response.on('error', () => {});
        const block = Buffer.alloc(100_000);
        const write = () => {
          while (!response.destroyed && response.write(block));
        };
        response.on('drain', write);
        write();
      });
      assert.equal((await failure(send(port))).kind, 'too-large');
      const url = `http://127.0.0.1:${port}/announced`;
      assert.equal((await failure(send(port, { url }))).kind, 'too-large');
    });

    it('that sends a gzip bomb is cut off', async () => {
      const bomb = gzipSync(Buffer.alloc(50_000_000));
      const port = await serve((_request, response) =>
        response.writeHead(200, { 'Content-Encoding': 'gzip' }).end(bomb),
      );
      assert.equal((await failure(send(port))).kind, 'too-large');
    });

    it('that sends what cannot be decompressed is told from others', async () => {
      const port = await serve((request, response) =>
        response.writeHead(200, { 'Content-Encoding': request.url === '/' ? 'gzip' : 'zstd' }).end('plain'),
      );
      assert.equal((await failure(send(port))).kind, 'invalid-response');
      const url = `http://127.0.0.1:${port}/zstd`;
      assert.match((await failure(send(port, { url }))).message, /in gzip, deflate or br but found "zstd"/);
    });

    it('that closes the connection, before or within its answer, has lost it', async () => {
      const before = await talk((socket) => socket.once('data', () => socket.resetAndDestroy()));
      const first = await failure(send(before));
      assert.deepEqual([first.kind, first.mayHaveArrived], ['connection-lost', true]);
      const within = await talk((socket) =>
        socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf')),
      );
      const second = await failure(send(within));
      assert.deepEqual([second.kind, second.mayHaveArrived], ['connection-lost', true]);
    });

    it('that speaks something else is told from others', async () => {
      const port = await talk((socket) => socket.once('data', () => socket.end('220 smtp ready\r\n')));
      assert.equal((await failure(send(port))).kind, 'invalid-response');
    });

    it('where nobody listens has surely not got the request', async () => {
      const port = await talk(() => {});
      await closing.pop()?.();
      const { kind, mayHaveArrived } = await failure(send(port));
      assert.deepEqual([kind, mayHaveArrived], ['connect-failed', false]);
    });

    it('does not keep a request that its caller gives up', async () => {
      const controller = new AbortController();
      const port = await serve(() => controller.abort());
      const { kind, mayHaveArrived } = await failure(send(port, { signal: controller.signal }));
      assert.deepEqual([kind, mayHaveArrived], ['aborted', true]);
      const again = await failure(send(port, { signal: controller.signal }));
      assert.deepEqual([again.kind, again.mayHaveArrived], ['aborted', false]);
    });

    it('does not hear of a request that timed out while its name was looked up', async () => {
      let requests = 0;
      const port = await serve((_request, response) => {
        requests += 1;
        response.end();
      });
      let found: (addresses: { address: string; family: number }[]) => void = () => {};
      const resolve: ResolveHost = () => new Promise((answer) => (found = answer));
      const outbound = client(['slow.test'], resolve);
      const url = `http://slow.test:${port}/`;
      const failed = failure(outbound.send({ ...get, url }));
      clock.advance(10_000);
      const { kind, mayHaveArrived } = await failed;
      assert.deepEqual([kind, mayHaveArrived], ['timed-out', false]);
      const next = outbound.send({ ...get, url });
      found([{ address: '127.0.0.1', family: 4 }]);
      // The second asks for a connection of its own, or gets the one that the first has left.
      await new Promise((answer) => setImmediate(answer));
      found([{ address: '127.0.0.1', family: 4 }]);
      assert.equal((await next).status, 200);
      assert.equal(requests, 1);
    });
  });

  describe('addresses', () => {
    const refused = async (url: string, allow: readonly string[] = [], resolve?: ResolveHost) => {
      const error = await failure(client(allow, resolve).send({ ...get, url }));
      assert.deepEqual([error.kind, error.mayHaveArrived], ['address-refused', false], error.message);
      return error.message;
    };
    const resolvingTo =
      (...addresses: readonly string[]): ResolveHost =>
      () =>
        Promise.resolve(addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })));

    for (const url of [
      'http://127.0.0.1/',
      'http://2130706433/',
      'http://0x7f.1/',
      'http://0177.0.0.1/',
      'http://127.1/',
      'http://127.0.0.1./',
      'http://①②⑦.0.0.1/',
      'http://0/',
      'http://0.0.0.0/',
      'http://10.0.0.1/',
      'http://172.31.255.255/',
      'http://192.168.1.1/',
      'http://100.64.0.1/',
      'http://169.254.169.254/latest/meta-data/',
      'http://2852039166/',
      'http://168.63.129.16/',
      'http://224.0.0.1/',
      'http://255.255.255.255/',
      'http://[::]/',
      'http://[::1]/',
      'http://[::ffff:127.0.0.1]/',
      'http://[::ffff:a9fe:a9fe]/',
      'http://[::127.0.0.1]/',
      'http://[64:ff9b::7f00:1]/',
      'http://[64:ff9b:1::1]/',
      'http://[2002:7f00:1::]/',
      'http://[2001:0:7f00:1::]/',
      'http://[fe80::1]/',
      'http://[fc00::1]/',
      'http://[fd00:ec2::254]/',
      'http://[ff02::1]/',
      'https://127.0.0.1/',
    ]) {
      it(`refuses ${url}`, () => refused(url).then(() => {}));
    }

    it('refuses names that resolve to such addresses, whatever their form', async () => {
      await refused('http://localhost/');
      await refused('http://LOCALHOST./', [], resolvingTo('::1'));
      await refused('http://rebound.test/', [], resolvingTo('169.254.169.254'));
      await refused('http://rebound.test/', [], resolvingTo('fe80::1%eth0'));
      await refused('http://mixed.test/', [], resolvingTo('93.184.216.34', '127.0.0.1'));
    });

    it('asks for the address of a name once, so that a second answer changes nothing', async () => {
      const port = await serve((_request, response) => response.end('here'));
      const answers = ['127.0.0.1', '169.254.169.254'];
      const resolve: ResolveHost = () => Promise.resolve([{ address: answers.shift() ?? 'none', family: 4 }]);
      const { status } = await client(['flips.test'], resolve).send({
        ...get,
        url: `http://flips.test:${port}/`,
      });
      assert.deepEqual([status, answers], [200, ['169.254.169.254']]);
    });

    it('calls an exception by name, address or network, at its port if it has one', async () => {
      const port = await serve((_request, response) => response.end());
      const local = resolvingTo('127.0.0.1');
      for (const allow of [
        'own.test',
        `OWN.test.:${port}`,
        '127.0.0.1',
        `127.0.0.1:${port}`,
        '127.0.0.0/8',
      ]) {
        const { status } = await client([allow], local).send({ ...get, url: `http://own.test:${port}/` });
        assert.equal(status, 200, allow);
      }
      for (const allow of [
        'other.test',
        `own.test:${port + 1}`,
        '127.0.0.1:1',
        '127.0.1.0/24',
        'sub.own.test',
      ]) {
        await refused(`http://own.test:${port}/`, [allow], local);
      }
    });

    it('lets a name never lead to what is forbidden; only the address itself can be listed', async () => {
      const message = await refused('http://own.test/', ['own.test'], resolvingTo('169.254.169.254'));
      assert.match(message, /OUTBOUND_ALLOW.*own\.test at 169\.254\.169\.254/);
    });

    it('says nothing of path and query', async () => {
      assert.doesNotMatch(await refused('http://127.0.0.1/path?token=canary'), /canary|path/);
    });

    it('knows what is public', () => {
      for (const address of [
        '93.184.216.34',
        '1.1.1.1',
        '2606:4700::1111',
        '64:ff9b::101:101',
        '::ffff:8.8.8.8',
      ]) {
        const parsed = parseAddress(address);
        assert(parsed !== undefined);
        assert.equal(addressKind(parsed), 'public', address);
      }
    });

    it('makes an exception of a URL for its host at its port only', () => {
      assert.deepEqual(allowUrl(new URL('http://Crm.internal./x')), {
        kind: 'host',
        host: 'crm.internal',
        port: 80,
      });
      const literal = allowUrl(new URL('https://[fd00::1]:8443/'));
      assert.deepEqual([literal.kind, literal.port], ['network', 8443]);
    });

    for (const wrong of [
      '',
      'http://x',
      'a b',
      '10.0.0.0/33',
      '10.0.0.0/8:80',
      '2130706433',
      '0x7f.1',
      'x:99999',
      '*.x',
    ]) {
      it(`refuses ${JSON.stringify(wrong)} as an exception`, () => {
        assert.throws(() => parseOutboundAllowList(['ok.test', wrong]), /Expected a host name.* but found/);
      });
    }
  });
});
