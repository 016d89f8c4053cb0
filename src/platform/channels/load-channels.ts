import { readFile } from 'node:fs/promises';
import { ConfigError, type Config, type ConfigProblem } from '../config.js';
import { secretPrefix } from '../config-variables.js';
import { isLoopback } from '../loopback.js';
import type { Logger } from '../logger.js';
import type { Channel, ChannelSigning } from './channel.js';
import { channelKinds } from './channel.js';
import {
  caseNumbersDefault,
  channelsFile,
  keepForMsDefault,
  unassignedMessageDefault,
  type ChannelEntry,
} from './channels-file.js';

type ChannelsConfig = Pick<Config, 'channelsFile' | 'host' | 'nodeEnv' | 'apiKey' | 'oidc' | 'secrets'>;

/**
 * The channels that CHANNELS_FILE lists. On a development machine (loopback, no API key, not production) without a file there is
 * one open channel `helpdesk` of each kind, and channels of a file may be unsigned; both are logged as warnings.
 * @throws ConfigError for a file that cannot be used, and elsewhere for a channel without a secret.
 */
export async function loadChannels(config: ChannelsConfig, logger: Logger): Promise<readonly Channel[]> {
  const isDevelopment =
    isLoopback(config.host) &&
    config.nodeEnv !== 'production' &&
    config.apiKey === undefined &&
    config.oidc === undefined;
  if (config.channelsFile === undefined) return isDevelopment ? openChannels(logger) : [];
  const entries = await readEntries(config.channelsFile);
  const problems: ConfigProblem[] = [];
  const channels = entries.flatMap((entry, index) => {
    const place = `CHANNELS_FILE channels[${index}]`;
    const signing = signingOf(entry, place, config.secrets, isDevelopment, problems);
    return signing === undefined ? [] : [channelOf(entry, signing)];
  });
  problems.push(...repeated(entries));
  if (problems.length > 0) throw new ConfigError(problems);
  for (const { kind, id, signing } of channels) {
    if (signing.scheme === 'none') warnOfOpen(logger, kind, id);
  }
  return channels;
}

/** What a development machine gets without a file. */
function openChannels(logger: Logger): readonly Channel[] {
  return channelKinds.map((kind) => {
    warnOfOpen(logger, kind, 'helpdesk');
    return {
      id: 'helpdesk',
      kind,
      signing: { scheme: 'none' },
      language: 'en-GB',
      callerVariables: kind === 'mail' ? ['email', 'customer.email'] : ['phone', 'customer.phone'],
      caseNumbers: caseNumbersDefault,
      replyMessage: 'customer-replied',
      unassignedMessage: unassignedMessageDefault(kind),
      keepForMs: keepForMsDefault,
    };
  });
}

function warnOfOpen(logger: Logger, kind: string, id: string): void {
  logger.warn(
    { channel: `${kind}:${id}` },
    'the channel is OPEN: posts are not signed, so that whoever reaches this server can move journeys by it; for development only, see CHANNELS_FILE',
  );
}

async function readEntries(file: string): Promise<readonly ChannelEntry[]> {
  const wrong = (expected: string, found: string) =>
    new ConfigError([{ name: 'CHANNELS_FILE', expected, found }]);
  let content: string;
  try {
    content = await readFile(file, 'utf8');
  } catch (error) {
    throw wrong('a file that can be read', `${JSON.stringify(file)} (${reasonOf(error)})`);
  }
  let json: unknown;
  try {
    json = JSON.parse(content);
  } catch (error) {
    throw wrong('a file of JSON', reasonOf(error));
  }
  const parsed = channelsFile.safeParse(json);
  if (parsed.success) return parsed.data.channels;
  throw new ConfigError(
    parsed.error.issues.map((issue) => ({
      name: `CHANNELS_FILE ${placeOf(issue.path)}`.trim(),
      expected: issue.code === 'unrecognized_keys' ? 'only known fields' : issue.message,
      found: issue.code === 'unrecognized_keys' ? issue.keys.join(', ') : shown(valueAt(json, issue.path)),
    })),
  );
}

