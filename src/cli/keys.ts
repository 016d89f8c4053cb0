import type { Client } from '../client/create-client.js';
import type { AnswerOf } from '../client/operation-types.js';
import { grantKinds } from '../contract/roles.js';
import { command, type Given, UsageError } from './command.js';
import { createRequestOf } from './key-requests.js';
import { pageOptions, readPages } from './pages.js';
import { plainText } from './plain-text.js';
import { printList } from './print-list.js';
import { outputOptions, type Printer, printerOf } from './print.js';
import { clientOf, credentialsHelp, serverOptions } from './server.js';
import type { Terminal } from './terminal.js';

const options = {
  name: { type: 'string', value: 'TEXT', about: 'whose key it is, and what for' },
  roles: {
    type: 'string',
    value: 'a,b',
    about: 'channel, helpdesk, worker, analyst, admin, operator; see docs/permissions.md',
  },
  grant: {
    type: 'string',
    multiple: true,
    value: 'KIND=NAMES',
    about: `narrows it: ${grantKinds.join(', ')}`,
  },
  'expires-in': { type: 'string', value: 'DAYS', about: 'default: never' },
  ...pageOptions,
  ...serverOptions,
  ...outputOptions,
} as const;

/** Makes, lists and revokes API keys of a server. */
export const keysCommand = command({
  summary: 'make, list and revoke API keys',
  usage: [
    'keys create --name TEXT --roles a,b [--grant KIND=NAME,…]… [--expires-in DAYS]',
    'keys list',
    'keys revoke KEY_ID',
  ],
  about: `create prints the key alone on standard output, this once; with --json, all that is answered.
The bootstrap key alone may name another --tenant than its own.
${credentialsHelp}`,
  options,
  words: {
    min: 1,
    max: 2,
    expected: 'create, list or revoke KEY_ID',
    first: ['create', 'list', 'revoke'],
  },
  examples: [
    'throughline keys create --name shop --roles channel --grant bpmnProcessIds=order --grant messageNames=paid',
    'throughline keys revoke tl_0123456789abcdef0123',
  ],
  async run({ values, words }, terminal) {
    const [verb, apiKeyId, ...others] = words;
    if ((verb === 'revoke') !== (apiKeyId !== undefined) || others.length > 0) {
      throw new UsageError(
        `Expected create, list or revoke KEY_ID but found ${JSON.stringify(words.join(' '))}.`,
      );
    }
    const printer = printerOf(values, terminal);
    if (verb === 'create') return create(values, printer, terminal);
    const client = clientOf(values, terminal.env);
    if (apiKeyId === undefined) return list(client, values, printer);
    await client.revokeApiKey({ params: { apiKeyId } });
    printer.result({ apiKeyId, outcome: 'revoked' }, () => `${plainText(apiKeyId)} is revoked\n`);
  },
});

type Values = Given<typeof options>['values'];

async function create(values: Values, printer: Printer, { env, output, now }: Terminal): Promise<void> {
  const { name, roles, grant: grants = [], 'expires-in': expiresInDays } = values;
  if (name === undefined || roles === undefined) throw new UsageError('Expected --name and --roles.');
  const given = { name, roles, grants, ...(expiresInDays === undefined ? {} : { expiresInDays }) };
  const body = createRequestOf(given, now());
  const made = await clientOf(values, env).createApiKey({ body });
  printer.note(`${made.apiKeyId} is made. The key is shown this once: keep it now.`);
  if (values.json === true) printer.result(made, () => '');
  else output.write(`${made.apiKey}\n`);
}

async function list(client: Client, values: Values, printer: Printer): Promise<void> {
  const found = await readPages((query) => client.listApiKeys({ query }), values);
  printList(printer, found, columns, 'no keys');
}

type Key = AnswerOf<'listApiKeys'>['items'][number];

const columns = [
  { head: 'KEY', of: (one: Key) => one.apiKeyId },
  { head: 'NAME', of: (one: Key) => one.name },
  { head: 'ROLES', of: (one: Key) => one.roles.join(',') },
  { head: 'CREATED', of: (one: Key) => one.createdAt },
  { head: 'LAST USED', of: (one: Key) => one.lastUsedAt ?? 'never' },
  {
    head: 'UNTIL',
    of: (one: Key) => (one.revokedAt === undefined ? one.expiresAt : `revoked ${one.revokedAt}`),
  },
];
