import { createKey, createRequestOf, KeyOptionError, listKeys } from './cli/keys.js';
import { type Client, createClient } from './client/create-client.js';
import { ConnectionError, ProblemError, TimeLimitExceeded, UnexpectedAnswer } from './client/errors.js';
import { type Command, inWords, parseArguments, UsageError } from './command.js';

const options = {
  name: { type: 'string' },
  roles: { type: 'string' },
  grant: { type: 'string', multiple: true },
  'expires-in': { type: 'string' },
  server: { type: 'string' },
  tenant: { type: 'string' },
} as const;

/** Makes, lists and revokes API keys of a server, over REST. */
export const keysCommand: Command = {
  summary: 'make, list and revoke API keys',
  help: `Usage: throughline keys create --name TEXT --roles a,b [--grant KIND=NAME,…]… [--expires-in DAYS]
       throughline keys list
       throughline keys revoke KEY_ID

Asks the server at THROUGHLINE_URL (default http://127.0.0.1:8080), with the key in THROUGHLINE_API_KEY.
create prints the key alone on standard output, this once.

  --name TEXT        whose key it is, and what for
  --roles a,b        channel, helpdesk, worker, analyst, admin, operator; see docs/permissions.md
  --grant KIND=NAMES narrows it: bpmnProcessIds, messageNames, signalNames, jobTypes, candidateGroups
  --expires-in DAYS  default: never
  --server URL       instead of THROUGHLINE_URL
  --tenant NAME      of another tenant than that of the key, which the bootstrap key alone may

Examples:
  throughline keys create --name shop --roles channel --grant bpmnProcessIds=order --grant messageNames=paid
  throughline keys revoke tl_0123456789abcdef0123

Ends with 0 when it is done, 1 when the server refused or was not reached, 2 for a wrong command line.
`,
  async run(args) {
    const { values, positionals } = parseArguments(args, { options, allowPositionals: true });
    const [verb, ...rest] = positionals;
    const client = clientOf(values.server, values.tenant);
    await inWords(
      () => runVerb(verb, rest, values, client),
      [ProblemError, ConnectionError, TimeLimitExceeded, UnexpectedAnswer],
    );
  },
};

type Values = ReturnType<typeof parseArguments<{ readonly options: typeof options }>>['values'];

async function runVerb(
  verb: string | undefined,
  rest: readonly string[],
  values: Values,
  client: Client,
): Promise<void> {
  if (verb === 'create' && rest.length === 0) return create(values, client);
  if (verb === 'list' && rest.length === 0) return void process.stdout.write(await listKeys(client));
  const [apiKeyId] = rest;
  if (verb === 'revoke' && apiKeyId !== undefined && rest.length === 1) {
    await client.revokeApiKey({ params: { apiKeyId } });
    return void process.stdout.write(`${apiKeyId} is revoked\n`);
  }
  throw new UsageError(
    `Expected create, list or revoke KEY_ID but found ${JSON.stringify([verb, ...rest].join(' '))}.`,
  );
}

async function create(values: Values, client: Client): Promise<void> {
  const { name, roles, grant: grants = [], 'expires-in': expiresInDays } = values;
  if (name === undefined || roles === undefined) throw new UsageError('Expected --name and --roles.');
  const request = requestOf({
    name,
    roles,
    grants,
    ...(expiresInDays === undefined ? {} : { expiresInDays }),
  });
  const { key, note } = await createKey(client, request);
  process.stderr.write(`${note}\n`);
  process.stdout.write(`${key}\n`);
}

function requestOf(given: Parameters<typeof createRequestOf>[0]) {
  try {
    return createRequestOf(given, Date.now());
  } catch (error) {
    if (error instanceof KeyOptionError) throw new UsageError(error.message);
    throw error;
  }
}

function clientOf(server: string | undefined, tenant: string | undefined): Client {
  const baseUrl = server ?? process.env['THROUGHLINE_URL'] ?? 'http://127.0.0.1:8080';
  if (!/^https?:\/\//.test(baseUrl) || !URL.canParse(baseUrl)) {
    throw new UsageError(
      `Expected --server to be a URL of http or https but found ${JSON.stringify(baseUrl)}.`,
    );
  }
  const apiKey = process.env['THROUGHLINE_API_KEY'];
  return createClient({
    baseUrl,
    ...(apiKey ? { apiKey } : {}),
    ...(tenant === undefined ? {} : { tenant }),
  });
}