function placeOf(path: readonly PropertyKey[]): string {
  return path
    .map((part, index) =>
      typeof part === 'number' ? `[${part}]` : `${index === 0 ? '' : '.'}${String(part)}`,
    )
    .join('');
}

function valueAt(json: unknown, path: readonly PropertyKey[]): unknown {
  let value: unknown = json;
  for (const part of path) {
    value =
      typeof value === 'object' && value !== null
        ? (Object.getOwnPropertyDescriptor(value, part)?.value as unknown)
        : undefined;
  }
  return value;
}

function shown(value: unknown): string {
  return value === undefined ? 'nothing' : (JSON.stringify(value) ?? 'nothing').slice(0, 200);
}

function channelOf(entry: ChannelEntry, signing: ChannelSigning): Channel {
  const { id, kind, publicUrl, language, callerVariable, caseNumbers, replyMessage, keepForMs } = entry;
  return {
    id,
    kind,
    signing,
    ...(publicUrl === undefined ? {} : { publicUrl }),
    language,
    callerVariables: callerVariable,
    caseNumbers,
    replyMessage,
    unassignedMessage: entry.unassignedMessage ?? unassignedMessageDefault(kind),
    keepForMs,
  };
}

function signingOf(
  entry: ChannelEntry,
  place: string,
  secrets: ReadonlyMap<string, string>,
  isDevelopment: boolean,
  problems: ConfigProblem[],
): ChannelSigning | undefined {
  const { kind, provider, secret, publicUrl } = entry;
  const refuse = (field: string, expected: string, found: string) => {
    problems.push({ name: `${place}.${field}`, expected, found });
    return undefined;
  };
  if (kind === 'mail' && provider !== 'generic')
    return refuse('provider', 'generic for a channel of mail', provider);
  if (secret === undefined) {
    if (isDevelopment) return { scheme: 'none' };
    return refuse(
      'secret',
      'the <NAME> of a variable THROUGHLINE_SECRET_<NAME>, as others reach the server',
      'nothing',
    );
  }
  const value = secrets.get(secret);
  if (value === undefined) return refuse('secret', `${secretPrefix}${secret} to be set`, 'nothing');
  // The address is part of what Twilio signs, and menus lead back to it.
  if (publicUrl === undefined && (provider === 'twilio' || kind === 'ivr')) {
    return refuse('publicUrl', 'the address under which the provider reaches this server', 'nothing');
  }
  switch (provider) {
    case 'twilio':
      return { scheme: 'twilio', token: value };
    case 'telnyx': {
      const publicKey = fromBase64(value);
      if (publicKey?.length === ed25519KeyBytes) return { scheme: 'telnyx', publicKey };
      return refuse(
        'secret',
        `${secretPrefix}${secret} to be a public key of Telnyx, 32 bytes in base64`,
        'something else',
      );
    }
    case 'generic': {
      const key = fromBase64(value.replace(/^whsec_/, ''));
      if (key !== undefined && key.length >= shortestHmacKeyBytes)
        return { scheme: 'standard-webhooks', secret: key };
      return refuse(
        'secret',
        `${secretPrefix}${secret} to be at least ${shortestHmacKeyBytes} bytes in base64, perhaps after "whsec_"`,
        'something else',
      );
    }
    default:
      return provider satisfies never;
  }
}

const ed25519KeyBytes = 32;
const shortestHmacKeyBytes = 16;

function fromBase64(text: string): Uint8Array | undefined {
  return /^[A-Za-z0-9+/]+={0,2}$/.test(text) ? Buffer.from(text, 'base64') : undefined;
}

function repeated(entries: readonly ChannelEntry[]): readonly ConfigProblem[] {
  const seen = new Set<string>();
  return entries.flatMap(({ kind, id }, index) => {
    const name = `${kind}:${id}`;
    if (!seen.has(name)) {
      seen.add(name);
      return [];
    }
    const expected = 'an id that no other channel of its kind has';
    return [{ name: `CHANNELS_FILE channels[${index}].id`, expected, found: JSON.stringify(id) }];
  });
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
