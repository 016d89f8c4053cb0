import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { after, before, describe, it } from 'mocha';
import request from 'supertest';
import { consolePolicy } from '../../src/facade/console/serve-console.js';
import { rawRequest } from '../support/raw-request.js';
import { startStubServer, type StubServer } from '../support/stub-server.js';

const sources = resolve(import.meta.dirname, '../../src/console');
const mediaTypes: Readonly<Record<string, string>> = {
  ts: 'text/javascript; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  svg: 'image/svg+xml',
};

describe('the files of the page', function () {
  // The first request has the compiler loaded.
  this.timeout(30_000);
  let server: StubServer;

  before(async () => {
    server = await startStubServer({ config: { apiKey: 'a-key-of-the-operator' } });
  });
  after(() => server.close());

  /** Each path that there ought to be, with its media type. */
  async function expectedFiles(): Promise<ReadonlyMap<string, string>> {
    const names = await readdir(sources, { recursive: true });
    const own = names.filter((name) => /\.(ts|css|svg)$/.test(name));
    const foreign = ['bpmn-js/navigated-viewer.js', 'bpmn-js/diagram-js.css', 'bpmn-js/bpmn-js.css'];
    const typeOf = (name: string): string => mediaTypes[name.split('.').at(-1) ?? ''] ?? '';
    const files = [...own, ...foreign].map((name): [string, string] => [
      `/console/${name.replace(/\.ts$/, '.js')}`,
      typeOf(name),
    ]);
    return new Map([['/', 'text/html; charset=utf-8'], ['/docs', 'text/html; charset=utf-8'], ...files]);
  }

  it('are served without a key, with their type, their policy and a tag', async () => {
    const files = await expectedFiles();
    assert(files.size > 20);
    for (const [path, mediaType] of files) {
      const { status, headers } = await request(server.url).get(path);
      assert.deepEqual([status, headers['content-type']], [200, mediaType], path);
      assert.equal(headers['content-security-policy'], consolePolicy, path);
      assert.deepEqual(
        [headers['cache-control'], headers['x-content-type-options']],
        ['no-cache', 'nosniff'],
      );
      assert.match(headers['etag'] ?? '', /^"[\w-]{43}"$/, path);
    }
  });

  it('have a policy that allows nothing inline, nothing from elsewhere and no frame', () => {
    const directives = consolePolicy.split('; ');
    assert(directives.includes("default-src 'none'") && directives.includes("script-src 'self'"));
    assert(directives.includes("style-src 'self'") && directives.includes("frame-ancestors 'none'"));
    assert.doesNotMatch(consolePolicy, /unsafe|http|\*/);
  });

  it('are all that the page asks for, with their own references', async () => {
    const files = await expectedFiles();
    const html = await readFile(join(sources, 'index.html'), 'utf8');
    const asked = [...html.matchAll(/(?:src|href)="(\/[^"]+)"/g)].map(([, path = '']) => path);
    assert(asked.length >= 6);
    assert.deepEqual(
      asked.filter((path) => !files.has(path)),
      [],
    );
    const { text } = await request(server.url).get('/console/main.js');
    assert.doesNotMatch(text, /: (string|void|Route)\b/);
  });

  it('are not sent again when the browser has them', async () => {
    const etag = (await request(server.url).get('/')).headers['etag'] ?? '';
    for (const known of [etag, `"other", W/${etag}`, '*']) {
      const { status, text, headers } = await request(server.url).get('/').set('if-none-match', known);
      assert.deepEqual([status, text, headers['etag']], [304, '', etag]);
      assert.equal(headers['content-security-policy'], consolePolicy);
    }
    assert.equal((await request(server.url).get('/').set('if-none-match', '"other"')).status, 200);
  });

  it('answer HEAD and OPTIONS, and refuse other methods', async () => {
    const get = await request(server.url).get('/console/page.css');
    const head = await request(server.url).head('/console/page.css');
    assert.deepEqual([head.status, head.text ?? ''], [200, '']);
    assert.equal(head.headers['content-length'], get.headers['content-length']);
    const options = await request(server.url).options('/');
    assert.deepEqual([options.status, options.headers['allow']], [204, 'GET, HEAD, OPTIONS']);
    for (const path of ['/', '/console/main.js']) {
      const { status, headers } = await request(server.url).post(path).send({});
      assert.deepEqual([status, headers['allow']], [405, 'GET, HEAD, OPTIONS']);
      assert.equal(headers['content-security-policy'], consolePolicy);
    }
  });

  it('are the only ones: no other path reaches a file', async () => {
    const paths = [
      ...['/console', '/console/', '/index.html', '/console/index.html', '/console/instance', '/favicon.ico'],
      ...['/console/main.ts', '/console/tsconfig.json', '/console/bpmn-js/package.json', '/Console/main.js'],
      ...['/../package.json', '/console/../facade/routes.ts', '/console/./main.js', '//console/main.js'],
      ...['/..%2f..%2fpackage.json', '/console/..%2f..%2fmain.ts', '/console/%2e%2e/%2e%2e/package.json'],
      ...['/console/..\\..\\main.ts', '/console/main.js%00.css', '/console/main.js/', '/console/constructor'],
      ...['/console/file:///etc/passwd', '/console//etc/passwd', '/console/%252e%252e/main.js'],
    ];
    for (const path of paths) {
      const text = `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n`;
      assert.match(await rawRequest(server.port, text), /^HTTP\/1\.1 40[04] /, path);
    }
  });

  it('are sent only to who asks for this host', async () => {
    const { status } = await request(server.url).get('/').set('host', 'evil.example');
    assert.equal(status, 403);
  });
});
