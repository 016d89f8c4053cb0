import assert from 'node:assert/strict';
import { generateKeyPairSync, sign } from 'node:crypto';
import { describe, it } from 'mocha';
import { createLogger } from '../../../../src/platform/logger.js';
import { deployed, started, useServer } from '../../use-server.js';
import {
  codeOf,
  formText,
  openChannel,
  postForm,
  telnyxCall,
  twilioCall,
  twilioSignature,
} from '../phone.js';
import { callback } from '../support-models.js';
import { saidIn, verbsOf } from '../twiml-document.js';

const token = 'an-account-token';
const publicUrl = 'https://voice.example.org/journeys';
const path = '/channels/ivr/support/voice';
const telnyx = generateKeyPairSync('ed25519');
const lines: string[] = [];

describe('the posts of a channel with a secret', () => {
  const server = useServer({
    channels: [
      openChannel('ivr', { id: 'support', publicUrl, signing: { scheme: 'twilio', token } }),
      openChannel('ivr', {
        id: 'telnyx',
        publicUrl,
        signing: {
          scheme: 'telnyx',
          publicKey: telnyx.publicKey.export({ format: 'der', type: 'spki' }).subarray(-32),
        },
      }),
    ],
    config: { apiKey: 'a-key-of-the-operator' },
    logger: createLogger({ level: 'info' }, { write: (line) => lines.push(line) }),
  });
  const variables = { caseNumber: 'C-1', name: 'Ada', phone: twilioCall.From };
  const startCase = async (): Promise<string> => {
    const context = { tenantId: 'default', actor: 'test' };
    const resources = [{ name: 'callback.bpmn', content: callback.toXml() }];
    assert.ok((await server().runtime.deploy(context, { resources })).ok);
    const input = { bpmnProcessId: 'callback', businessKey: 'C-1', variables };
    const outcome = await server().runtime.startProcessInstance(context, input);
    assert.ok(outcome.ok);
    return outcome.value.processInstanceId;
  };
  const post = (
    query: string,
    more: Readonly<Record<string, string>> = {},
    url = `${publicUrl}${path}${query}`,
  ) => {
    const fields = { ...twilioCall, ...more };
    return postForm(server(), `${path}${query}`, fields, {
      host: 'voice.example.org',
      'x-twilio-signature': twilioSignature(token, url, fields),
    });
  };

  it('need no other credentials, and come under the public name, to which the menu leads back', async () => {
    const id = await startCase();
    const answer = await post('');
    assert.equal(codeOf(answer), '200');
    const verbs = verbsOf(answer.text);
    assert.equal(saidIn(verbs)[0], 'Hello Ada. Has it helped?');
    const action = verbs[0]?.attributes['action'] ?? '';
    assert.ok(action.startsWith(`${publicUrl}${path}?at=menu`), action);
    const chosen = await post(action.slice(`${publicUrl}${path}`.length), { Digits: '2' });
    assert.deepEqual(saidIn(verbsOf(chosen.text)), ['Thank you.', 'Goodbye.']);
    const { items } = await server().runtime.queries.history('default', id, { limit: 10 });
    assert.equal(items.at(-1)?.actor, 'channel:ivr:support');
  });

  it('are refused unsigned or wrongly signed, and change nothing', async () => {
    const id = await startCase();
    const [step] = await server().runtime.waitingSteps('default', id);
    const query = `?at=menu&step=${step?.elementInstanceId}&attempt=0`;
    const fields = { ...twilioCall, Digits: '1' };
    const host = 'voice.example.org';
    const before = await server().runtime.queries.processInstance('default', id);
    const refused = [
      await postForm(server(), `${path}${query}`, fields, { host }),
      await postForm(server(), `${path}${query}`, fields, { host, 'x-twilio-signature': 'AAAA' }),
      await post(query, { Digits: '1' }, `${publicUrl}${path}`),
      await post(query, { Digits: '1' }, `http://127.0.0.1${path}${query}`),
      await postForm(server(), `${path}${query}`, fields, {
        host,
        'x-twilio-signature': twilioSignature(token, `${publicUrl}${path}${query}`, {
          ...fields,
          Digits: '2',
        }),
      }),
      await postForm(server(), `${path}${query}`, fields, {
        host,
        authorization: 'Bearer a-key-of-the-operator',
      }),
    ];
    for (const answer of refused) assert.equal(codeOf(answer), '403 forbidden');
    assert.deepEqual(await server().runtime.queries.processInstance('default', id), before);
  });

  it('of Telnyx are taken within five minutes by the clock of the server', async () => {
    await startCase();
    const send = (timestamp: number) => {
      const fields = { ...telnyxCall, From: twilioCall.From };
      const signed = Buffer.from(`${timestamp}|${formText(fields)}`);
      return postForm(server(), '/channels/ivr/telnyx/voice', fields, {
        'telnyx-timestamp': String(timestamp),
        'telnyx-signature-ed25519': sign(null, signed, telnyx.privateKey).toString('base64'),
      });
    };
    const now = server().clock.now() / 1_000;
    assert.equal(codeOf(await send(now)), '200');
    assert.equal(codeOf(await send(now - 301)), '403 forbidden');
  });

  it('come under the public name only to the channels', async () => {
    const rest = await postForm(server(), '/v1/process-instances/search', {}, { host: 'voice.example.org' });
    assert.equal(codeOf(rest), '403 forbidden-host');
    const other = await postForm(server(), path, twilioCall, { host: 'other.example.org' });
    assert.equal(codeOf(other), '403 forbidden-host');
  });

  it('leave no number of a caller in the log', async () => {
    lines.length = 0;
    await startCase();
    const action = verbsOf((await post('')).text)[0]?.attributes['action'] ?? '';
    await post(action.slice(`${publicUrl}${path}`.length), { Digits: '2' });
    const log = lines.join('');
    assert.match(log, /choice taken/);
    assert.match(log, /"operationId":"answerCall"/);
    assert.doesNotMatch(log, /441134960123|Ada|CA1234567890/);
  });
});

