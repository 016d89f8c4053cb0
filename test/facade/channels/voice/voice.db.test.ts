import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { completeJob } from '../../../../src/contract/jobs.js';
import { publishMessage } from '../../../../src/contract/messages.js';
import {
  getProcessInstance,
  getVariables,
  setVariables,
} from '../../../../src/contract/process-instances.js';
import { listElementInstances } from '../../../../src/contract/process-instance-history.js';
import { bpmn } from '../../../support/bpmn-builder.js';
import { call } from '../../../support/contract-client.js';
import type { TestServer } from '../../../support/server.js';
import { deployed, started, useServer } from '../../use-server.js';
import { codeOf, openChannel, PhoneCall, postForm, telnyxCall, twilioCall } from '../phone.js';
import { callback, slow, voice } from '../support-models.js';
import { namesIn, saidIn } from '../twiml-document.js';

const voicePath = '/channels/ivr/helpdesk/voice';
const phone = twilioCall.From;

describe('a voice menu', () => {
  const server = useServer({ channels: [openChannel('ivr')] });

  const startCase = async (caseNumber: string, more: object = {}): Promise<string> =>
    started(server(), 'callback', {
      businessKey: caseNumber,
      variables: { caseNumber, name: 'Ada', phone, ...more },
    });

  /** The elements at which the journey waits. */
  const waitsAt = async (processInstanceId: string): Promise<readonly string[]> => {
    await server().atRest();
    const { items } = await call(server(), listElementInstances, 200, { params: { processInstanceId } });
    return items.filter(({ state }) => state === 'active').map(({ elementId }) => elementId);
  };
  const variablesOf = async (processInstanceId: string) =>
    (await call(server(), getVariables, 200, { params: { processInstanceId } })).variables;

  it('is said with prompt and choices of the step that waits for the caller', async () => {
    await deployed(server(), callback);
    await startCase('C-1');
    const phoneCall = new PhoneCall(server());
    const verbs = await phoneCall.begin();
    assert.deepEqual(namesIn(verbs), ['Gather', 'Redirect']);
    const [gather, redirect] = verbs;
    assert.deepEqual(saidIn(verbs), [
      'Hello Ada. Has it helped?',
      'If it is solved, press 1.',
      'For an agent, press 2.',
    ]);
    const { action, ...attributes } = gather?.attributes ?? {};
    assert.deepEqual(attributes, {
      input: 'dtmf speech',
      method: 'POST',
      timeout: '5',
      numDigits: '1',
      language: 'en-GB',
      hints: 'solved, yes, 1, agent, 2',
      speechTimeout: 'auto',
    });
    assert.match(
      String(action),
      /^http:\/\/127\.0\.0\.1:\d+\/channels\/ivr\/helpdesk\/voice\?at=menu&step=[0-9a-f-]+&attempt=0$/,
    );
    assert.equal(redirect?.text, action);
    assert.equal(gather?.children[0]?.attributes['language'], 'en-GB');
  });

  it('turns a digit into the message of the choice with its variables, and goes on with the next menu', async () => {
    await deployed(server(), callback);
    const id = await startCase('C-1');
    const phoneCall = new PhoneCall(server());
    await phoneCall.begin();
    const verbs = await phoneCall.press('1');
    assert.deepEqual(saidIn(verbs), [
      'Thank you.',
      'How satisfied are you?',
      'not at all: press 1.',
      'very: press 5.',
    ]);
    assert.deepEqual(await waitsAt(id), ['rate']);
    const variables = await variablesOf(id);
    assert.deepEqual([variables['solved'], variables['by']], [true, 'Ada']);
    const end = await phoneCall.press('5');
    assert.deepEqual(saidIn(end), ['Thank you.', 'Goodbye.']);
    assert.equal(namesIn(end).at(-1), 'Hangup');
    const instance = await call(server(), getProcessInstance, 200, { params: { processInstanceId: id } });
    assert.equal(instance.state, 'completed');
    assert.equal((await variablesOf(id))['rating'], 5);
  });

  it('says thanks when nothing is left to choose', async () => {
    await deployed(server(), callback);
    const id = await startCase('C-1');
    const phoneCall = new PhoneCall(server());
    await phoneCall.begin();
    assert.deepEqual(saidIn(await phoneCall.press('2')), ['Thank you.', 'Goodbye.']);
    assert.deepEqual(await waitsAt(id), ['help']);
  });

  it('understands words in any spelling, and digits that are said', async () => {
    await deployed(server(), callback);
    for (const [speech, element] of [
      ['Solved.', 'rate'],
      ['YES!', 'rate'],
      ['agent', 'help'],
      ['Two', 'help'],
      ['1', 'rate'],
    ] as const) {
      const id = await startCase(`C-${speech.length}${element}${speech.charCodeAt(0)}`, { phone: '' });
      const phoneCall = new PhoneCall(server(), { ...twilioCall, CallSid: `CA${id}`, From: phone });
      const steps = await server().runtime.waitingSteps('default', id);
      await phoneCall.post(`${voicePath}?at=menu&step=${steps[0]?.elementInstanceId}&attempt=0`, {
        SpeechResult: speech,
        Confidence: '0.5',
      });
      assert.deepEqual(await waitsAt(id), [element], speech);
    }
  });

  it('asks again what it has not heard well enough', async () => {
    await deployed(server(), callback);
    const id = await startCase('C-1');
    const phoneCall = new PhoneCall(server());
    await phoneCall.begin();
    for (const [speech, confidence] of [
      ['solved', '0.49'],
      ['not solved', '0.99'],
      ['solved', 'loud'],
    ] as const) {
      const verbs = await phoneCall.say(speech, confidence);
      assert.equal(saidIn(verbs)[0], 'Sorry, we did not understand that.');
    }
    assert.deepEqual(await waitsAt(id), ['ask']);
  });

  it('asks again after a wrong digit, three times, then says goodbye and leaves the journey as it was', async () => {
    await deployed(server(), callback);
    const id = await startCase('C-1');
    const before = await server().runtime.queries.processInstance('default', id);
    const phoneCall = new PhoneCall(server());
    await phoneCall.begin();
    for (const digit of ['7', '#', '9']) {
      const verbs = await phoneCall.press(digit);
      assert.deepEqual(namesIn(verbs), ['Gather', 'Redirect']);
      assert.deepEqual(saidIn(verbs).slice(0, 2), [
        'Sorry, we did not understand that.',
        'Hello Ada. Has it helped?',
      ]);
    }
    const end = await phoneCall.press('0');
    assert.deepEqual(saidIn(end), ['Sorry, we did not understand that.', 'Goodbye.']);
    assert.deepEqual(namesIn(end), ['Say', 'Say', 'Hangup']);
    assert.deepEqual(await server().runtime.queries.processInstance('default', id), before);
  });

  it('takes silence for a wrong digit', async () => {
    await deployed(server(), callback);
    await startCase('C-1');
    const phoneCall = new PhoneCall(server());
    await phoneCall.begin();
    for (let times = 0; times < 3; times += 1) {
      assert.deepEqual(namesIn(await phoneCall.silence()), ['Gather', 'Redirect']);
    }
    assert.equal(namesIn(await phoneCall.silence()).at(-1), 'Hangup');
  });

  it('gives a repeated post the same answer and changes nothing, whatever came after it', async () => {
    await deployed(server(), callback);
    const id = await startCase('C-1');
    const phoneCall = new PhoneCall(server());
    await phoneCall.begin();
    const { action } = phoneCall;
    const first = await phoneCall.post(action, { Digits: '1' });
    const moved = await server().runtime.queries.processInstance('default', id);
    assert.equal(await phoneCall.post(action, { Digits: '1' }), first);
    assert.equal(await phoneCall.post(action, { Digits: '2' }), first, 'another digit in the same call');
    assert.deepEqual(await server().runtime.queries.processInstance('default', id), moved);
    await call(server(), publishMessage, 202, { body: { name: 'rated', correlationKey: 'C-1' } });
    assert.equal(await phoneCall.post(action, { Digits: '1' }), first);
  });

  it('gives two posts at once the same answer and moves the journey once', async () => {
    await deployed(server(), callback);
    const id = await startCase('C-1');
    const phoneCall = new PhoneCall(server());
    await phoneCall.begin();
    const { action } = phoneCall;
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => phoneCall.post(action, { Digits: '2' })),
    );
    assert.equal(new Set(answers).size, 1);
    const { items } = await server().runtime.queries.history('default', id, { limit: 100 });
    assert.deepEqual(
      items.map(({ command }) => command).filter((command) => command === 'correlateMessage'),
      ['correlateMessage'],
    );
  });

  it('tells a second caller politely that the step was done in the meantime', async () => {
    await deployed(server(), callback);
    await startCase('C-1');
    const one = new PhoneCall(server());
    const other = new PhoneCall(server(), { ...twilioCall, CallSid: 'CA-other' });
    await one.begin();
    await other.begin();
    await one.press('2');
    const verbs = await other.press('1');
    assert.deepEqual(saidIn(verbs), ['This has been taken care of in the meantime.', 'Goodbye.']);
  });

  it('tells so when another channel was faster', async () => {
    await deployed(server(), callback);
    const id = await startCase('C-1');
    const phoneCall = new PhoneCall(server());
    await phoneCall.begin();
    const body = { name: 'agent-requested', correlationKey: 'C-1' };
    await call(server(), publishMessage, 202, { body });
    assert.match(String(saidIn(await phoneCall.press('1'))[0]), /in the meantime/);
    assert.deepEqual(await waitsAt(id), ['help']);
  });

  it('offers several journeys as a menu', async () => {
    await deployed(server(), callback);
    const older = await startCase('C-1');
    server().clock.advance(1_000);
    const newer = await startCase('C-2');
    const phoneCall = new PhoneCall(server());
    const verbs = await phoneCall.begin();
    assert.deepEqual(saidIn(verbs), [
      'You have more than one open case.',
      'For Support case, C-2, press 1.',
      'For Support case, C-1, press 2.',
    ]);
    assert.match(String(saidIn(await phoneCall.press('3'))[0]), /did not understand/);
    assert.equal(saidIn(await phoneCall.press('2'))[0], 'Hello Ada. Has it helped?');
    await phoneCall.press('2');
    assert.deepEqual([await waitsAt(older), await waitsAt(newer)], [['help'], ['ask']]);
  });

  it('knows a caller by the business key, too, and by numbers written without plus sign', async () => {
    await deployed(server(), callback);
    await startCase(phone.slice(1), { phone: null });
    assert.equal(saidIn(await new PhoneCall(server()).begin())[0], 'Hello Ada. Has it helped?');
  });

  it('knows a caller by a number inside of a variable, as it is now', async () => {
    await deployed(server(), callback);
    const id = await startCase('C-1', { phone: null, customer: { name: 'Ada', phone } });
    await startCase('C-2', { phone: null, customer: { phone: { mobile: phone }, phones: [phone] } });
    const greeting = async () => saidIn(await new PhoneCall(server()).begin())[0];
    assert.equal(await greeting(), 'Hello Ada. Has it helped?');
    const params = { processInstanceId: id };
    for (const customer of [{ name: 'Ada' }, [{ phone }], phone, { phone: '+441134960999' }]) {
      await call(server(), setVariables, 204, { params, body: { variables: { customer } } });
      assert.match(String(await greeting()), /enter your case number/, JSON.stringify(customer));
    }
    await call(server(), setVariables, 204, { params, body: { variables: { customer: { phone } } } });
    assert.equal(await greeting(), 'Hello Ada. Has it helped?');
    // A variable of that very name comes first.
    await call(server(), setVariables, 204, { params, body: { variables: { 'customer.phone': '' } } });
    assert.match(String(await greeting()), /enter your case number/);
  });

  it('asks an unknown caller for a case number by keys', async () => {
    await deployed(server(), callback);
    const id = await startCase('C-1001', { phone: '+4930123456' });
    for (const from of ['anonymous', '+266696687', '', phone]) {
      const phoneCall = new PhoneCall(server(), { ...twilioCall, From: from });
      const verbs = await phoneCall.begin();
      assert.deepEqual(saidIn(verbs), ['Please enter your case number, followed by the hash key.'], from);
      const [gather] = verbs;
      assert.equal(gather?.attributes['input'], 'dtmf');
      assert.equal(gather?.attributes['finishOnKey'], '#');
      assert.equal(gather?.attributes['numDigits'], undefined);
      assert.equal(saidIn(await phoneCall.press('1001'))[0], 'Hello Ada. Has it helped?', from);
    }
    assert.deepEqual(await waitsAt(id), ['ask']);
  });

  it('asks for the case number three times at most', async () => {
    const phoneCall = new PhoneCall(server());
    await phoneCall.begin();
    assert.deepEqual(saidIn(await phoneCall.press('404')), [
      'We have no open case of this number.',
      'Please enter your case number, followed by the hash key.',
    ]);
    await phoneCall.silence();
    const end = await phoneCall.press('*');
    assert.deepEqual(namesIn(end), ['Say', 'Say', 'Hangup']);
  });

  it('says politely that nothing waits', async () => {
    await deployed(server(), callback, bpmn('busy').startEvent('s').userTask('u').endEvent('e'));
    await started(server(), 'busy', { businessKey: 'C-7', variables: { phone } });
    const said = ['There is nothing that waits for you at the moment.', 'Goodbye.'];
    assert.deepEqual(saidIn(await new PhoneCall(server()).begin()), said);
    const phoneCall = new PhoneCall(server(), { ...twilioCall, From: 'anonymous' });
    await phoneCall.begin();
    assert.deepEqual(saidIn(await phoneCall.press('7')), said);
  });

  it('waits for slow steps with a pause and a redirect, and goes on with the next menu', async () => {
    await deployed(server(), slow);
    await started(server(), 'slow', { variables: { phone } });
    const phoneCall = new PhoneCall(server());
    assert.deepEqual(saidIn(await phoneCall.begin()), ['May we look into it?', 'yes: press 1.']);
    assert.deepEqual(namesIn(await phoneCall.press('1')), ['Say', 'Say', 'Pause', 'Redirect']);
    assert.equal(phoneCall.verbs[2]?.attributes['length'], '2');
    assert.deepEqual(namesIn(await phoneCall.redirected()), ['Pause', 'Redirect']);
    await workDone(server());
    assert.equal(saidIn(await phoneCall.redirected())[0], 'Better?');
    assert.deepEqual(saidIn(await phoneCall.press('1')), ['Thank you.', 'Goodbye.']);
  });

  it('says goodbye when a slow step takes too long', async () => {
    await deployed(server(), slow);
    const id = await started(server(), 'slow', { variables: { phone } });
    const phoneCall = new PhoneCall(server());
    await phoneCall.begin();
    await phoneCall.press('1');
    let polls = 0;
    while (namesIn(phoneCall.verbs).includes('Redirect') && polls < 100) {
      await phoneCall.redirected();
      polls += 1;
    }
    assert.equal(polls, 5);
    assert.equal(namesIn(phoneCall.verbs).at(-1), 'Hangup');
    assert.deepEqual(await waitsAt(id), ['look']);
  });

  it('answers nothing to a caller who has hung up, and changes nothing', async () => {
    await deployed(server(), callback);
    const id = await startCase('C-1');
    const phoneCall = new PhoneCall(server());
    await phoneCall.begin();
    const { action } = phoneCall;
    for (const status of ['completed', 'canceled', 'busy', 'no-answer', 'failed']) {
      const text = await phoneCall.post(action, { CallStatus: status, Digits: '1' });
      assert.equal(text, '<?xml version="1.0" encoding="UTF-8"?><Response/>');
    }
    assert.deepEqual(await waitsAt(id), ['ask']);
    assert.equal(saidIn(await new PhoneCall(server()).begin())[0], 'Hello Ada. Has it helped?');
  });

  it('speaks the language of the step, German and French too', async () => {
    for (const [language, tag, sorry] of [
      ['de-AT', 'de-AT', 'Das haben wir leider nicht verstanden.'],
      ['de', 'de-DE', 'Das haben wir leider nicht verstanden.'],
      ['fr', 'fr-FR', "Désolé, nous n'avons pas compris."],
    ] as const) {
      const id = `q-${language}`;
      const model = bpmn(id)
        .startEvent('s')
        .userTask('u', { name: 'Weiter?', ...voice(`language="${language}"`) })
        .endEvent('e');
      await deployed(server(), model);
      const from = `+49301234${language.length}${tag.length}${language.charCodeAt(0)}`;
      await started(server(), id, { variables: { phone: from } });
      const phoneCall = new PhoneCall(server(), { ...twilioCall, From: from });
      const [gather] = await phoneCall.begin();
      assert.equal(gather?.attributes['language'], tag);
      assert.equal(saidIn(await phoneCall.press('9'))[0], sorry);
    }
  });

  it('takes the posts of Telnyx', async () => {
    await deployed(server(), callback);
    const id = await startCase('C-1', { phone: telnyxCall.From });
    const phoneCall = new PhoneCall(server(), telnyxCall);
    await phoneCall.begin();
    await phoneCall.press('2');
    assert.deepEqual(await waitsAt(id), ['help']);
  });

  it('moves the very step that it offered, whoever else waits for the same message', async () => {
    await deployed(server(), callback);
    const older = await startCase('C-1', { phone: null });
    const newer = await started(server(), 'callback', {
      businessKey: 'C-2',
      variables: { caseNumber: 'C-1', name: 'Bea', phone },
    });
    const phoneCall = new PhoneCall(server());
    assert.equal(saidIn(await phoneCall.begin())[0], 'Hello Bea. Has it helped?');
    await phoneCall.press('2');
    assert.deepEqual([await waitsAt(older), await waitsAt(newer)], [['ask'], ['help']]);
  });

  it('says texts of the model and of variables as text, never as markup', async () => {
    await deployed(server(), callback);
    const name = '<Hangup/> & "Bobby" \u0001\u{1F600}]]>';
    await startCase('C-1', { name });
    const verbs = await new PhoneCall(server()).begin();
    assert.deepEqual(namesIn(verbs), ['Gather', 'Redirect']);
    assert.equal(saidIn(verbs)[0], `Hello ${name.replace('\u0001', ' ')}. Has it helped?`);
  });

  it('says the name of the step where a prompt gives no text', async () => {
    await deployed(server(), callback);
    await startCase('C-1', { name: null });
    assert.equal(saidIn(await new PhoneCall(server()).begin())[0], 'Has it helped?');
  });

  it('leaves the journey as it was when the variables of a choice are none', async () => {
    const model = bpmn('broken')
      .startEvent('s')
      .userTask('u', { name: 'Go?', ...voice('', 'digit="1" variables="=missing"') })
      .endEvent('e');
    await deployed(server(), model);
    const id = await started(server(), 'broken', { variables: { phone } });
    const phoneCall = new PhoneCall(server());
    await phoneCall.begin();
    assert.match(String(saidIn(await phoneCall.press('1'))[0]), /not possible at the moment/);
    assert.deepEqual(await waitsAt(id), ['u']);
  });

  describe('refuses, and changes nothing,', () => {
    const post = (path: string, fields: Readonly<Record<string, string | readonly string[]>>, headers = {}) =>
      postForm(server(), path, fields, headers);

    it('an unknown channel, other paths and other methods', async () => {
      assert.equal(codeOf(await post('/channels/ivr/other/voice', twilioCall)), '404 not-found');
      assert.equal(codeOf(await post('/channels/sms/helpdesk', twilioCall)), '404 not-found');
      assert.equal(codeOf(await post('/channels/ivr/helpdesk', twilioCall)), '404 not-found');
      assert.equal(codeOf(await post('/channels/fax/helpdesk', twilioCall)), '404 not-found');
      assert.equal(codeOf(await post('/channels/ivr/%ff/voice', twilioCall)), '400 malformed-request');
      const get = await server().request('GET', voicePath);
      assert.equal(get.status, 405);
      assert.equal(get.headers.get('allow'), 'POST');
    });

    it('posts without a call, and takes what it does not know', async () => {
      assert.equal(codeOf(await post(voicePath, {})), '400 validation-failed');
      assert.equal(codeOf(await post(voicePath, { ...twilioCall, CallSid: '' })), '400 validation-failed');
      assert.equal(codeOf(await post(voicePath, { CallSid: 'x'.repeat(300) })), '400 validation-failed');
      assert.equal(codeOf(await post(voicePath, { CallSid: 'CA1' })), '200');
      assert.equal(codeOf(await post(voicePath, { ...twilioCall, Foreign: 'x', __proto__x: 'y' })), '200');
      assert.equal(
        codeOf(await post(voicePath, { ...twilioCall, From: ['+1', '+2'], Digits: 'x'.repeat(99) })),
        '200',
      );
    });

    it('places that it never gave out', async () => {
      for (const query of [
        '?at=menu',
        '?at=menu&step=x&attempt=0',
        '?at=menu&step=00000000-0000-0000-0000-000000000000-1&attempt=-1',
        '?at=nowhere',
        '?at=case',
        '?at=journeys&steps=&attempt=0',
        '?at=menu&at=menu&attempt=0',
      ]) {
        assert.equal(codeOf(await post(`${voicePath}${query}`, twilioCall)), '400 validation-failed', query);
      }
      const gone = `${voicePath}?at=menu&step=00000000-0000-0000-0000-000000000000-1&attempt=0`;
      const answer = await post(gone, { ...twilioCall, Digits: '1' });
      assert.equal(codeOf(answer), '200');
      assert.match(answer.text, /in the meantime/);
    });

    it('bodies that are no form, or too large', async () => {
      const json = await post(voicePath, twilioCall, { 'content-type': 'application/json' });
      assert.equal(codeOf(json), '415 unsupported-media-type');
      const packed = await post(voicePath, twilioCall, { 'content-encoding': 'gzip' });
      assert.equal(codeOf(packed), '415 unsupported-media-type');
      const large = await post(voicePath, { ...twilioCall, SpeechResult: 'x'.repeat(70_000) });
      assert.equal(codeOf(large), '413 payload-too-large');
    });

    it('pages of other sites and names that are not its own', async () => {
      const page = await post(voicePath, twilioCall, { origin: 'https://evil.example.org' });
      assert.equal(codeOf(page), '403 forbidden-origin');
      const host = await post(voicePath, twilioCall, { host: 'evil.example.org' });
      assert.equal(codeOf(host), '403 forbidden-host');
    });
  });
});

/** A worker does all jobs. */
async function workDone(server: TestServer): Promise<void> {
  const context = { tenantId: 'default', actor: 'worker' };
  const input = { type: 'look', worker: 'w', maxJobs: 10, timeoutMs: 60_000 };
  const jobs = await server.runtime.activateJobs(context, input);
  assert.ok(jobs.ok && jobs.value.length === 1);
  for (const { jobId } of jobs.value) await call(server, completeJob, 204, { params: { jobId }, body: {} });
  await server.atRest();
}
