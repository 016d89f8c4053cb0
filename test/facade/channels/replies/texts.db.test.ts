import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { listElementInstances } from '../../../../src/contract/process-instance-history.js';
import { getVariables } from '../../../../src/contract/process-instances.js';
import { call } from '../../../support/contract-client.js';
import { deployed, started, useServer } from '../../use-server.js';
import { codeOf, openChannel, postForm, twilioSignature, type Fields } from '../phone.js';
import { callback, letters } from '../support-models.js';

/** What Twilio posts for a text message. */
const text = {
  ToCountry: 'GB',
  MessageSid: 'SM1234567890abcdef1234567890abcdef',
  SmsSid: 'SM1234567890abcdef1234567890abcdef',
  AccountSid: 'AC25e16e9a716a4a1786a7c83f58e30482',
  NumMedia: '0',
  From: '+447700900123',
  To: '+441134960000',
  Body: 'Yes',
} as const;
const path = '/channels/sms/helpdesk';
const token = 'an-account-token';
const publicUrl = 'https://sms.example.org';

describe('text messages', () => {
  const server = useServer({
    channels: [
      openChannel('sms'),
      openChannel('sms', { id: 'signed', publicUrl, signing: { scheme: 'twilio', token } }),
    ],
  });
  const waitsAt = async (processInstanceId: string): Promise<readonly string[]> => {
    await server().atRest();
    const { items } = await call(server(), listElementInstances, 200, { params: { processInstanceId } });
    return items.filter(({ state }) => state === 'active').map(({ elementId }) => elementId);
  };
  const received = async (fields: Fields): Promise<void> => {
    const answer = await postForm(server(), path, fields);
    assert.equal(answer.status, 200, answer.text);
    assert.equal(answer.headers['content-type'], 'text/xml; charset=utf-8');
    assert.equal(answer.text, '<?xml version="1.0" encoding="UTF-8"?><Response/>');
  };
  const startCase = (process: string, caseNumber: string, phone: unknown = text.From) =>
    started(server(), process, { businessKey: caseNumber, variables: { caseNumber, name: 'Ada', phone } });

  it('are a choice of the journey of their sender', async () => {
    await deployed(server(), callback);
    const id = await startCase('callback', 'C-1');
    await received(text);
    await received(text);
    assert.deepEqual(await waitsAt(id), ['rate']);
    await received({ ...text, MessageSid: 'SM2', Body: ' VERY!! ' });
    assert.deepEqual(await waitsAt(id), []);
  });

  it('become the message that the journey waits for', async () => {
    await deployed(server(), letters);
    const id = await startCase('letters', 'C-1', '');
    await received({ ...text, Body: 'about C-1: call me' });
    assert.deepEqual(await waitsAt(id), ['read']);
    const { variables } = await call(server(), getVariables, 200, { params: { processInstanceId: id } });
    assert.deepEqual(
      [variables['channel'], variables['from'], variables['text']],
      ['sms', text.From, 'about C-1: call me'],
    );
  });

  it('of somebody else, and of nobody that is known, are answered and kept', async () => {
    await deployed(server(), callback);
    const id = await startCase('callback', 'C-1', '+44 1134 960 123');
    await received({ ...text, Body: 'C-1' });
    await received({ ...text, MessageSid: 'SM2', Body: 'yes' });
    await received({ ...text, MessageSid: 'SM3', From: 'SHORTCODE', Body: '' });
    assert.deepEqual(await waitsAt(id), ['ask']);
    const reasons = await server().store.transact(async (tx) => {
      const found: unknown[] = [];
      for (const sid of ['SM2', 'SM3', text.MessageSid])
        found.push(
          (await tx.messages.findByMessageId('default', 'unassigned-text', sid))?.variables['reason'],
        );
      return found;
    });
    assert.deepEqual(reasons, ['unknown-sender', 'unknown-sender', 'foreign-sender']);
  });

  it('are refused without id or sender, unsigned or wrongly signed', async () => {
    assert.equal(codeOf(await postForm(server(), path, {})), '400 validation-failed');
    assert.equal(codeOf(await postForm(server(), path, { ...text, From: '' })), '400 validation-failed');
    assert.equal(codeOf(await postForm(server(), '/channels/sms/other', text)), '404 not-found');
    const signed = '/channels/sms/signed';
    assert.equal(codeOf(await postForm(server(), signed, text)), '403 forbidden');
    const wrong = twilioSignature(token, `${publicUrl}${signed}`, { ...text, Body: 'No' });
    assert.equal(
      codeOf(await postForm(server(), signed, text, { 'x-twilio-signature': wrong })),
      '403 forbidden',
    );
    const right = twilioSignature(token, `${publicUrl}${signed}`, text);
    assert.equal(codeOf(await postForm(server(), signed, text, { 'x-twilio-signature': right })), '200');
  });
});