describe('a choice that another node is taking just now', () => {
  const server = useServer({ channels: [openChannel('ivr')] });

  it('is asked for again in a moment, with the digit', async () => {
    await deployed(server(), callback);
    const id = await started(server(), 'callback', {
      variables: { caseNumber: 'C-1', phone: twilioCall.From },
    });
    const [step] = await server().runtime.waitingSteps('default', id);
    const stepId = step?.elementInstanceId ?? '';
    const key = `${twilioCall.CallSid}:${stepId}`;
    const scope = { tenantId: 'default', principal: 'channel:ivr:helpdesk', operation: 'voice', key };
    const address = `/channels/ivr/helpdesk/voice?at=menu&step=${stepId}&attempt=0`;
    let release = (): void => undefined;
    const released = new Promise<void>((resolve) => (release = resolve));
    const claimed = new Promise<'claimed' | 'in-flight'>((resolve, reject) => {
      server()
        .store.transact(async (tx) => {
          resolve(await tx.idempotency.claim(scope));
          await released;
        })
        .catch(reject);
    });
    assert.equal(await claimed, 'claimed');
    const answering = postForm(server(), address, { ...twilioCall, Digits: '2' }).then(
      (answer) => answer.text,
    );
    if (server().databaseUrl.startsWith('sqlite:')) release(); // One writer: the post waits for it.
    const verbs = verbsOf(await answering);
    release();
    if (server().databaseUrl.startsWith('sqlite:')) {
      assert.deepEqual(saidIn(verbs), ['Thank you.', 'Goodbye.']);
      return;
    }
    assert.deepEqual(
      verbs.map(({ name }) => name),
      ['Pause', 'Redirect'],
    );
    const { pathname, search } = new URL(verbs[1]?.text ?? '');
    assert.match(search, /digit=2/);
    const again = await postForm(server(), `${pathname}${search}`, twilioCall);
    assert.deepEqual(saidIn(verbsOf(again.text)), ['Thank you.', 'Goodbye.']);
  });
});
