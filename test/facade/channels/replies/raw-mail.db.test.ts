import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import request from 'supertest';
import { listElementInstances } from '../../../../src/contract/process-instance-history.js';
import { getVariables } from '../../../../src/contract/process-instances.js';
import { call } from '../../../support/contract-client.js';
import { deployed, started, useServer } from '../../use-server.js';
import { codeOf, openChannel } from '../phone.js';
import { letters } from '../support-models.js';

const mailPath = '/channels/mail/helpdesk';
const head = (more: readonly string[] = []) => [
  'Received: from mx.example.org by mail.example.org; Thu, 1 Jan 2026 00:00:00 +0000',
  'From: =?utf-8?q?Ad=C3=A4?= <ada@example.org>',
  'To: help@example.org',
  'Subject: =?utf-8?q?Re=3A_=5B=23C-1=5D_gr=C3=BC=C3=9Fe?=',
  'Date: Thu, 1 Jan 2026 00:00:00 +0000',
  'Message-ID: <raw-1@example.org>',
  'MIME-Version: 1.0',
  ...more,
];
const plain = (text: string, more: readonly string[] = ['Content-Type: text/plain; charset=utf-8']) =>
  [...head(more), '', text, ''].join('\r\n');

/** Text and one attachment of that many bytes. */
function withAttachment(bytes: number): string {
  const line = `${'A'.repeat(76)}\r\n`;
  const encoded = line.repeat(Math.ceil(bytes / 57));
  return [
    ...head(['Content-Type: multipart/mixed; boundary="b"']),
    '',
    '--b',
    'Content-Type: text/plain; charset=utf-8',
    'Content-Transfer-Encoding: quoted-printable',
    '',
    'gr=C3=BC=C3=9Fe',
    '--b',
    'Content-Type: application/pdf; name="scan.pdf"',
    'Content-Disposition: attachment; filename="scan.pdf"',
    'Content-Transfer-Encoding: base64',
    '',
    `${encoded}--b--`,
    '',
  ].join('\r\n');
}

describe('raw mails', () => {
  const server = useServer({ channels: [openChannel('mail')] });
  const post = (raw: string | Buffer) =>
    request(server().url).post(mailPath).set('content-type', 'message/rfc822').send(raw);
  const startCase = () =>
    started(server(), 'letters', { businessKey: 'C-1', variables: { caseNumber: 'C-1' } });
  const waitsAt = async (processInstanceId: string): Promise<readonly string[]> => {
    await server().atRest();
    const { items } = await call(server(), listElementInstances, 200, { params: { processInstanceId } });
    return items.filter(({ state }) => state === 'active').map(({ elementId }) => elementId);
  };
  const variablesOf = async (processInstanceId: string) =>
    (await call(server(), getVariables, 200, { params: { processInstanceId } })).variables;

  it('are decoded and taken once', async () => {
    await deployed(server(), letters);
    const id = await startCase();
    const first = await post(plain('Hällo'));
    assert.deepEqual(
      [first.status, first.body],
      [202, { assigned: true, outcome: 'correlated', duplicate: false }],
    );
    const again = await post(plain('Hällo'));
    assert.deepEqual(again.body, { assigned: true, outcome: 'correlated', duplicate: true });
    assert.deepEqual(await waitsAt(id), ['read']);
    const { from, subject, text } = await variablesOf(id);
    assert.deepEqual([from, subject, String(text).trim()], ['ada@example.org', 'Re: [#C-1] grüße', 'Hällo']);
  });

  it('with HTML alone come as its words', async () => {
    await deployed(server(), letters);
    const id = await startCase();
    const html = '<style>p{}</style><p>It &amp; me</p><script>alert(1)</script><div>bye&#33;</div>';
    await post(plain(html, ['Content-Type: text/html; charset=utf-8']));
    assert.equal((await variablesOf(id))['text'], 'It & me\n\nbye!');
  });

  it('with an attachment of 20 MB are taken; of the attachment its name, type and size', async function large() {
    this.timeout(60_000);
    await deployed(server(), letters);
    const id = await startCase();
    const bytes = 20 * 1024 * 1024;
    const answer = await post(withAttachment(bytes));
    assert.equal(answer.status, 202);
    const { text, attachments } = await variablesOf(id);
    assert.equal(String(text).trim(), 'grüße');
    const size = Math.ceil(bytes / 57) * 57;
    assert.deepEqual(attachments, [{ name: 'scan.pdf', type: 'application/pdf', size }]);
  });

  it('with an attachment of 30 MB are refused with 413', async function large() {
    this.timeout(60_000);
    assert.equal(codeOf(await post(withAttachment(30 * 1024 * 1024))), '413 payload-too-large');
  });

  it('without Message-ID are told by their content', async () => {
    await deployed(server(), letters);
    await startCase();
    const anonymous = plain('Hello').replace(/Message-ID:.*\r\n/, '');
    const outcomes = [await post(anonymous), await post(anonymous), await post(`${anonymous}more`)];
    assert.deepEqual(
      outcomes.map(({ body }) => (body as { duplicate: boolean }).duplicate),
      [false, true, false],
    );
  });

  it('that are none are refused, never with 5xx', async () => {
    assert.equal(codeOf(await post('')), '400 validation-failed');
    assert.equal(codeOf(await post('\r\n\r\n')), '400 validation-failed');
    assert.equal(codeOf(await post(Buffer.from([0, 255, 254, 1, 2, 3]))), '400 validation-failed');
    const parts = '--b\r\nContent-Type: image/png\r\n\r\nx\r\n'.repeat(100_000);
    const crowded = await post(
      [...head(), 'Content-Type: multipart/mixed; boundary=b', '', parts].join('\r\n'),
    );
    assert.equal(codeOf(crowded), '400 validation-failed');
    const nested = Array.from(
      { length: 300 },
      (_, n) => `Content-Type: multipart/mixed; boundary=b${n}\r\n\r\n--b${n}\r\n`,
    );
    assert.match(codeOf(await post([...head(), nested.join('')].join('\r\n'))), /^(202|400)/);
  });
});
