import { mkdir, open, rename, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Logger } from '../../platform/logger.js';
import { type ComposedMail, safeJobId } from './compose-mail.js';
import type { MailTransport } from './mail-transport.js';

/**
 * Writes each e-mail as an `.eml` file, which any mail program opens, instead of sending it. A file is there completely or not at all.
 * For machines without a mail server: the folder is made for the first e-mail, and nothing is ever removed.
 */
export function createOutboxFolder(folder: string, logger: Logger): MailTransport {
  const path = resolve(folder);
  logger.info({ folder: path }, 'no SMTP_URL: e-mails are not sent but written to this folder');
  return {
    async deliver(mail, context) {
      const file = join(path, fileName(mail));
      await mkdir(path, { recursive: true, mode: 0o700 });
      await writeWhole(file, mail.content);
      context.logger.debug({ file }, 'e-mail written');
      return { kind: 'accepted' };
    },
  };
}

/** From time and job only: what a user typed never names a file. */
function fileName({ at, jobId }: ComposedMail): string {
  return `${new Date(at).toISOString().replace(/[-:.]/g, '')}-${safeJobId(jobId)}.eml`;
}

async function writeWhole(file: string, content: Buffer): Promise<void> {
  const unfinished = `${file}.${process.pid}.tmp`;
  try {
    const handle = await open(unfinished, 'w', 0o600);
    try {
      await handle.writeFile(content);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(unfinished, file);
  } catch (error) {
    await rm(unfinished, { force: true });
    throw error;
  }
}
