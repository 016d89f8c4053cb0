import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { createEmailAdapter } from '../../../src/adapters/email/email-adapter.js';
import type { MailTransport } from '../../../src/adapters/email/mail-transport.js';
import { createSmtpTransport } from '../../../src/adapters/email/smtp-transport.js';
import { taskHeaderNames } from '../../../src/adapters/email/task-headers.js';
import { readAnswer } from '../../../src/client/worker/read-answer.js';
import type { Job, JobResult, Variables } from '../../../src/jobs/job-handler.js';
import { silentLogger } from '../../../src/platform/logger.js';
import { parseSmtpUrl } from '../../../src/platform/smtp-url.js';
import { FakeClock } from '../../support/fake-clock.js';
import { localhostCertificate } from '../../support/localhost-certificate.js';
import { freePort } from '../../support/services/temporary-server.js';
import { type ReceivedMail, startSmtpServer, type TestSmtpServer } from '../../support/smtp-server.js';

type Headers = Readonly<Record<string, string>>;

const from = { name: 'Help "desk", Ünited', address: 'help@example.org' };
const plain: Headers = { to: 'ada@example.org', subject: 'Hello', text: 'Good morning.' };

describe('e-mail adapter', () => {
  let clock: FakeClock;
  let server: TestSmtpServer;
  let transport: MailTransport;

  beforeEach(async () => {
    clock = new FakeClock();
    await use(await startSmtpServer());
  });

  afterEach(() => server.stop());

  async function use(next: TestSmtpServer, url = `smtp://127.0.0.1:${next.port}`): Promise<void> {
    if (server !== undefined && server !== next) await server.stop();
    server = next;
    transport = transportTo(url);
  }

  function transportTo(url: string, timeoutMs?: number): MailTransport {
    return createSmtpTransport({
      server: parseSmtpUrl(url),
      clock,
      ca: localhostCertificate.cert,
      ...(timeoutMs === undefined ? {} : { timeoutMs }),
    });
  }

  async function run(
    headers: Headers,
    variables: Variables = {},
    { signal = new AbortController().signal, jobId = 'job-1' } = {},
  ): Promise<JobResult> {
    const { handler } = createEmailAdapter({ transport, from, clock });
    const job: Job = {
      jobId,
      type: 'email',
      retries: 3,
      variables,
      customHeaders: { ...plain, ...headers },
      elementId: 'task',
      elementInstanceId: 'element-1',
      processInstanceId: 'instance-1',
      processDefinitionId: 'definition-1',
      bpmnProcessId: 'process',
      businessKey: 'C-7',
      deadline: 0,
      fence: 1,
    };
    return readAnswer(await handler(job, { signal, idempotencyKey: jobId, logger: silentLogger }));
  }

  async function sent(headers: Headers, variables: Variables = {}): Promise<ReceivedMail> {
    assert.deepEqual(await run(headers, variables), { kind: 'complete' });
    const [mail, ...others] = server.received;
    assert(
      mail !== undefined && others.length === 0,
      `expected one e-mail but found ${server.received.length}`,
    );
    return mail;
  }

  /** Expects a failure that is not tried again, and nothing to have been sent. */
  async function refuses(headers: Headers, variables: Variables, message: RegExp): Promise<void> {
    const result = await run(headers, variables);
    assert(result.kind === 'fail', JSON.stringify(result));
    assert.equal(result.retry, false);
    assert.match(result.errorMessage, message);
    assert.equal(server.received.length, 0);
  }

  describe('the message', () => {
    it('goes to the recipient, from the configured sender', async () => {
      const mail = await sent({});
      assert.deepEqual([mail.from, mail.to], ['help@example.org', ['ada@example.org']]);
      assert.deepEqual(
        [mail.header('to'), mail.header('subject'), mail.text],
        ['ada@example.org', 'Hello', 'Good morning.\r\n'],
      );
      assert.match(mail.header('from'), /^"?Help .*<help@example\.org>$/);
      assert.equal(mail.header('date'), 'Thu, 01 Jan 2026 00:00:00 +0000');
      assert.equal(mail.header('auto-submitted'), 'auto-generated');
      assert.equal(mail.html, undefined);
    });

    it('has values of variables and of the job in every field', async () => {
      const mail = await sent(
        {
          to: '{{variables.customer.name}} <{{variables.customer.email}}>',
          cc: 'Team <team@example.org>, {{variables.others}}',
          replyTo: 'case-{{job.businessKey}}@example.org',
          subject: '[{{job.businessKey}}] {{variables.count}} answers',
          text: 'Dear {{variables.customer.name}}, {{job.idempotencyKey}} {{variables.isNew}}',
          html: '<p title="{{variables.customer.name}}">{{variables.customer.name}}</p>',
        },
        {
          customer: { name: 'Ada <b>, "Ex"', email: 'ada@example.org' },
          others: ['bob@example.org', 'cy@example.org'],
          count: 3,
          isNew: true,
        },
      );
      assert.deepEqual(mail.to, ['ada@example.org', 'team@example.org', 'bob@example.org', 'cy@example.org']);
      assert.match(mail.header('to'), /^"?Ada <b>, \\?"Ex\\?""? <ada@example\.org>$/);
      assert.equal(mail.header('cc'), 'Team <team@example.org>, bob@example.org, cy@example.org');
      assert.equal(mail.header('reply-to'), 'case-C-7@example.org');
      assert.equal(mail.header('subject'), '[C-7] 3 answers');
      assert.equal(mail.text, 'Dear Ada <b>, "Ex", job-1 true');
      const escaped = 'Ada &lt;b&gt;, &quot;Ex&quot;';
      assert.equal(mail.html, `<p title="${escaped}">${escaped}</p>`);
    });

    it('keeps every character of subject, names and text', async () => {
      const text = `Grüße 😀 日本語 – =?utf-8?Q?x?= ${'ü'.repeat(200)}\n.\n..\nFrom here\t\u0000end`;
      const mail = await sent(
        {
          to: '{{variables.name}} <ada@exämple.org>',
          subject: '{{variables.subject}}',
          text: '{{variables.text}}',
        },
        { name: 'Ünï "Q" Łódź', subject: `Grüße 😀 ${'日本語 '.repeat(30)}.`, text },
      );
      assert.equal(mail.header('subject'), `Grüße 😀 ${'日本語 '.repeat(30)}.`);
      assert.match(mail.header('to'), /^Ünï "Q" Łódź <ada@xn--exmple-cua\.org>$/);
      assert.equal(mail.text.replaceAll('\r\n', '\n').replace(/\n$/, ''), text);
      for (const line of mail.source.split('\r\n'))
        assert(Buffer.byteLength(line) <= 998, 'a line is too long');
    });

    it('may be large, up to a bound', async () => {
      const text = 'Wörter und noch mehr davon. '.repeat(30_000);
      const mail = await sent({ text: '{{variables.text}}' }, { text });
      assert.equal(mail.text.trim(), text.trim());
      const result = await run({ text: '{{variables.text}}' }, { text: 'x'.repeat(1_000_001) });
      assert(result.kind === 'fail' && result.retry === false);
      assert.match(result.errorMessage, /at most 1000000 characters in text but found 1000001/);
    });

    it('is the same message when it is sent again, and another for another job', async () => {
      const headers = { html: '<p>x</p>' };
      for (const jobId of ['job-1', 'job-1', 'job-2', 'job 3/ä']) await run(headers, {}, { jobId });
      const [first, again, other, odd] = server.received;
      assert.equal(first?.source, again?.source);
      assert.equal(first?.header('message-id'), '<job-1@example.org>');
      assert.equal(other?.header('message-id'), '<job-2@example.org>');
      assert.match(odd?.header('message-id') ?? '', /^<[0-9a-f]{32}@example\.org>$/);
    });

    it('looks at no value for placeholders', async () => {
      const mail = await sent({ text: '{{variables.text}}' }, { text: '{{job.businessKey}}' });
      assert.equal(mail.text.trim(), '{{job.businessKey}}');
    });
  });

  describe('the header', () => {
    const injected = 'x@example.org\r\nBcc: evil@example.org';
    for (const field of ['to', 'cc', 'replyTo', 'subject']) {
      for (const [what, value] of [
        ['a line end', injected],
        ['a lone carriage return', 'a\rb'],
        ['a lone line feed', 'a\nb'],
        ['a null', 'a\u0000b'],
        ['a next line', 'a\u0085b'],
        ['a line separator', 'a\u2028b'],
      ] as const) {
        it(`has no ${field} with ${what}`, async () => {
          const expected = new RegExp(
            `Expected the field ${field} to have no line ends and no control characters but found`,
          );
          const name = field === 'subject' ? '{{variables.x}}' : '{{variables.x}} <a@example.org>';
          await refuses({ [field]: name, 'errorCode.rejected': 'no' }, { x: value }, expected);
          await refuses({ [field]: '{{variables.x}}', 'errorCode.rejected': 'no' }, { x: value }, expected);
          if (field !== 'subject') {
            await refuses(
              { [field]: '{{variables.x}}', 'errorCode.rejected': 'no' },
              { x: [value] },
              expected,
            );
          }
          await refuses({ [field]: `${value} {{job.elementId}}` }, {}, new RegExp(field));
        });
      }
    }

    it('gets no recipient from data', async () => {
      const mail = await sent(
        { to: '{{variables.name}} <ada@example.org>' },
        { name: 'Ada <evil@example.org>, Eve <evil@example.org>' },
      );
      assert.deepEqual(mail.to, ['ada@example.org']);
      for (const value of ['a@b, evil@example.org', 'a@b;c@d', 'Ada <a@b>', 'a@b>', '"a,b"@c', 'a b@c']) {
        await assert.rejects(async () => {
          const result = await run({ to: '{{variables.to}}' }, { to: value });
          if (result.kind === 'fail') throw new Error(result.errorMessage);
        }, /Expected \{\{variables\.to\}\} in to to be an e-mail address but found text that is none/);
      }
      assert.equal(server.received.length, 1);
    });

    it('takes addresses of the model with names in quotes', async () => {
      const mail = await sent({ to: ' "Smith, J." <j@example.org> , <k@example.org>,l@example.org' });
      assert.deepEqual(mail.to, ['j@example.org', 'k@example.org', 'l@example.org']);
    });

    for (const to of ['a@b,', ',a@b', 'a@b <', 'Ann <a@b', '<a@b> x', '<>', 'a@b>', '"a@b', '<a><b@c>']) {
      it(`refuses the recipients ${to}`, () => refuses({ to }, {}, /Expected to to be addresses such as/));
    }

    it('has at most 50 recipients', async () => {
      const list = (count: number) => Array.from({ length: count }, (_, index) => `a${index}@example.org`);
      await refuses(
        { to: '{{variables.to}}', cc: 'x@example.org' },
        { to: list(50) },
        /at most 50 addresses .* found 51/,
      );
      assert.equal((await sent({ to: '{{variables.to}}' }, { to: list(50) })).to.length, 50);
    });
  });

  describe('a task that cannot be done', () => {
    for (const [what, headers, message] of [
      ['without a recipient', { to: ' ' }, /Expected a task header to but found none/],
      ['without a subject', { subject: '' }, /Expected a task header subject/],
      ['without a text', { text: '' }, /Expected a task header text/],
      [
        'with a header that is not known',
        { bcc: 'a@b' },
        /Expected task headers among to, cc, .* found "bcc"/,
      ],
      [
        'with a secret',
        { text: '{{secrets.KEY}}' },
        /Expected one of \{\{variables\.<name>\}\}, \{\{job\.<name>\}\} in text/,
      ],
      [
        'without a variable',
        { text: '{{variables.gone}}' },
        /Expected a variable for \{\{variables\.gone\}\} in text/,
      ],
      ['with an object for a text', { text: '{{variables.o}}' }, /in text to be text, .* found an object/],
      ['with several addresses for replies', { replyTo: 'a@b, c@d' }, /Expected one address in replyTo/],
      [
        'with a list of addresses for replies',
        { replyTo: '{{variables.list}}' },
        /Expected one address in replyTo/,
      ],
      ['with a long subject', { subject: 'x'.repeat(501) }, /at most 500 characters in subject/],
      ['with a value in a tag', { html: '<a {{variables.x}}>' }, /found it in a tag, outside quotes/],
      ['with a value for a tag', { html: '<{{variables.x}}>' }, /found it in a tag/],
      ['with a value without quotes', { html: '<a title={{variables.x}}>' }, /found it in a tag/],
      ['with a value in a comment', { html: '<!-- "> {{variables.x}}' }, /found it in a comment/],
      ['with a value in a script', { html: '<script>"{{variables.x}}"</script>' }, /found it in a script/],
      ['with a value in a style sheet', { html: '<style>\n{{variables.x}}' }, /found it in a style sheet/],
      [
        'with a value in a style',
        { html: '<p style="color: {{variables.x}}">' },
        /found it in the attribute style/,
      ],
      [
        'with a value that is run',
        { html: '<p onclick="{{variables.x}}">' },
        /found it in the attribute onclick/,
      ],
      [
        'with a link that is run',
        { html: '<a href="{{variables.script}}">' },
        /to be an http, https, mailto or tel link/,
      ],
    ] as const) {
      it(`is an incident at once ${what}`, () =>
        refuses(
          { ...headers },
          { x: 'x', o: {}, list: ['a@b', 'c@d'], script: 'javascript:alert(1)' },
          message,
        ));
    }
  });

  it('escapes values for where in HTML they stand', async () => {
    const html = [
      '<style>p { color: red }</style><script>1 < 2</script><!-- ok -->',
      `<a href="{{variables.link}}" title='{{variables.text}}'>1 < 2 {{variables.text}}</a>`,
      '<a href="https://example.org/?q={{variables.text}}#x">',
    ].join('\n');
    const mail = await sent({ html }, { link: 'https://example.org/?a=1&b="', text: `'"<&>/` });
    const text = '&#39;&quot;&lt;&amp;&gt;/';
    assert.equal(
      mail.html?.replaceAll('\r\n', '\n'),
      [
        '<style>p { color: red }</style><script>1 < 2</script><!-- ok -->',
        `<a href="https://example.org/?a=1&amp;b=&quot;" title='${text}'>1 < 2 ${text}</a>`,
        `<a href="https://example.org/?q='%22%3C%26%3E%2F#x">`,
      ].join('\n'),
    );
  });

  describe('what the mail server says', () => {
    const later = { code: 451, message: 'greylisted' };
    const never = { code: 550, message: 'no such mailbox' };

    it('later: the message is tried again', async () => {
      server.refusals = { message: () => later };
      assertFails(await run({ 'errorCode.rejected': 'x' }), undefined, /EMESSAGE: 451 .*greylisted/);
      server.refusals = { recipient: () => later };
      assertFails(await run({ 'errorCode.rejected': 'x' }), undefined, /451/);
    });

    it('never: an incident at once, or the BPMN error that the model names', async () => {
      for (const refusals of [{ message: () => never }, { recipient: () => never }]) {
        server.refusals = refusals;
        assertFails(await run({}), false, /EENVELOPE|EMESSAGE/);
        const result = await run({ 'errorCode.rejected': 'email-rejected' });
        assert(result.kind === 'error', JSON.stringify(result));
        assert.equal(result.errorCode, 'email-rejected');
        assert.match(result.errorMessage ?? '', /550 .*no such mailbox/);
      }
    });

    it('no for one of several: told as that, for good or not', async () => {
      const to = 'ada@example.org, bob@example.org';
      server.refusals = { recipient: (address) => (address.startsWith('bob') ? never : undefined) };
      assertFails(await run({ to }), false, /for all recipients but it did for 1 of 2: 550/);
      server.refusals = { recipient: (address) => (address.startsWith('bob') ? later : undefined) };
      assertFails(await run({ to }), undefined, /for 1 of 2: 451/);
      assert.deepEqual(
        server.received.map((mail) => mail.to),
        [['ada@example.org'], ['ada@example.org']],
      );
    });

    it('nothing within the time: tried again, and the connection is gone', async () => {
      const sockets: Socket[] = [];
      const silent = createServer((socket) => sockets.push(socket.on('error', () => {})));
      await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
      const address = silent.address();
      assert(typeof address === 'object' && address !== null);
      transport = transportTo(`smtp://127.0.0.1:${address.port}`, 3_000);
      const running = run({ 'errorCode.rejected': 'x' });
      while (sockets.length === 0) await new Promise((resolve) => setImmediate(resolve));
      clock.advance(3_000);
      assertFails(await running, undefined, /has not taken the message within 3000 ms/);
      await new Promise((resolve) => sockets[0]?.once('close', resolve).resume());
      await new Promise((resolve) => silent.close(resolve));
      assert.equal(clock.pendingTimers, 0);
    });

    it('nothing, as the job is interrupted: the attempt ends', async () => {
      const controller = new AbortController();
      controller.abort();
      assertFails(await run({}, {}, { signal: controller.signal }), undefined, /EABORT/);
      assert.equal(server.received.length, 0);
    });

    it('nothing, as nobody listens: tried again', async () => {
      transport = transportTo(`smtp://127.0.0.1:${await freePort()}`);
      assertFails(await run({ 'errorCode.rejected': 'x' }), undefined, /ECONNREFUSED/);
    });

    it('that it is busy: tried again; that it does not want us: an incident', async () => {
      for (const [code, retry] of [
        [421, undefined],
        [554, false],
      ] as const) {
        const onConnect = (_session: unknown, done: (error: Error) => void) =>
          done(Object.assign(new Error('go away'), { responseCode: code }));
        await use(await startSmtpServer({ onConnect }));
        assertFails(await run({ 'errorCode.rejected': 'x' }), retry, /go away/);
      }
    });
  });

  describe('TLS and passwords', () => {
    const withoutTls = { disabledCommands: ['STARTTLS'], allowInsecureAuth: true };

    it('is used when the server offers it', async () => {
      assert.equal((await sent({})).secure, true);
    });

    it('is not needed when the server does not offer it', async () => {
      await use(await startSmtpServer(withoutTls));
      assert.equal((await sent({})).secure, false);
    });

    it('is insisted on by ?tls=required: nothing is sent without it', async () => {
      const next = await startSmtpServer(withoutTls);
      await use(next, `smtp://127.0.0.1:${next.port}?tls=required`);
      const result = await run({ 'errorCode.rejected': 'x' });
      assertFails(result, false, /ETLS/);
      assert.equal(server.received.length, 0);
    });

    it('is used from the start by smtps', async () => {
      const next = await startSmtpServer({ secure: true });
      await use(next, `smtps://ada:right@127.0.0.1:${next.port}`);
      const { secure, user } = await sent({});
      assert.deepEqual([secure, user], [true, 'ada']);
    });

    it('is refused with a certificate that nobody vouches for', async () => {
      transport = createSmtpTransport({ server: parseSmtpUrl(`smtp://127.0.0.1:${server.port}`), clock });
      const result = await run({});
      assert(result.kind === 'fail', JSON.stringify(result));
      assert.match(result.errorMessage, /self-signed certificate/);
      assert.equal(server.received.length, 0);
    });

    it('keeps a wrong password out of the message about it', async () => {
      await use(server, `smtp://ada:hunter2@127.0.0.1:${server.port}`);
      const result = await run({ 'errorCode.rejected': 'x' });
      assertFails(result, false, /EAUTH.*535/);
      assert(!JSON.stringify(result).includes('hunter2'));
    });
  });

  describe('an address that is none', () => {
    for (const [what, to] of [
      ['null', null],
      ['nothing', ''],
      ['an empty list', []],
      ['a number', 7],
      ['half an address', 'ada@'],
      ['a list with one that is none', ['ada@example.org', 'bob']],
    ] as const) {
      it(`is an incident, or the BPMN error that the model names: ${what}`, async () => {
        const headers = { to: '{{variables.to}}' };
        await refuses(
          headers,
          { to },
          /Expected \{\{variables\.to\}\} in to to be an e-mail address but found/,
        );
        const result = await run({ ...headers, 'errorCode.rejected': 'no-address' }, { to });
        assert(result.kind === 'error', JSON.stringify(result));
        assert.equal(result.errorCode, 'no-address');
      });
    }
  });

  it('is documented with every task header', async () => {
    const text = await readFile(new URL('../../../docs/email-adapter.md', import.meta.url), 'utf8');
    const documented = [...text.matchAll(/^\| `([^`]+)` \| .* \| .* \|$/gm)].map(([, name]) => name);
    assert.deepEqual(documented, [...taskHeaderNames]);
  });
});

function assertFails(result: JobResult, retry: boolean | undefined, message: RegExp): void {
  assert(result.kind === 'fail', JSON.stringify(result));
  assert.equal(result.retry, retry, result.errorMessage);
  assert.match(result.errorMessage, message);
}
