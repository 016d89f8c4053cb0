import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { composeMail } from '../../../src/adapters/email/compose-mail.js';
import { createMailTransport } from '../../../src/adapters/email/create-mail-transport.js';
import type { MailTransport } from '../../../src/adapters/email/mail-transport.js';
import { createLogger, type Logger } from '../../../src/platform/logger.js';
import { FakeClock } from '../../support/fake-clock.js';
import { readMailMessage } from '../../support/mail-message.js';

describe('outbox folder', () => {
  let parent: string;
  let folder: string;
  let logged: Record<string, unknown>[];
  let logger: Logger;
  let outbox: MailTransport;

  beforeEach(async () => {
    parent = await mkdtemp(join(tmpdir(), 'throughline-outbox-'));
    folder = join(parent, 'data', 'outbox');
    logged = [];
    logger = createLogger(
      { level: 'debug' },
      { write: (line) => logged.push(JSON.parse(line) as Record<string, unknown>) },
    );
    outbox = createMailTransport({ smtpUrl: undefined, outboxDir: folder }, new FakeClock(), logger);
  });

  afterEach(() => rm(parent, { recursive: true, force: true }));

  async function deliver(jobId: string, at = 0) {
    const message = {
      to: [{ name: 'Ünï', address: 'ada@example.org' }],
      cc: [],
      subject: '../../etc/passwd',
      text: 'Grüße',
      html: '<p>Grüße</p>',
    };
    const mail = await composeMail(message, { from: { name: '', address: 'a@b' }, jobId, at });
    return outbox.deliver(mail, { signal: new AbortController().signal, logger });
  }

  it('gets a complete message per job, readable by its owner only, and says where', async () => {
    assert.deepEqual(await deliver('0199-7', Date.parse('2026-01-01T10:20:30.400Z')), { kind: 'accepted' });
    const name = '20260101T102030400Z-0199-7.eml';
    assert.deepEqual(await readdir(folder), [name]);
    assert.equal((await stat(join(folder, name))).mode & 0o777, 0o600);
    const mail = readMailMessage(await readFile(join(folder, name), 'utf8'));
    assert.deepEqual(
      [mail.header('to'), mail.header('subject'), mail.header('message-id'), mail.text, mail.html],
      ['Ünï <ada@example.org>', '../../etc/passwd', '<0199-7@b>', 'Grüße', '<p>Grüße</p>'],
    );
    assert.deepEqual(
      logged.map(({ level, folder: path, file }) => [level, path ?? file]),
      [
        ['info', folder],
        ['debug', join(folder, name)],
      ],
    );
  });

  it('names no file after anything but time and job', async () => {
    await deliver('../../evil');
    const [name, ...others] = await readdir(folder);
    assert.deepEqual(others, []);
    assert.match(name ?? '', /^19700101T000000000Z-[0-9a-f]{32}\.eml$/);
  });

  it('is not made before there is an e-mail', async () => {
    assert.deepEqual(await readdir(parent), []);
    assert.equal(logged.length, 1);
  });

  it('fails when it cannot be written, and leaves nothing half done', async () => {
    await writeFile(join(parent, 'data'), '');
    await assert.rejects(deliver('1'), { code: 'ENOTDIR' });
    await rm(join(parent, 'data'));
    await mkdir(join(folder, '19700101T000000000Z-1.eml'), { recursive: true });
    await assert.rejects(deliver('1'), { code: 'EISDIR' });
    assert.deepEqual(await readdir(folder), ['19700101T000000000Z-1.eml']);
  });

  it('is not used when there is a mail server', () => {
    createMailTransport(
      { smtpUrl: 'smtps://u:hunter2@mail.example.org', outboxDir: folder },
      new FakeClock(),
      logger,
    );
    const { host, port, tls, msg } = logged.at(-1) ?? {};
    assert.deepEqual(
      [host, port, tls, msg],
      ['mail.example.org', 465, 'implicit', 'e-mails are sent by this mail server'],
    );
    assert(!JSON.stringify(logged).includes('hunter2'));
  });
});
