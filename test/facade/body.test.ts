import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { after, before, beforeEach, describe, it } from 'mocha';
import request from 'supertest';
import { done } from '../../src/runtime/outcome.js';
import type { StartInput } from '../../src/runtime/runtime.js';
import { rawRequest } from '../support/raw-request.js';
import { startStubServer, type StubServer } from '../support/stub-server.js';

describe('the body of a request', () => {
  let server: StubServer;
  let started: StartInput[] = [];
  before(async () => {
    server = await startStubServer({
      runtime: {
        async startProcessInstance(_context, input) {
          started.push(input);
          return done({
            processInstanceId: 'i',
            processDefinitionId: 'd',
            bpmnProcessId: 'p',
            version: 1,
            state: 'active',
          });
        },
        cancelProcessInstance: async () => done(null),
      },
    });
  });
  after(() => server.close());
  beforeEach(() => {
    started = [];
  });

  const post = (type: string, body: string | Buffer, headers: Record<string, string> = {}) =>
    fetch(`${server.url}/v1/process-instances`, {
      method: 'POST',
      headers: { ...(type === '' ? {} : { 'content-type': type }), ...headers },
      body: typeof body === 'string' ? Buffer.from(body) : body,
    });
  const codeOf = async (response: Response): Promise<unknown> => {
    const { code } = (await response.json()) as { code: unknown };
    return `${response.status} ${String(code)}`;
  };
  const json = '{"bpmnProcessId": "p", "variables": {"ä": "💡"}}';

  it('is JSON in UTF-8, whatever parameters and letters its type has', async () => {
    for (const type of [
      'application/json',
      'Application/JSON; charset=UTF-8',
      'application/json;charset="utf-8"',
    ]) {
      assert.equal((await post(type, json)).status, 201, type);
    }
    assert.deepEqual(started.at(-1)?.variables, { ä: '💡' });
  });

  it('may begin with a byte order mark', async () => {
    assert.equal((await post('application/json', `\ufeff${json}`)).status, 201);
  });

  it('is refused with 415 when its type is missing, another, or in another charset', async () => {
    for (const type of [
      '',
      'text/plain',
      'application/x-www-form-urlencoded',
      'application/json+x',
      'multipart/form-data; boundary=x',
    ]) {
      assert.equal(await codeOf(await post(type, json)), '415 unsupported-media-type', type);
    }
    for (const type of ['application/json; charset=utf-16', 'application/json; charset=iso-8859-1']) {
      assert.equal(await codeOf(await post(type, json)), '415 unsupported-media-type', type);
    }
    assert.deepEqual(started, []);
  });

  it('is refused with 400 when it is malformed, with line and column', async () => {
    const response = await post('application/json', '{"bpmnProcessId": "p",\n "variables" {}}');
    const { status, code, detail } = (await response.json()) as Record<string, unknown>;
    assert.deepEqual([status, code], [400, 'malformed-json']);
    assert.equal(detail, 'Expected a colon at line 2, column 14 of the JSON body.');
  });

  it('is refused with 400 when it is not UTF-8', async () => {
    const latin1 = Buffer.from('{"bpmnProcessId": "gr\xf6sse"}', 'latin1');
    assert.equal(await codeOf(await post('application/json', latin1)), '400 malformed-json');
  });

  it('may be absent where no field is needed', async () => {
    const cancel = () => request(server.url).post('/v1/process-instances/i/cancel');
    assert.equal((await cancel()).status, 204);
    assert.equal((await cancel().send({})).status, 204);
    assert.equal((await cancel().type('application/x-www-form-urlencoded').send('')).status, 204);
    assert.equal((await cancel().send({ reason: 'x' })).status, 400);
    assert.equal((await request(server.url).post('/v1/process-instances')).status, 400);
  });

  it('is refused with 413 when it is over the limit, announced or not', async () => {
    const large = `{"bpmnProcessId": "${'x'.repeat(100_000)}"}`;
    assert.equal(await codeOf(await post('application/json', large)), '413 payload-too-large');
    const chunked = await rawRequest(
      server.port,
      `POST /v1/process-instances HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n${`3e8\r\n${' '.repeat(1_000)}\r\n`.repeat(101)}0\r\n\r\n`,
    );
    assert.match(chunked, /^HTTP\/1.1 413 /);
    assert.match(chunked, /"code":"payload-too-large"/);
  });

  for (const [what, headers, begin] of [
    ['announced', 'Content-Length: 10000000000', ''],
    ['not announced', 'Transfer-Encoding: chunked', chunkOf(Buffer.alloc(101_000, ' '))],
    ['announced, packed', 'Content-Encoding: gzip\r\nContent-Length: 10000000000', ''],
    [
      'not announced, and known by what it unpacks to',
      'Content-Encoding: gzip\r\nTransfer-Encoding: chunked',
      chunkOf(gzipSync(Buffer.alloc(1_000_000, ' '))),
    ],
  ] as const) {
    it(`is refused with 413 at once when it is over the limit, and who goes on sending is cut off: ${what}`, async () => {
      const socket = connect(server.port, '127.0.0.1');
      socket.on('error', () => undefined);
      const head = 'POST /v1/process-instances HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json';
      socket.write(`${head}\r\n${headers}\r\n\r\n`);
      socket.write(begin);
      const [answer] = (await once(socket, 'data')) as [Buffer];
      assert.match(answer.toString(), /^HTTP\/1.1 413 [^]*"code":"payload-too-large"/);
      socket.resume();
      const closed = new Promise((resolve) => socket.once('close', resolve));
      const chunk = chunkOf(Buffer.alloc(65_536, ' '));
      const send = (): void => {
        while (!socket.destroyed && socket.write(chunk));
      };
      socket.on('drain', send);
      send();
      await closed;
    });
  }

  it('may be compressed, within the limit of what it unpacks to', async () => {
    assert.equal(
      (await post('application/json', gzipSync(json), { 'content-encoding': 'gzip' })).status,
      201,
    );
    assert.equal(
      (await post('application/json', brotliCompressSync(json), { 'content-encoding': 'br' })).status,
      201,
    );
    const bomb = gzipSync(Buffer.alloc(50_000_000, ' '));
    assert.ok(bomb.length < 100_000);
    assert.equal(
      await codeOf(await post('application/json', bomb, { 'content-encoding': 'gzip' })),
      '413 payload-too-large',
    );
    assert.equal(
      await codeOf(await post('application/json', json, { 'content-encoding': 'gzip' })),
      '400 malformed-request',
    );
    assert.equal(
      await codeOf(await post('application/json', json, { 'content-encoding': 'zstd' })),
      '415 unsupported-media-type',
    );
  });

  it('is not read where an operation has none', async () => {
    const response = await rawRequest(
      server.port,
      'GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: 5\r\n\r\nxxxxx',
    );
    assert.match(response, /^HTTP\/1.1 200 /);
  });
});

/** As it is sent with `Transfer-Encoding: chunked`. */
function chunkOf(bytes: Buffer): Buffer {
  return Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, Buffer.from('\r\n')]);
}
