import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingHttpHeaders, type RequestListener } from 'node:http';
import type { Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { createHttpAdapter } from '../../../src/adapters/http/http-adapter.js';
import { readHttpTask } from '../../../src/adapters/http/http-task.js';
import { taskHeaderNames } from '../../../src/adapters/http/task-headers.js';
import type { Job, JobResult, Variables } from '../../../src/jobs/job-handler.js';
import { JobInterruption } from '../../../src/jobs/job-handler.js';
import { readAnswer } from '../../../src/client/worker/read-answer.js';
import { silentLogger } from '../../../src/platform/logger.js';
import { parseOutboundAllowList } from '../../../src/platform/outbound-allow-list.js';
import { createOutboundHttp, type OutboundHttp } from '../../../src/platform/outbound-http.js';
import { FakeClock } from '../../support/fake-clock.js';

interface Received {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

const canary = 'canary"&/§-7';

describe('HTTP adapter', () => {
  let clock: FakeClock;
  let outbound: OutboundHttp;
  let base: string;
  let received: Received[];
  let answer: RequestListener;
  let close: () => Promise<void>;

  beforeEach(async () => {
    clock = new FakeClock();
    received = [];
    answer = (_request, response) => response.end();
    const sockets = new Set<Socket>();
    const server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const { method = '', url = '', headers } = request;
        received.push({ method, url, headers, body: Buffer.concat(chunks).toString() });
        answer(request, response);
      });
    });
    server.on('connection', (socket) => sockets.add(socket));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    assert(typeof address === 'object' && address !== null);
    base = `http://127.0.0.1:${address.port}`;
    outbound = createOutboundHttp({ clock, allowList: parseOutboundAllowList(['127.0.0.1']) });
    close = async () => {
      await outbound.close();
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    };
  });

  afterEach(() => close());

  async function run(
    customHeaders: Readonly<Record<string, string>>,
    variables: Variables = {},
    { signal = new AbortController().signal, ...more }: { readonly signal?: AbortSignal } & Partial<Job> = {},
  ): Promise<JobResult> {
    const { handler } = createHttpAdapter({
      outbound,
      clock,
      services: new Map([['backend', `${base}/`]]),
      secrets: new Map([['TOKEN', canary]]),
    });
    const job: Job = {
      jobId: 'job-1',
      type: 'http',
      retries: 3,
      variables,
      customHeaders: { url: `${base}/`, ...customHeaders },
      elementId: 'task',
      elementInstanceId: 'element-1',
      processInstanceId: 'instance-1',
      processDefinitionId: 'definition-1',
      bpmnProcessId: 'process',
      deadline: 0,
      fence: 1,
      ...more,
    };
    return readAnswer(await handler(job, { signal, idempotencyKey: job.jobId, logger: silentLogger }));
  }

  const sent = (): Received => {
    const [request, ...others] = received;
    assert(request !== undefined && others.length === 0, `expected one request but found ${received.length}`);
    return request;
  };

  /** Expects a failure that is not tried again, and nothing to have been sent. */
  async function refuses(result: Promise<JobResult>, message: RegExp): Promise<void> {
    const found = await result;
    assert(found.kind === 'fail', JSON.stringify(found));
    assert.equal(found.retry, false);
    assert.match(found.errorMessage, message);
    assert.equal(received.length, 0);
  }

  const json =
    (status: number, body: unknown, headers: Record<string, string> = {}): RequestListener =>
    (_request, response) =>
      response
        .writeHead(status, { 'Content-Type': 'application/json', ...headers })
        .end(JSON.stringify(body));

  describe('the request', () => {
    for (const method of ['GET', 'HEAD', 'PUT', 'DELETE', 'POST', 'PATCH']) {
      it(`is sent by ${method}`, async () => {
        assert.deepEqual(await run({ method }), { kind: 'complete', variables: {} });
        assert.equal(sent().method, method);
        const isUnsafe = method === 'POST' || method === 'PATCH';
        assert.equal(sent().headers['idempotency-key'], isUnsafe ? 'job-1' : undefined);
      });
    }

    it('is GET without a method, and asks for JSON', async () => {
      await run({});
      assert.deepEqual([sent().method, sent().headers.accept], ['GET', 'application/json']);
    });

    it('has headers of the model, which go before ours', async () => {
      await run(
        {
          method: 'post',
          'header.X-Customer': 'nr {{variables.id}}',
          'header.Idempotency-Key': 'open-{{job.businessKey}}',
          'header.Accept': 'text/plain',
        },
        { id: 7 },
        { businessKey: 'A-1' },
      );
      const { headers } = sent();
      assert.deepEqual(
        [headers['x-customer'], headers['idempotency-key'], headers.accept],
        ['nr 7', 'open-A-1', 'text/plain'],
      );
    });

    it('goes to a service by name, with or without a slash at the end of its URL', async () => {
      await run({ url: '{{services.backend}}/a/b' });
      assert.equal(sent().url, '/a/b');
    });
  });

  describe('values', () => {
    const nasty = '../ä&x=1?#\\"{{secrets.TOKEN}}\r\nX: y%2e';

    it('stay in their path segment and parameter', async () => {
      await run(
        { url: `${base}/c/{{variables.id}}/d?q={{ variables.id }}&r={{variables.n}}` },
        { id: nasty, n: 0.5 },
      );
      const encoded = encodeURIComponent(nasty);
      assert.equal(sent().url, `/c/${encoded}/d?q=${encoded}&r=0.5`);
    });

    it('are JSON in a JSON body: whole values, and text within quotes', async () => {
      const body =
        '{"a": {{variables.text}}, "b": "<{{variables.text}}>", "c": {{variables.object}}, "d": [{{variables.list.1}}], "e\\"": "{{variables.n}}"}';
      const object = { deep: [nasty, null] };
      await run({ method: 'POST', body }, { text: nasty, object, list: [1, true], n: 5 });
      assert.equal(sent().headers['content-type'], 'application/json');
      assert.deepEqual(JSON.parse(sent().body), {
        a: nasty,
        b: `<${nasty}>`,
        c: object,
        d: [true],
        'e"': '5',
      });
    });

    it('are encoded in forms and XML, and as they are in plain text', async () => {
      const variables = { text: 'a&b=<"c">' };
      const send = async (type: string) => {
        received.length = 0;
        await run({ method: 'POST', 'header.Content-Type': type, body: 'x={{variables.text}}' }, variables);
        return sent().body;
      };
      assert.equal(await send('application/x-www-form-urlencoded'), `x=${encodeURIComponent('a&b=<"c">')}`);
      assert.equal(await send('application/soap+xml; charset=utf-8'), 'x=a&amp;b=&lt;&quot;c&quot;&gt;');
      assert.equal(await send('text/plain'), 'x=a&b=<"c">');
    });

    it('are never looked at for placeholders', async () => {
      await run({ 'header.X-A': '{{variables.a}}' }, { a: '{{secrets.TOKEN}} {{variables.a}}' });
      assert.equal(sent().headers['x-a'], '{{secrets.TOKEN}} {{variables.a}}');
    });

    it('of a header cannot begin another', async () => {
      for (const a of ['a\r\nX-B: c', 'a\nb', 'a\0', 'snow ☃']) {
        await refuses(
          run({ 'header.X-A': '{{variables.a}}' }, { a }),
          /header\.X-A to have only characters of a header/,
        );
      }
    });

    for (const [what, headers, variables, message] of [
      [
        'a variable that is missing',
        { url: '/{{variables.a.b}}' },
        { a: {} },
        /a variable for \{\{variables\.a\.b\}\} in the url/,
      ],
      [
        'what a prototype has',
        { body: '{{variables.constructor}}', method: 'PUT' },
        {},
        /variables\.constructor/,
      ],
      ['a secret that is missing', { 'header.A': '{{secrets.NO}}' }, {}, /a secret for \{\{secrets\.NO\}\}/],
      ['a service that is missing', { url: '{{services.no}}/' }, {}, /a service for \{\{services\.no\}\}/],
      ['a property that jobs lack', { url: '/{{job.fence}}' }, {}, /a property for \{\{job\.fence\}\}/],
      ['a business key that is missing', { url: '/{{job.businessKey}}' }, {}, /job\.businessKey/],
      ['null in the url', { url: '/{{variables.a}}' }, { a: null }, /but found null/],
      ['an object in the url', { url: '/{{variables.a}}' }, { a: {} }, /but found an object/],
      ['a list within quotes', { method: 'PUT', body: '"{{variables.a}}"' }, { a: [] }, /but found a list/],
      ['an empty path segment', { url: '/x/{{variables.a}}' }, { a: '' }, /path to have a value/],
      ['a path upwards', { url: '/x/{{variables.a}}/y' }, { a: '..' }, /no segment \. or \.\./],
      ['a path upwards in pieces', { url: '/x/.{{variables.a}}' }, { a: '.' }, /no segment/],
      ['half a character', { url: '/{{variables.a}}' }, { a: '\ud800' }, /half a character/],
      [
        'control characters in XML',
        { method: 'PUT', 'header.Content-Type': 'text/xml', body: '{{variables.a}}' },
        { a: '\u0001' },
        /control characters/,
      ],
      [
        'a body that is no JSON',
        { method: 'PUT', body: '{ {{variables.a}} }' },
        { a: canary },
        /the body to be JSON when/,
      ],
    ] as const) {
      it(`fail at once for ${what}`, async () => {
        const { url = '/' } = { url: undefined, ...headers };
        const whole = url.startsWith('/') ? base + url : url;
        await refuses(run({ ...headers, url: whole }, variables), message);
      });
    }

    it('may be empty in a query', async () => {
      await run({ url: `${base}/?a={{variables.a}}` }, { a: '' });
      assert.equal(sent().url, '/?a=');
    });
  });

  describe('task headers that make no sense', () => {
    for (const [header, value, message] of [
      ['url', '', /a task header url but found none/],
      ['url', 'ftp://example.org/', /to begin with http/],
      ['url', '//example.org/', /to begin with http/],
      ['url', 'http://{{variables.host}}/', /without other placeholders in the host/],
      ['url', 'http://example.org{{variables.host}}/', /in the host/],
      ['url', 'http://a:{{secrets.TOKEN}}@example.org/', /in the host/],
      ['url', '{{services.backend}}.evil.test/', /in the host/],
      ['url', '{{variables.url}}', /in the host/],
      ['url', 'http://example.org/{{variables}}', /\{\{variables\.<name>\}\}.* but found \{\{variables\}\}/],
      ['url', 'http://example.org/{{env.HOME}}', /but found \{\{env\.HOME\}\}/],
      ['url', 'http://example.org/{{ variables.a', /but found \{\{ variables\.a/],
      ['metod', 'GET', /task headers among method, url, .* but found "metod"/],
      ['method', 'CONNECT', /method to be one of GET, .* but found "CONNECT"/],
      ['header.Host', 'x', /header\.Host to name a header that a request may set/],
      ['header.Transfer-Encoding', 'chunked', /a request may set/],
      ['header.a b', 'x', /a request may set/],
      ['header.X-A', 'a\nb', /only characters of a header/],
      ['body', '{}', /no body with GET/],
      ['timeoutMs', '0', /from 1 to 120000 but found "0"/],
      ['timeoutMs', 'soon', /but found "soon"/],
      ['maxResponseBytes', '99999999999', /from 1 to 10485760/],
      ['successStatus', '20', /statuses such as 404/],
      ['retryOn', '500-400', /statuses such as 404/],
      ['retryUnsafe', 'yes', /true or false but found "yes"/],
      ['resultVariable', '__proto__', /to name a variable/],
      ['result.a.b', 'body', /to name a variable/],
      ['result.a', 'response.body', /status, headers\.<name>, body/],
      ['result.a', 'body..a', /body\.<path> but found/],
      ['errorCode.999', 'x', /errorCode\.999 to be statuses/],
      ['errorCode.404', ' ', /to be a BPMN error code/],
      ['errorField', 'body.code', /together but found only one/],
      ['errorCode.field.X', 'x', /together but found only one/],
    ] as const) {
      it(`fail at once: ${header} ${JSON.stringify(value)}`, () =>
        refuses(run({ [header]: value }), message));
    }

    it('fail at once: retryOn with POST that is not repeated', () =>
      refuses(run({ method: 'POST', retryOn: '500' }), /retryUnsafe: true beside retryOn/));

    it('fail at once: a placeholder in a body of unknown type', () =>
      refuses(
        run({ method: 'PUT', 'header.Content-Type': 'application/pdf', body: '{{variables.a}}' }),
        /header\.Content-Type to be JSON, XML/,
      ));

    it('fail at once: one header in two spellings', () =>
      refuses(run({ 'header.X-A': '1', 'header.x-a': '2' }), /once/));
  });

  describe('an answer', () => {
    it('gives variables by paths, or as a whole', async () => {
      answer = json(201, { account: { number: '17', tags: ['a', 'b'] } }, { Location: '/accounts/17' });
      const result = await run({
        method: 'POST',
        resultVariable: 'whole',
        'result.number': 'body.account.number',
        'result.tag': 'body.account.tags.1',
        'result.code': 'status',
        'result.at': 'headers.Location',
        'result.missing': 'body.nothing?',
      });
      assert.deepEqual(result, {
        kind: 'complete',
        variables: {
          whole: { account: { number: '17', tags: ['a', 'b'] } },
          number: '17',
          tag: 'b',
          code: 201,
          at: '/accounts/17',
          missing: null,
        },
      });
    });

    it('that lacks what the model needs is an incident', async () => {
      answer = json(200, { a: 1 });
      const result = await run({ 'result.x': 'body.b.c' });
      assert(result.kind === 'fail');
      assert.equal(result.retry, false);
      assert.match(result.errorMessage, /to have body\.b\.c for the variable x but it has not/);
    });

    it('without a body gives null, and is done without one', async () => {
      answer = (_request, response) => response.writeHead(204).end();
      assert.deepEqual(await run({ resultVariable: 'x' }), { kind: 'complete', variables: { x: null } });
    });

    it('is parsed only when it says that it is JSON', async () => {
      const send = async (type: string, body: string) => {
        answer = (_request, response) => response.writeHead(200, { 'Content-Type': type }).end(body);
        return run({ resultVariable: 'x' });
      };
      assert.deepEqual(await send('application/problem+json; charset=utf-8', '{"a":1}'), {
        kind: 'complete',
        variables: { x: { a: 1 } },
      });
      assert.deepEqual(await send('text/html', '{"a":1}'), { kind: 'complete', variables: { x: '{"a":1}' } });
      for (const [type, body, message] of [
        ['application/octet-stream', '{"a":1}', /but found content type application\/octet-stream/],
        ['application/json', '<html>', /no JSON although it says so/],
      ] as const) {
        const result = await send(type, body);
        assert(result.kind === 'fail' && result.retry === false, JSON.stringify(result));
        assert.match(result.errorMessage, message);
      }
    });

    it('is not looked at when nothing of it is wanted', async () => {
      answer = (_request, response) =>
        response.writeHead(200, { 'Content-Type': 'application/json' }).end('<');
      assert.deepEqual(await run({}), { kind: 'complete', variables: {} });
    });

    it('may be a success with other statuses', async () => {
      answer = json(404, { code: 'none' });
      const result = await run({ successStatus: '2xx, 404', 'result.code': 'status' });
      assert.deepEqual(result, { kind: 'complete', variables: { code: 404 } });
    });

    it('that is compressed is read, and a bomb is not', async () => {
      const zip =
        (body: Buffer | string): RequestListener =>
        (_request, response) =>
          response
            .writeHead(200, { 'Content-Type': 'text/plain', 'Content-Encoding': 'gzip' })
            .end(gzipSync(body));
      answer = zip('small');
      assert.deepEqual(await run({ resultVariable: 'x' }), { kind: 'complete', variables: { x: 'small' } });
      answer = zip(Buffer.alloc(20_000_000));
      const result = await run({ resultVariable: 'x' });
      assert(result.kind === 'fail' && result.retry === false);
      assert.match(result.errorMessage, /at most 1048576 bytes/);
    });

    it('that is too large is an incident, at a bound of the model', async () => {
      answer = (_request, response) =>
        response.writeHead(200, { 'Content-Type': 'text/plain' }).end('x'.repeat(10_000_000));
      const result = await run({ maxResponseBytes: '1000' });
      assert(result.kind === 'fail' && result.retry === false);
      assert.match(result.errorMessage, /at most 1000 bytes/);
    });
  });

  describe('a BPMN error', () => {
    const mapped = {
      'errorCode.404': 'customer-unknown',
      'errorCode.4xx': 'refused',
      errorField: 'body.code',
      'errorCode.field.SANCTIONED': 'sanctioned',
      'errorResult.why': 'body.message',
    };

    for (const [status, body, errorCode, why] of [
      [404, {}, 'customer-unknown', null],
      [422, { message: 'no' }, 'refused', 'no'],
      [404, { code: 'SANCTIONED', message: 'list' }, 'sanctioned', 'list'],
      [200, { code: 'SANCTIONED' }, 'sanctioned', null],
    ] as const) {
      it(`is thrown for ${status} ${JSON.stringify(body)}`, async () => {
        answer = json(status, body);
        const result = await run({ method: 'POST', ...mapped });
        assert(result.kind === 'error', JSON.stringify(result));
        assert.deepEqual([result.errorCode, result.variables], [errorCode, { why }]);
      });
    }

    it('goes before another attempt', async () => {
      answer = json(503, {});
      assert.equal((await run({ 'errorCode.503': 'closed' })).kind, 'error');
    });

    it('is not thrown for what is not mapped', async () => {
      answer = json(200, { code: 'OTHER' });
      assert.equal((await run(mapped)).kind, 'complete');
      answer = json(501, { code: 'OTHER' });
      assert.equal((await run(mapped)).kind, 'fail');
    });
  });

  describe('trying again', () => {
    const triesAgain = async (headers: Readonly<Record<string, string>>) => {
      const result = await run(headers);
      assert(result.kind === 'fail', JSON.stringify(result));
      return result.retry !== false;
    };

    for (const status of [408, 425, 429, 500, 502, 503, 504]) {
      it(`follows ${status} where that is safe`, async () => {
        answer = json(status, {});
        for (const method of ['GET', 'HEAD', 'PUT', 'DELETE']) assert(await triesAgain({ method }), method);
        for (const method of ['POST', 'PATCH']) {
          assert(!(await triesAgain({ method })), method);
          assert(await triesAgain({ method, retryUnsafe: 'true' }), method);
        }
      });
    }

    it('does not follow other statuses, redirects included', async () => {
      for (const status of [301, 302, 307, 400, 401, 403, 404, 409, 422, 501, 505]) {
        answer = json(status, {}, { Location: `${base}/other` });
        assert(!(await triesAgain({})), String(status));
      }
      assert(received.every(({ url }) => url === '/'));
    });

    it('follows other statuses when the model says so', async () => {
      answer = json(404, {});
      assert(await triesAgain({ retryOn: '404, 5xx' }));
      answer = json(503, {});
      assert(!(await triesAgain({ retryOn: 'none' })));
    });

    it('waits as long as the service asks, within a bound', async () => {
      const inAMinute = new Date(clock.now() + 60_000).toUTCString();
      for (const [retryAfter, backoffMs] of [
        ['7', 7_000],
        [inAMinute, 60_000],
        ['999999', 900_000],
        ['Thu, 01 Jan 1970 00:00:00 GMT', 0],
        ['soon', undefined],
        ['-5', undefined],
      ] as const) {
        answer = json(429, {}, { 'Retry-After': retryAfter });
        const result = await run({});
        assert(result.kind === 'fail');
        assert.equal(result.backoffMs, backoffMs, retryAfter);
      }
    });

    it('follows a lost connection only where that is safe', async () => {
      answer = (request) => request.socket.resetAndDestroy();
      assert(await triesAgain({}));
      assert(!(await triesAgain({ method: 'POST' })));
      assert(await triesAgain({ method: 'POST', retryUnsafe: 'true' }));
    });

    it('follows an answer that breaks off only where that is safe', async () => {
      answer = (request, response) => {
        response.writeHead(200, { 'Content-Length': 100 });
        response.write('half', () => request.socket.resetAndDestroy());
      };
      assert(await triesAgain({}));
      assert(!(await triesAgain({ method: 'PATCH' })));
    });

    it('follows a connection that was never made, whatever the method', async () => {
      const url = `http://127.0.0.1:1/`;
      for (const method of ['GET', 'POST']) assert(await triesAgain({ method, url }), method);
    });

    it('follows a time-out only where that is safe, and says what is not known', async () => {
      answer = () => clock.advance(10_000);
      assert(await triesAgain({}));
      const result = await run({ method: 'POST' });
      assert(result.kind === 'fail' && result.retry === false);
      assert.match(result.errorMessage, /within 10000 ms .* Nobody knows whether the POST was done/);
    });

    it('bounds a service that sends byte by byte', async () => {
      let drip: NodeJS.Timeout | undefined;
      answer = (_request, response) => {
        response.writeHead(200, { 'Content-Type': 'text/plain' });
        let bytes = 0;
        drip = setInterval(() => {
          response.write('x');
          if (++bytes === 5) clock.advance(400);
        }, 1);
        response.on('close', () => clearInterval(drip));
      };
      const result = await run({ timeoutMs: '400' });
      assert(result.kind === 'fail');
      assert.match(result.errorMessage, /within 400 ms/);
    });

    it('does not follow an address that may not be called', async () => {
      await refuses(run({ url: 'http://169.254.169.254/latest/' }), /OUTBOUND_ALLOW/);
    });

    it('keeps a request that the server stops in, where it may be sent again, and leaves the others to a person', async () => {
      for (const [method, again] of [
        ['GET', true],
        ['POST', false],
      ] as const) {
        const controller = new AbortController();
        answer = () => controller.abort(new JobInterruption('stopping', 'stops'));
        const result = await run({ method }, {}, { signal: controller.signal });
        assert(result.kind === 'fail');
        assert.equal(result.retry !== false, again, method);
      }
    });
  });

  describe('what people see of a failure', () => {
    it('is the status and at most 200 characters in one line', async () => {
      answer = json(418, { message: `line\n${'x'.repeat(1_000)}` });
      const result = await run({});
      assert(result.kind === 'fail');
      assert.match(
        result.errorMessage,
        /^Expected GET 127\.0\.0\.1:\d+ to answer 200-299 but it answered 418: \{"message":"line/,
      );
      assert.equal(result.errorMessage.split('418: ')[1]?.length, 200);
      assert.doesNotMatch(result.errorMessage, /\n/);
    });

    it('has no part of a body that is no text', async () => {
      answer = (_request, response) =>
        response.writeHead(500, { 'Content-Type': 'image/png' }).end('\u0089PNG');
      const result = await run({});
      assert(result.kind === 'fail');
      assert.match(result.errorMessage, /answered 500\.$/);
    });
  });

  describe('secrets', () => {
    const secretive = {
      method: 'PUT',
      url: '{{services.backend}}/x?token={{secrets.TOKEN}}',
      'header.Authorization': 'Bearer {{secrets.TOKEN}}',
      body: '{"token": {{secrets.TOKEN}} }',
      resultVariable: 'x',
    };
    /** The service tells everything that it was told. */
    const echo =
      (status: number): RequestListener =>
      (_request, response) =>
        json(status, { [canary]: [received.at(-1)], raw: canary })(_request, response);
    const written = [canary, encodeURIComponent(canary), JSON.stringify(canary).slice(1, -1)];

    it('reach the service', async () => {
      await run(secretive);
      assert.equal(
        sent().headers.authorization,
        `Bearer ${Buffer.from(canary, 'latin1').toString('latin1')}`,
      );
      assert.deepEqual(JSON.parse(sent().body), { token: canary });
      assert.equal(new URL(sent().url, base).searchParams.get('token'), canary);
    });

    for (const [what, status, more] of [
      ['variables', 200, {}],
      ['errors', 422, { 'errorCode.422': 'no', 'errorResult.why': 'body' }],
      ['failures', 400, {}],
    ] as const) {
      it(`come back in no ${what}`, async () => {
        answer = echo(status);
        const result = JSON.stringify(await run({ ...secretive, ...more }));
        assert.match(result, /\*\*\*/);
        for (const text of written) assert(!result.includes(JSON.stringify(text).slice(1, -1)), text);
      });
    }

    it('are in no failure to send', async () => {
      const result = JSON.stringify(await run({ ...secretive, url: `http://127.0.0.1:1/{{secrets.TOKEN}}` }));
      for (const text of written) assert(!result.includes(text), text);
    });
  });

  describe('its documentation', () => {
    it('shows a task that it understands', async () => {
      const text = await readFile(new URL('../../../docs/http-adapter.md', import.meta.url), 'utf8');
      const headers = [
        ...text.matchAll(/<zeebe:header key="([^"]*)" value=(?:"([^"]*)"|'([^']*)') \/>/g),
      ].map(([, key = '', double, single]) => [key, double ?? single ?? ''] as const);
      const task = readHttpTask(Object.fromEntries(headers));
      assert.deepEqual([task.method, task.isRepeatable, task.errorCodesByField.size], ['POST', true, 1]);
    });

    it('tells of exactly the headers that it knows', async () => {
      const text = await readFile(new URL('../../../docs/http-adapter.md', import.meta.url), 'utf8');
      const table = text.split('## Task headers')[1]?.split('\n## ')[0] ?? '';
      const documented = [...table.matchAll(/^\| `([^`]+)` \|/gm)].map(([, name]) => name);
      assert.deepEqual(documented, [...taskHeaderNames]);
    });
  });
});
