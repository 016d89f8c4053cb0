import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { after, before, beforeEach, describe, it } from 'mocha';
import request from 'supertest';
import { done } from '../../src/runtime/outcome.js';
import type { DeployInput, RequestContext } from '../../src/runtime/runtime.js';
import { startStubServer, type StubServer } from '../support/stub-server.js';

const xml = '<?xml version="1.0" encoding="UTF-8"?><definitions name="größe"/>';

describe('the upload of models', () => {
  let server: StubServer;
  let deployed: { readonly context: RequestContext; readonly input: DeployInput }[] = [];
  before(async () => {
    server = await startStubServer({
      runtime: {
        async deploy(context, input) {
          deployed.push({ context, input });
          return done({
            deploymentId: 'd',
            processDefinitions: [],
            decisionDefinitions: [],
            diagnostics: [],
          });
        },
      },
    });
  });
  after(() => server.close());
  beforeEach(() => {
    deployed = [];
  });

  const upload = () => request(server.url).post('/v1/deployments');
  const resources = () => deployed.at(-1)?.input.resources;
  const codeOf = ({ status, body }: { status: number; body: unknown }) =>
    `${status} ${String((body as { code?: unknown }).code)}`;

  it('takes JSON, XML and files alike', async () => {
    assert.equal((await upload().send({ resources: [{ name: 'a.bpmn', content: xml }] })).status, 201);
    assert.deepEqual(resources(), [{ name: 'a.bpmn', content: xml }]);
    for (const type of ['application/xml', 'text/xml; charset=utf-8']) {
      assert.equal((await upload().type(type).send(xml)).status, 201);
      assert.deepEqual(resources(), [{ name: 'model.bpmn', content: xml }]);
    }
    const files = await upload()
      .attach('resources', Buffer.from(xml), 'a.bpmn')
      .attach('other', Buffer.from('<b/>'), 'b.bpmn');
    assert.equal(files.status, 201);
    assert.deepEqual(resources(), [
      { name: 'a.bpmn', content: xml },
      { name: 'b.bpmn', content: '<b/>' },
    ]);
  });

  it('says that a body is empty where it should be a model', async () => {
    for (const type of ['application/xml', 'text/xml']) {
      const empty = await upload().type(type).send('');
      assert.equal(codeOf(empty), '400 malformed-request', type);
      assert.match((empty.body as { detail: string }).detail, /found an empty body/);
    }
    assert.equal(deployed.length, 0);
  });

  it('answers 200 to a dry run, which no Idempotency-Key remembers', async () => {
    const dryRun = await upload()
      .query({ dryRun: 'true' })
      .set('Idempotency-Key', 'k')
      .type('application/xml')
      .send(xml);
    assert.equal(dryRun.status, 200);
    assert.equal(deployed[0]?.input.dryRun, true);
    assert.equal(deployed[0]?.context.idempotency, undefined);
    assert.equal((await upload().query({ dryRun: 'yes' }).type('application/xml').send(xml)).status, 400);
  });

  it('takes the encoding that a file has, and hands on UTF-8', async () => {
    const declared = (encoding: string) => `<?xml version="1.0" encoding="${encoding}"?><d name="größe"/>`;
    const expected = declared('UTF-8');
    const wide = Buffer.from(`\ufeff${declared('UTF-16')}`, 'utf16le');
    const files = [
      Buffer.from(declared('UTF-8')),
      Buffer.from(`\ufeff${declared('utf-8')}`),
      Buffer.from(declared('ISO-8859-1'), 'latin1'),
      Buffer.from(declared('windows-1252'), 'latin1'),
      wide,
      Buffer.from(wide).swap16(),
      wide.subarray(2),
      // What .NET writes into a file that it keeps as UTF-16 in memory only.
      Buffer.from(declared('utf-16')),
    ];
    for (const bytes of files) {
      assert.equal((await upload().type('application/xml').send(bytes)).status, 201);
      assert.equal(resources()?.[0]?.content.replace('utf-8', 'UTF-8'), expected);
      assert.equal((await upload().attach('resources', bytes, 'a.bpmn')).status, 201);
      assert.equal(resources()?.[0]?.content.replace('utf-8', 'UTF-8'), expected);
    }
    const unknown = declared('x-nobody-knows');
    assert.equal((await upload().type('application/xml').send(Buffer.from(unknown))).status, 201);
    assert.equal(resources()?.[0]?.content, unknown);
  });

  it('refuses bytes that are not in the encoding that the file declares', async () => {
    const declared = (encoding: string) => Buffer.from(`<?xml version="1.0" encoding="${encoding}"?><d n="`);
    for (const bytes of [
      Buffer.concat([declared('UTF-8'), Buffer.from([0xf6, 0x22])]),
      Buffer.concat([declared('shift_jis'), Buffer.from([0x81, 0x22])]),
      Buffer.concat([declared('x-nobody-knows'), Buffer.from([0xf6, 0x22])]),
      Buffer.from([0xff, 0xfe, 0x00, 0xd8]),
    ]) {
      assert.equal(codeOf(await upload().type('application/xml').send(bytes)), '400 malformed-request');
    }
  });

  it('keeps nothing of a path in a file name', async () => {
    for (const name of ['../../etc/passwd', '..\\..\\passwd', '/etc/passwd', 'C:\\x\\passwd']) {
      await upload()
        .type('multipart/form-data; boundary=b')
        .send(part(`filename="${name.replaceAll('\\', '\\\\')}"`, '<a/>'));
      assert.equal(resources()?.[0]?.name, 'passwd', name);
    }
    const control = await upload().send({ resources: [{ name: 'a\u0001', content: xml }] });
    assert.equal(codeOf(control), '400 validation-failed');
    assert.equal(
      codeOf(await upload().send({ resources: [{ name: '../a', content: xml }] })),
      '400 validation-failed',
    );
  });

  it('reads file names in UTF-8', async () => {
    await upload().attach('f', Buffer.from(xml), 'größe.bpmn');
    assert.equal(resources()?.[0]?.name, 'größe.bpmn');
  });

  it('has the same fingerprint whatever the boundary is', async () => {
    for (const boundary of ['b', 'c']) {
      await upload()
        .set('Idempotency-Key', 'k')
        .type(`multipart/form-data; boundary=${boundary}`)
        .send(part('filename="a.bpmn"', '<a/>', boundary));
    }
    const [first, second] = deployed.map(({ context }) => context.idempotency?.fingerprint);
    assert.match(first ?? '', /^[\da-f]{64}$/);
    assert.equal(first, second);
  });

  it('is refused when it holds fields, too many files, or too many bytes', async () => {
    assert.equal(codeOf(await upload().field('deployment-name', 'x')), '400 malformed-request');
    const many = upload();
    for (let index = 0; index < 101; index += 1) void many.attach('f', Buffer.from('x'), `${index}.bpmn`);
    assert.equal(codeOf(await many), '413 payload-too-large');
    assert.equal(
      codeOf(await upload().attach('f', Buffer.alloc(100_001, 'x'), 'a.bpmn')),
      '413 payload-too-large',
    );
    assert.deepEqual(deployed, []);
  });

  it('is refused when it is malformed, empty, or not UTF-8', async () => {
    const multipart = (body: string) => upload().type('multipart/form-data; boundary=b').send(body);
    assert.equal(
      codeOf(await multipart('--b\r\nContent-Disposition: form-data; name="f"; filename="a"\r\n\r\nx')),
      '400 malformed-request',
    );
    assert.equal(codeOf(await multipart('nonsense')), '400 malformed-request');
    assert.equal(codeOf(await multipart('--b--\r\n')), '400 validation-failed');
    assert.equal(codeOf(await upload().type('multipart/form-data').send('x')), '400 malformed-request');
    assert.equal(
      codeOf(await upload().attach('f', Buffer.from([0xff, 0xff]), 'a.bpmn')),
      '400 malformed-request',
    );
    assert.equal(codeOf(await upload().attach('f', Buffer.from(''), 'a.bpmn')), '400 validation-failed');
    assert.equal(
      codeOf(
        await upload()
          .type('application/xml')
          .send(Buffer.from([0xff])),
      ),
      '400 malformed-request',
    );
  });

  it('leaves the server well when the caller goes in the middle', async () => {
    await new Promise<void>((resolve) => {
      const socket = connect(server.port, '127.0.0.1', () => {
        socket.write(
          'POST /v1/deployments HTTP/1.1\r\nHost: localhost\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: 5000\r\n\r\n--b\r\nContent-Disposition: form-data; name="f"; filename="a"\r\n\r\nx',
          () => socket.destroy(),
        );
      });
      socket.on('close', () => resolve());
    });
    assert.equal((await request(server.url).get('/healthz')).status, 200);
    assert.deepEqual(deployed, []);
  });
});

function part(disposition: string, content: string, boundary = 'b'): string {
  return `--${boundary}\r\nContent-Disposition: form-data; name="f"; ${disposition}\r\n\r\n${content}\r\n--${boundary}--\r\n`;
}
