import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { composeMail } from '../../../src/adapters/email/compose-mail.js';
import { renderEmail } from '../../../src/adapters/email/email-message.js';
import { readEmailTask } from '../../../src/adapters/email/email-task.js';
import { PlaceholderValues } from '../../../src/adapters/template/placeholder-values.js';
import { TaskError } from '../../../src/adapters/template/task-error.js';
import type { Job } from '../../../src/jobs/job-handler.js';
import { readMailMessage } from '../../support/mail-message.js';

const headers = {
  to: '{{variables.x}} <ada@example.org>',
  cc: 'Team {{variables.x}} <team@example.org>',
  subject: '[C-1] {{variables.x}}',
  text: 'Dear {{variables.x}},\n{{variables.x}}',
  html: '<p title="{{variables.x}}">{{variables.x}}</p><a href="https://example.org/{{variables.x}}">x</a>',
};

const special = [
  '\r\n',
  '\n',
  '\r',
  '<',
  '>',
  ',',
  ';',
  '"',
  "'",
  '@',
  '=?utf-8?Q?=0D=0A?=',
  'Bcc: e@x',
  '\u2028',
  '--',
  '.',
  '&',
  '\\',
];
const text = fc
  .array(fc.oneof(fc.string({ unit: 'grapheme' }), fc.constantFrom(...special)))
  .map((parts) => parts.join(''));

function job(x: string): Job {
  return {
    jobId: 'job-1',
    type: 'email',
    retries: 3,
    variables: { x },
    customHeaders: headers,
    elementId: 'task',
    elementInstanceId: 'element-1',
    processInstanceId: 'instance-1',
    processDefinitionId: 'definition-1',
    bpmnProcessId: 'process',
    deadline: 0,
    fence: 1,
  };
}

const seed = Number(process.env['SEED'] ?? Math.floor(Math.random() * 2 ** 31));

describe(`an e-mail with any text in it (SEED=${seed})`, () => {
  it('goes to the recipients of the model, with the header fields of every e-mail, and the text in its place', async () => {
    const task = readEmailTask(headers);
    const property = fc.asyncProperty(text, async (x) => {
      const values = new PlaceholderValues(job(x), { services: new Map(), secrets: new Map() });
      let message;
      try {
        message = renderEmail(task, values);
      } catch (error) {
        assert(error instanceof TaskError);
        assert(/[\p{Cc}\u2028\u2029]/u.test(x) || x.length > 400, `refused without need: ${error.message}`);
        return;
      }
      const { content, envelope } = await composeMail(message, {
        from: { name: 'Help', address: 'help@example.org' },
        jobId: 'job-1',
        at: 0,
      });
      assert.deepEqual(envelope.to, ['ada@example.org', 'team@example.org']);
      const mail = readMailMessage(content.toString());
      assert.deepEqual([...mail.headerNames].sort(), [
        'auto-submitted',
        'cc',
        'content-type',
        'date',
        'from',
        'message-id',
        'mime-version',
        'subject',
        'to',
      ]);
      assert.equal(mail.text, `Dear ${x},\r\n${x}`);
      assert.match(
        mail.html ?? '',
        /^<p title="[^"<>]*">[^<>]*<\/p><a href="https:\/\/example\.org\/[^"<>\s]*">x<\/a>$/,
      );
    });
    await fc.assert(property, { seed, numRuns: 300 });
  });
});
