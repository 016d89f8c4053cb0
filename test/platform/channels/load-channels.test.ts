import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';
import type { Channel } from '../../../src/platform/channels/channel.js';
import { callerPaths } from '../../../src/platform/channels/channel.js';
import { loadChannels } from '../../../src/platform/channels/load-channels.js';
import { ConfigError, type Config } from '../../../src/platform/config.js';
import { createLogger } from '../../../src/platform/logger.js';

const telnyxKey = '11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=';

describe('loadChannels', () => {
  let folder = '';
  let lines: string[] = [];
  beforeEach(async () => {
    lines = [];
    folder = await mkdtemp(join(tmpdir(), 'throughline-channels-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const load = (config: Partial<Config> = {}): Promise<readonly Channel[]> =>
    loadChannels(
      {
        channelsFile: undefined,
        host: '127.0.0.1',
        nodeEnv: 'development',
        apiKey: undefined,
        oidc: undefined,
        secrets: new Map(),
        ...config,
      },
      createLogger({ level: 'info' }, { write: (line) => lines.push(line) }),
    );
  const loadFile = async (content: unknown, config: Partial<Config> = {}): Promise<readonly Channel[]> => {
    const channelsFile = join(folder, 'channels.json');
    await writeFile(channelsFile, typeof content === 'string' ? content : JSON.stringify(content));
    return load({ channelsFile, ...config });
  };
  const problemsOf = async (content: unknown, config: Partial<Config> = {}): Promise<readonly string[]> => {
    try {
      await loadFile(content, config);
    } catch (error) {
      assert(error instanceof ConfigError, String(error));
      return error.problems.map(({ name, expected, found }) => `${name}: ${expected}; ${found}`);
    }
    return [];
  };
  const elsewhere = { host: '0.0.0.0', apiKey: 'a-key-of-16-char' } as const;

  it('opens one channel of each kind on a development machine, and says so loudly', async () => {
    const channels = await load();
    assert.deepEqual(
      channels.map(({ id, kind, signing }) => [id, kind, signing.scheme]),
      [
        ['helpdesk', 'ivr', 'none'],
        ['helpdesk', 'mail', 'none'],
        ['helpdesk', 'sms', 'none'],
      ],
    );
    assert.equal(lines.length, 3);
    for (const line of lines) assert.match(line, /"level":"warn".*OPEN/);
  });

  it('has none without a file where others may reach the server', async () => {
    for (const config of [
      elsewhere,
      { nodeEnv: 'production', apiKey: elsewhere.apiKey } as const,
      { apiKey: elsewhere.apiKey },
    ]) {
      assert.deepEqual(await load(config), []);
    }
    assert.deepEqual(lines, []);
  });

  it('reads a file, with secrets from the environment', async () => {
    const channels = await loadFile(
      {
        channels: [
          {
            id: 'support',
            kind: 'ivr',
            provider: 'twilio',
            secret: 'TWILIO_TOKEN',
            publicUrl: 'https://voice.example.org/journeys/',
            language: 'de-DE',
            callerVariable: 'phone',
            caseNumbers: ['K-{digits}'],
          },
          {
            id: 'support',
            kind: 'sms',
            provider: 'telnyx',
            secret: 'TELNYX_KEY',
            callerVariable: ['phone', 'customer.phone'],
          },
          { id: 'box', kind: 'mail', secret: 'HOOK', replyMessage: 'answered', keepForMs: 1_000 },
        ],
      },
      {
        ...elsewhere,
        secrets: new Map([
          ['TWILIO_TOKEN', 'token'],
          ['TELNYX_KEY', telnyxKey],
          ['HOOK', `whsec_${Buffer.alloc(24, 1).toString('base64')}`],
        ]),
      },
    );
    assert.deepEqual(channels, [
      {
        id: 'support',
        kind: 'ivr',
        signing: { scheme: 'twilio', token: 'token' },
        publicUrl: 'https://voice.example.org/journeys',
        language: 'de-DE',
        callerVariables: ['phone'],
        caseNumbers: ['K-{digits}'],
        replyMessage: 'customer-replied',
        unassignedMessage: 'unassigned-text',
        keepForMs: 604_800_000,
      },
      {
        id: 'support',
        kind: 'sms',
        signing: { scheme: 'telnyx', publicKey: Buffer.from(telnyxKey, 'base64') },
        language: 'en-GB',
        callerVariables: ['phone', 'customer.phone'],
        caseNumbers: ['A-{digits}', 'C-{digits}'],
        replyMessage: 'customer-replied',
        unassignedMessage: 'unassigned-text',
        keepForMs: 604_800_000,
      },
      {
        id: 'box',
        kind: 'mail',
        signing: { scheme: 'standard-webhooks', secret: Buffer.alloc(24, 1) },
        language: 'en-GB',
        callerVariables: [],
        caseNumbers: ['A-{digits}', 'C-{digits}'],
        replyMessage: 'answered',
        unassignedMessage: 'unassigned-mail',
        keepForMs: 1_000,
      },
    ]);
    assert.deepEqual(callerPaths(channels), ['customer.phone']);
    assert.deepEqual(lines, []);
  });

  it('takes an unsigned channel on a development machine only', async () => {
    const open = { channels: [{ id: 'a', kind: 'ivr' }] };
    assert.equal((await loadFile(open))[0]?.signing.scheme, 'none');
    assert.match(lines.join(''), /OPEN/);
    assert.deepEqual(await problemsOf(open, elsewhere), [
      'CHANNELS_FILE channels[0].secret: the <NAME> of a variable THROUGHLINE_SECRET_<NAME>, as others reach the server; nothing',
    ]);
    for (const config of [{ nodeEnv: 'production' }, { apiKey: elsewhere.apiKey }] as const) {
      assert.equal((await problemsOf(open, config)).length, 1);
    }
  });

  const secrets = new Map([
    ['SHORT', 'c2hvcnQ='],
    ['TOKEN', 'token'],
  ]);
  const wrong: readonly (readonly [string, unknown, RegExp])[] = [
    ['no JSON', '{', /a file of JSON/],
    ['no object', '[]', /CHANNELS_FILE/],
    ['no list', {}, /channels: a list of channels; nothing/],
    ['unknown fields', { channels: [], more: 1 }, /only known fields; more/],
    [
      'an id that is none',
      { channels: [{ id: 'A B', kind: 'ivr' }] },
      /channels\[0\]\.id: an id of lower case.*; "A B"/,
    ],
    ['a kind that is none', { channels: [{ id: 'a', kind: 'fax' }] }, /kind: one of ivr, mail, sms; "fax"/],
    [
      'a provider that is none',
      { channels: [{ id: 'a', kind: 'ivr', provider: 'sinch' }] },
      /provider: one of.*"sinch"/,
    ],
    ['a secret itself', { channels: [{ id: 'a', kind: 'ivr', secret: 'hunter2' }] }, /secret: the <NAME>/],
    [
      'a secret that is not set',
      { channels: [{ id: 'a', kind: 'ivr', secret: 'NONE' }] },
      /THROUGHLINE_SECRET_NONE to be set/,
    ],
    [
      'an address in the clear',
      { channels: [{ id: 'a', kind: 'ivr', publicUrl: 'http://example.org' }] },
      /https:/,
    ],
    [
      'an address with a query',
      { channels: [{ id: 'a', kind: 'ivr', publicUrl: 'https://x.org/?a' }] },
      /without query/,
    ],
    [
      'no address for Twilio',
      { channels: [{ id: 'a', kind: 'sms', provider: 'twilio', secret: 'TOKEN' }] },
      /publicUrl: the address/,
    ],
    [
      'a key of Telnyx that is none',
      { channels: [{ id: 'a', kind: 'sms', provider: 'telnyx', secret: 'TOKEN' }] },
      /32 bytes in base64; something else/,
    ],
    ['a short key', { channels: [{ id: 'a', kind: 'mail', secret: 'SHORT' }] }, /at least 16 bytes/],
    ['a voice provider for mail', { channels: [{ id: 'a', kind: 'mail', provider: 'twilio' }] }, /generic/],
    [
      'a case number without digits',
      { channels: [{ id: 'a', kind: 'ivr', caseNumbers: ['A'] }] },
      /\{digits\} in it once/,
    ],
    [
      'more variables than are looked at',
      { channels: [{ id: 'a', kind: 'ivr', callerVariable: ['a', 'b', 'c', 'd', 'e', 'f'] }] },
      /callerVariable: the name of a variable, a path .* at most 5/,
    ],
    [
      'a time that is none',
      { channels: [{ id: 'a', kind: 'mail', keepForMs: 'P1D' }] },
      /whole number of milliseconds/,
    ],
    [
      'two channels of one name',
      {
        channels: [
          { id: 'a', kind: 'ivr' },
          { id: 'a', kind: 'sms' },
          { id: 'a', kind: 'ivr' },
        ],
      },
      /channels\[2\]\.id: an id that no other/,
    ],
  ];
  for (const [what, content, expected] of wrong) {
    it(`refuses ${what}`, async () => {
      const problems = await problemsOf(content, { secrets });
      assert.equal(problems.length, 1, problems.join('\n'));
      assert.match(problems[0] ?? '', expected);
      assert.doesNotMatch(problems.join(''), /c2hvcnQ=|"token"/);
    });
  }

  it('refuses a file that is not there', async () => {
    await assert.rejects(load({ channelsFile: join(folder, 'none.json') }), /CHANNELS_FILE: expected a file/);
  });
});
