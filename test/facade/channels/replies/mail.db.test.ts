import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { describe, it } from 'mocha';
import request from 'supertest';
import { listElementInstances } from '../../../../src/contract/process-instance-history.js';
import {
  getProcessInstance,
  getVariables,
  searchProcessInstances,
} from '../../../../src/contract/process-instances.js';
import { createLogger } from '../../../../src/platform/logger.js';
import { call } from '../../../support/contract-client.js';
import { deployed, started, useServer } from '../../use-server.js';
import { codeOf, openChannel } from '../phone.js';
import { callback, letters, unassigned, voice } from '../support-models.js';
import { bpmn } from '../../../support/bpmn-builder.js';

const secret = Buffer.from('a secret of the mail provider, long');
const mailPath = '/channels/mail/helpdesk';
const lines: string[] = [];

const letter = {
  messageId: '<1@example.org>',
  from: 'Ada Example <Ada@example.org>',
  subject: 'Re: [#C-1] Your case',
  text: 'It still does not work.\n\n> Has it helped?\n',
  attachments: [{ name: 'error.png', type: 'image/png', size: 20 }],
};

describe('mails', () => {
  const server = useServer({
    channels: [
      openChannel('mail'),
      openChannel('mail', { id: 'signed', signing: { scheme: 'standard-webhooks', secret } }),
    ],
    logger: createLogger({ level: 'info' }, { write: (line) => lines.push(line) }),
  });
  const post = (body: object, headers: Readonly<Record<string, string>> = {}, path = mailPath) =>
    request(server().url).post(path).set(headers).send(body);
  const taken = async (body: object): Promise<unknown> => {
    const answer = await post(body);
    assert.equal(answer.status, 202, answer.text);
    await server().atRest();
    return answer.body as unknown;
  };
  /** A mail of which the server has the header fields. */
  const unfinishedMail = async (length: number) => {
    const headers = { 'content-type': 'application/json', 'content-length': length, expect: '100-continue' };
    const opened = httpRequest(`${server().url}${mailPath}`, { method: 'POST', headers });
    const answer = once(opened, 'response').then(([message]) => message as IncomingMessage);
    opened.flushHeaders();
    await once(opened, 'continue');
    return { request: opened, answer };
  };
  const waitsAt = async (processInstanceId: string): Promise<readonly string[]> => {
    await server().atRest();
    const { items } = await call(server(), listElementInstances, 200, { params: { processInstanceId } });
    return items.filter(({ state }) => state === 'active').map(({ elementId }) => elementId);
  };
  const variablesOf = async (processInstanceId: string) =>
    (await call(server(), getVariables, 200, { params: { processInstanceId } })).variables;
  const startLetters = (caseNumber: string, more: object = {}) =>
    started(server(), 'letters', { businessKey: caseNumber, variables: { caseNumber, ...more } });
  const startCallback = (caseNumber: string, more: object = {}) =>
    started(server(), 'callback', {
      businessKey: caseNumber,
      variables: { caseNumber, name: 'Ada', ...more },
    });

  it('with a case number become the message that the journey waits for', async () => {
    await deployed(server(), letters);
    const id = await startLetters('C-1');
    assert.deepEqual(await taken(letter), { assigned: true, outcome: 'correlated', duplicate: false });
    assert.deepEqual(await waitsAt(id), ['read']);
    const { channel, from, subject, text, attachments } = await variablesOf(id);
    assert.deepEqual(
      { channel, from, subject, text, attachments },
      {
        channel: 'mail',
        from: 'Ada@example.org',
        subject: letter.subject,
        text: letter.text,
        attachments: letter.attachments,
      },
    );
  });

  it('are known by a case number in the text, in brackets or in one of the forms of the channel', async () => {
    await deployed(server(), letters);
    for (const [caseNumber, subject, text] of [
      ['C-11', 'Help', 'my case is c-11.'],
      ['A-12', 'RE: A-12, again', ''],
      ['order 7/x', 'Help', 'see [# order 7/x ]'],
      ['C-14', 'about [C-14]', 'hello'],
    ] as const) {
      const id = await startLetters(caseNumber);
      await taken({ ...letter, messageId: `<${caseNumber}@x>`, subject, text });
      assert.deepEqual(await waitsAt(id), ['read'], caseNumber);
    }
  });

  it('are known by their sender, as business key or variable, in capitals or not', async () => {
    await deployed(server(), letters);
    const byVariable = await startLetters('C-1', { email: 'ada@example.org' });
    const byKey = await started(server(), 'letters', {
      businessKey: 'bea@example.org',
      variables: { caseNumber: 'bea@example.org' },
    });
    await taken({ ...letter, subject: 'Help' });
    await taken({ messageId: '<2@x>', from: 'BEA@example.org', subject: 'Help', text: 'me' });
    assert.deepEqual([await waitsAt(byVariable), await waitsAt(byKey)], [['read'], ['read']]);
  });

  it('are a choice when their first line says one, and keep what else was written', async () => {
    await deployed(server(), callback);
    for (const [caseNumber, text, element] of [
      ['C-1', '1', 'rate'],
      ['C-2', '\r\n  Yes!  \r\n\r\nThanks a lot\r\n> 2', 'rate'],
      ['C-3', '> quoted before\nagent', 'help'],
    ] as const) {
      const id = await startCallback(caseNumber);
      const answer = await taken({ ...letter, messageId: `<${caseNumber}>`, subject: caseNumber, text });
      assert.deepEqual(answer, { assigned: true, outcome: 'chosen', duplicate: false }, text);
      assert.deepEqual(await waitsAt(id), [element], text);
      const { reply, solved } = await variablesOf(id);
      assert.equal((reply as { text: string }).text, text);
      assert.equal(solved, element === 'rate' ? true : undefined);
    }
  });

  it('that are no choice are kept for who takes them', async () => {
    await deployed(server(), callback, letters);
    const id = await startCallback('C-1');
    const answer = await taken({ ...letter, text: 'not solved' });
    assert.deepEqual(answer, { assigned: true, outcome: 'buffered', duplicate: false });
    assert.deepEqual(await waitsAt(id), ['ask']);
    assert.deepEqual(await waitsAt(await startLetters('C-1')), ['read']);
  });

  it('are taken once by their Message-ID, also two at once', async () => {
    await deployed(server(), letters, callback);
    const id = await startCallback('C-1');
    const answers = await Promise.all(Array.from({ length: 6 }, () => post({ ...letter, text: 'yes' })));
    for (const { status, body } of answers) {
      assert.deepEqual([status, (body as { outcome: unknown }).outcome], [202, 'chosen']);
    }
    const again = await taken({ ...letter, text: '1' });
    assert.deepEqual(again, { assigned: true, outcome: 'chosen', duplicate: true });
    assert.deepEqual(await waitsAt(id), ['rate']);
    const { items } = await server().runtime.queries.history('default', id, { limit: 100 });
    assert.equal(items.filter(({ command }) => command === 'correlateMessage').length, 1);
  });

  it('without, or with an unknown case number are kept and can be picked up', async () => {
    lines.length = 0;
    await deployed(server(), letters);
    const other = await startLetters('C-2', { email: 'ada@example.org' });
    const unknown = await taken({ ...letter, subject: 'Re: [#C-404]' });
    const stranger = await taken({ ...letter, messageId: '<2>', from: 'eve@example.org', subject: 'Hi' });
    assert.deepEqual(unknown, { assigned: false, outcome: 'buffered', duplicate: false });
    assert.deepEqual(stranger, { assigned: false, outcome: 'buffered', duplicate: false });
    assert.deepEqual(await waitsAt(other), ['wait']);
    assert.match(lines.join(''), /"reason":"unknown-case-number".*belongs to no journey/);
    assert.match(lines.join(''), /"reason":"unknown-sender"/);
    assert.doesNotMatch(lines.join(''), /example\.org|C-404|still does not work/);

    const pickUp = bpmn('pick-up')
      .startEvent('s')
      .receiveTask('wait', { message: { name: 'unassigned-mail', correlationKey: '=sender' } })
      .userTask('read')
      .endEvent('e');
    await deployed(server(), pickUp);
    const id = await started(server(), 'pick-up', { variables: { sender: 'ada@example.org' } });
    assert.deepEqual(await waitsAt(id), ['read']);
    const { reason, caseNumber, text } = await variablesOf(id);
    assert.deepEqual([reason, caseNumber, text], ['unknown-case-number', 'C-404', letter.text]);
  });

  it('that belong to no journey start one where a process wants them', async () => {
    await deployed(server(), unassigned);
    const answer = await taken({ ...letter, subject: 'Hello' });
    assert.deepEqual(answer, { assigned: false, outcome: 'started', duplicate: false });
    const { items } = await call(server(), searchProcessInstances, 200, {
      body: { filter: { bpmnProcessId: 'unassigned' } },
    });
    assert.equal(items[0]?.businessKey, 'ada@example.org');
    await taken({ ...letter, subject: 'Hello' });
    const again = await call(server(), searchProcessInstances, 200, { body: {} });
    assert.equal(again.page.totalItems, 1, 'the same mail starts one');
  });

  it('of somebody else do not move a journey that says who its person is', async () => {
    await deployed(server(), callback);
    const id = await startCallback('C-1', { email: 'ada@example.org' });
    const foreign = await taken({ ...letter, from: 'eve@example.org', text: 'yes' });
    assert.deepEqual(foreign, { assigned: false, outcome: 'buffered', duplicate: false });
    assert.deepEqual(await waitsAt(id), ['ask']);
    await taken({ ...letter, messageId: '<2>', text: 'yes' });
    assert.deepEqual(await waitsAt(id), ['rate']);
  });

  it('are known by an address inside of a variable, and are not those of somebody else', async () => {
    await deployed(server(), callback);
    const id = await startCallback('C-1', { customer: { email: 'ada@example.org' } });
    const foreign = await taken({ ...letter, from: 'eve@example.org', text: 'yes' });
    assert.deepEqual(foreign, { assigned: false, outcome: 'buffered', duplicate: false });
    assert.deepEqual(await waitsAt(id), ['ask']);
    await taken({ ...letter, messageId: '<2>', subject: 'Help', text: 'yes' });
    assert.deepEqual(await waitsAt(id), ['rate']);
  });

  it('of somebody with several journeys are kept rather than guessed at', async () => {
    await deployed(server(), callback);
    const ids = [
      await startCallback('C-1', { email: 'ada@example.org' }),
      await startCallback('C-2', { email: 'ada@example.org' }),
    ];
    const answer = await taken({ ...letter, subject: 'Hello', text: 'yes' });
    assert.deepEqual(answer, { assigned: false, outcome: 'buffered', duplicate: false });
    for (const id of ids) assert.deepEqual(await waitsAt(id), ['ask']);
  });

  it('for a journey that has ended are kept', async () => {
    await deployed(server(), bpmn('short').startEvent('s').endEvent('e'));
    const id = await started(server(), 'short', { businessKey: 'C-1' });
    const answer = await taken(letter);
    assert.deepEqual(answer, { assigned: false, outcome: 'buffered', duplicate: false });
    const { state } = await call(server(), getProcessInstance, 200, { params: { processInstanceId: id } });
    assert.equal(state, 'completed');
  });

  it('that fit two steps of a journey are left to the process', async () => {
    const model = bpmn('two')
      .startEvent('s')
      .parallelGateway('g')
      .userTask('a', { name: 'A', ...voice('', 'words="yes"') })
      .at('g')
      .userTask('b', { name: 'B', ...voice('', 'words="yes"') });
    await deployed(server(), model);
    const id = await started(server(), 'two', { businessKey: 'C-1' });
    assert.deepEqual(await taken({ ...letter, text: 'yes' }), {
      assigned: true,
      outcome: 'buffered',
      duplicate: false,
    });
    assert.deepEqual(await waitsAt(id), ['a', 'b']);
  });

  it('are read from the web hooks of Postmark, Mailgun and SendGrid', async () => {
    await deployed(server(), letters);
    const postmark = await startLetters('C-1');
    await taken({
      FromName: 'Ada',
      From: 'ada@example.org',
      FromFull: { Email: 'ada@example.org', Name: 'Ada' },
      Subject: 'Re: [#C-1]',
      MessageID: '22c74902-a0c1-4511-804f2-341342852c90',
      TextBody: 'postmark',
      Attachments: [{ Name: 'a.txt', Content: 'aGVsbG8h', ContentType: 'text/plain', ContentLength: 6 }],
    });
    const mailgun = await startLetters('C-2');
    const form = { sender: 'ada@example.org', subject: 'C-2', 'body-plain': 'mailgun', 'Message-Id': '<mg>' };
    const posted = await request(server().url).post(mailPath).type('form').send(form);
    assert.equal(posted.status, 202);
    const sendgrid = await startLetters('C-3');
    const multipart = await request(server().url)
      .post(mailPath)
      .field({ from: 'Ada <ada@example.org>', subject: '[#C-3]', text: 'sendgrid' })
      .attach('attachment1', Buffer.alloc(1_000), { filename: 'b.bin', contentType: 'application/pdf' });
    assert.equal(multipart.status, 202);
    const found = [];
    for (const id of [postmark, mailgun, sendgrid]) {
      const { from, text, attachments } = await variablesOf(id);
      found.push({ from, text, attachments });
    }
    assert.deepEqual(found, [
      {
        from: 'ada@example.org',
        text: 'postmark',
        attachments: [{ name: 'a.txt', type: 'text/plain', size: 6 }],
      },
      { from: 'ada@example.org', text: 'mailgun', attachments: [] },
      {
        from: 'ada@example.org',
        text: 'sendgrid',
        attachments: [{ name: 'b.bin', type: 'application/pdf', size: 1_000 }],
      },
    ]);
  });

  it('with an attachment of 20 MB are taken; of the attachment its name, type and size', async function large() {
    this.timeout(60_000);
    await deployed(server(), letters);
    const id = await startLetters('C-1');
    const multipart = await request(server().url)
      .post(mailPath)
      .field({ from: 'ada@example.org', subject: '[#C-1]', text: 'see the film' })
      .attach('film', Buffer.alloc(20 * 1024 * 1024), 'film.mp4');
    assert.equal(multipart.status, 202);
    const { attachments } = await variablesOf(id);
    assert.deepEqual(attachments, [{ name: 'film.mp4', type: 'video/mp4', size: 20 * 1024 * 1024 }]);
  });

  it('with long texts lose no journey, and the text is cut off', async () => {
    await deployed(server(), letters);
    const id = await startLetters('C-1');
    await taken({ ...letter, text: `${'x'.repeat(99_999)}\u{1F600}y`, subject: `C-1 ${'s'.repeat(5_000)}` });
    const { text, subject, textCutOff } = await variablesOf(id);
    assert.deepEqual([String(text).length, String(subject).length, textCutOff], [100_000, 1_000, true]);
    assert.ok(String(text).endsWith('\ufffd'));
  });

  it('may hold anything', async () => {
    await deployed(server(), letters);
    for (const [index, odd] of [
      { messageId: 'x'.repeat(5_000) },
      { messageId: 'a\0b\ud800' },
      { messageId: 7, from: { address: 'ada@example.org' } },
      { from: '<<<>' },
      { from: 'x'.repeat(5_000) },
      { from: null, subject: null },
      { attachments: 'none', text: ['x'] },
      { attachments: [null, 1, {}, { name: {}, size: -1 }] },
      { subject: `${'[#'.repeat(20_000)}`, text: `${'C-'.repeat(20_000)}1` },
      { __proto__x: 1, html: `<p>${'<'.repeat(10_000)}`, text: undefined },
    ].entries()) {
      const answer = await post({ ...letter, messageId: `<${index}>`, ...odd });
      assert.equal(answer.status, 202, `${index}: ${answer.text}`);
    }
  });

  it('without sender and words, or that are no mail, are refused', async () => {
    assert.equal(codeOf(await post({})), '400 validation-failed');
    assert.equal(codeOf(await post({ messageId: '<1>' })), '400 validation-failed');
    assert.equal(codeOf(await post([])), '400 validation-failed');
    const broken = await request(server().url).post(mailPath).type('json').send('{');
    assert.equal(codeOf(broken), '400 malformed-json');
    const cut = await request(server().url)
      .post(mailPath)
      .type('multipart/form-data; boundary=b')
      .send('--b\r\nContent-Disposition: form-data; name="a"\r\n\r\nx');
    assert.equal(codeOf(cut), '400 malformed-request');
    const noBoundary = await request(server().url).post(mailPath).type('multipart/form-data').send('x');
    assert.equal(codeOf(noBoundary), '400 malformed-request');
    assert.equal(
      codeOf(await request(server().url).post(mailPath).type('text').send('x')),
      '415 unsupported-media-type',
    );
    assert.equal(codeOf(await post(letter, {}, '/channels/mail/other')), '404 not-found');
  });

  it('are refused with 413 beyond the limit, and the server goes on', async function large() {
    this.timeout(60_000);
    const answer = await request(server().url)
      .post(mailPath)
      .type('json')
      .send(`{"text":"${'x'.repeat(33 * 1024 * 1024)}"}`);
    assert.equal(codeOf(answer), '413 payload-too-large');
    assert.equal(codeOf(await post(letter)), '202');
  });

  it('are all taken when many come at once', async function many() {
    this.timeout(60_000);
    await deployed(server(), letters);
    const cases = Array.from({ length: 24 }, (_, index) => `C-${100 + index}`);
    const ids: string[] = [];
    for (const caseNumber of cases) ids.push(await startLetters(caseNumber));
    const attachments = [{ name: 'film.mp4', type: 'video/mp4', content: 'x'.repeat(1_000_000) }];
    const answers = await Promise.all(
      cases.map((subject) => post({ ...letter, messageId: `<${subject}>`, subject, attachments })),
    );
    for (const answer of answers) assert.equal(answer.status, 202, answer.text);
    for (const id of ids) assert.deepEqual(await waitsAt(id), ['read']);
  });

  it('are sent away for a moment when eight are being read that do not come to an end', async () => {
    const body = JSON.stringify(letter);
    const opened = await Promise.all(Array.from({ length: 8 }, () => unfinishedMail(body.length)));
    const ninth = await unfinishedMail(body.length);
    let refused: IncomingMessage | undefined;
    void ninth.answer.then((answer) => (refused = answer));
    while (refused === undefined) {
      await server().clock.advanceAsync(20_000);
      await new Promise(setImmediate);
    }
    assert.equal(refused.statusCode, 429);
    assert.match(String(refused.headers['retry-after']), /^\d+$/);
    ninth.request.destroy();
    for (const unfinished of opened) unfinished.request.end(body);
    for (const { answer } of opened) assert.equal((await answer).statusCode, 202);
    assert.equal(codeOf(await post(letter)), '202');
  });

  it('of a channel with a secret need the signature of the web hook', async () => {
    await deployed(server(), letters);
    const id = await startLetters('C-1');
    const body = JSON.stringify(letter);
    const send = (headers: Readonly<Record<string, string>>) =>
      request(server().url).post('/channels/mail/signed').type('json').set(headers).send(body);
    const now = server().clock.now() / 1_000;
    const signed = (timestamp: number, text = body) => ({
      'webhook-id': 'msg_1',
      'webhook-timestamp': String(timestamp),
      'webhook-signature': `v1,${createHmac('sha256', secret).update(`msg_1.${timestamp}.${text}`).digest('base64')}`,
    });
    for (const headers of [
      {},
      signed(now - 301),
      signed(now + 301),
      signed(now, '{}'),
      { ...signed(now), 'webhook-id': 'x' },
    ]) {
      assert.equal(codeOf(await send(headers)), '403 forbidden');
    }
    assert.deepEqual(await waitsAt(id), ['wait']);
    assert.equal(codeOf(await send(signed(now))), '202');
    assert.deepEqual(await waitsAt(id), ['read']);
  });
});
