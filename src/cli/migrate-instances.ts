import { setTimeout as wait } from 'node:timers/promises';
import type { Client } from '../client/create-client.js';
import { command, UsageError } from './command.js';
import { doEach } from './do-each.js';
import { type ExitCode, exitCodes } from './exit-codes.js';
import { readPages } from './pages.js';
import { plainText } from './plain-text.js';
import { outputOptions, type Printer, printerOf } from './print.js';
import { clientOf, credentialsHelp, serverOptions } from './server.js';
import { readPair } from './variables.js';

/** How often a batch is looked at. */
const lookMs = 500;

/** Failures of a batch that are told one by one. */
const failuresMax = 1_000;

/** Lets process instances go on by another definition. */
export const migrateInstancesCommand = command({
  summary: 'let process instances go on by another definition',
  usage: [
    'migrate-instances INSTANCE_ID… --to DEFINITION [--map FROM=TO]… [--dry-run]',
    'migrate-instances --from DEFINITION --to DEFINITION [--map FROM=TO]… [--dry-run] [--no-wait]',
  ],
  about: `Elements keep their ids unless --map names others. An instance that has something active without a place in the target
stays as it is, and the reason is told. --from is done as a batch on the server, which goes on when this command is ended.
"throughline list definitions" tells the ids; "throughline migrate" is about the database.
${credentialsHelp}`,
  options: {
    to: { type: 'string', value: 'DEFINITION', about: 'the id of the process definition to go on by' },
    from: { type: 'string', value: 'DEFINITION', about: 'all active instances of that process definition' },
    map: { type: 'string', multiple: true, value: 'FROM=TO', about: 'the element FROM is TO there' },
    'dry-run': { type: 'boolean', about: 'only tell whether it can be done' },
    'no-wait': { type: 'boolean', about: 'with --from: end when the batch is noted' },
    ...serverOptions,
    ...outputOptions,
  },
  words: { min: 0, max: 1_000, expected: 'one INSTANCE_ID or more' },
  examples: [
    'throughline migrate-instances 0192… --to 0193… --map look=review --dry-run',
    'throughline migrate-instances --from 0192… --to 0193…',
  ],
  async run({ values, words }, terminal) {
    const {
      to: targetProcessDefinitionId,
      from,
      map = [],
      'dry-run': dryRun = false,
      'no-wait': noWait = false,
    } = values;
    if (targetProcessDefinitionId === undefined) throw new UsageError('Expected --to DEFINITION.');
    if ((words.length === 0) === (from === undefined)) {
      throw new UsageError('Expected either one INSTANCE_ID or more, or --from DEFINITION.');
    }
    const mappings = map
      .map((given) => readPair(given, 'map', 'FROM=TO'))
      .map(([source, to]) => ({ from: source, to }));
    const migration = { targetProcessDefinitionId, mappings };
    const client = clientOf(values, terminal.env);
    const printer = printerOf(values, terminal);
    if (from !== undefined && !dryRun) return migrateAll(client, from, migration, noWait, printer);
    const ids = from === undefined ? words : await activeOf(client, from);
    return doEach(
      ids,
      dryRun ? 'can be migrated' : 'migrated',
      (processInstanceId) =>
        client.migrateProcessInstance({ params: { processInstanceId }, query: { dryRun }, body: migration }),
      printer,
    );
  },
});

async function activeOf(client: Client, processDefinitionId: string): Promise<readonly string[]> {
  const filter = { processDefinitionId, state: 'active' };
  const found = await readPages((page) => client.searchProcessInstances({ body: { filter, page } }), {
    all: true,
  });
  return found.items.map(({ processInstanceId }) => processInstanceId);
}

async function migrateAll(
  client: Client,
  processDefinitionId: string,
  migration: {
    readonly targetProcessDefinitionId: string;
    readonly mappings: readonly { from: string; to: string }[];
  },
  noWait: boolean,
  printer: Printer,
): Promise<ExitCode> {
  const filter = { processDefinitionId, state: 'active' };
  let batch = await client.createBatch({ body: { operation: 'migrate', filter, migration } });
  const { batchId } = batch;
  printer.note(`batch ${batchId}`);
  while (!noWait && (batch.state === 'collecting' || batch.state === 'running')) {
    await wait(lookMs);
    batch = await client.getBatch({ params: { batchId } });
  }
  if (batch.problem !== undefined) printer.note(plainText(`${batch.problem.code}: ${batch.problem.detail}`));
  if (batch.failed > 0) await tellFailures(client, batchId, printer);
  printer.result(
    batch,
    () => `${batch.state}: ${batch.done} of ${batch.total} migrated, ${batch.failed} refused\n`,
  );
  const isWell = batch.failed === 0 && batch.problem === undefined && batch.state !== 'canceled';
  return isWell ? exitCodes.done : exitCodes.failed;
}

async function tellFailures(client: Client, batchId: string, printer: Printer): Promise<void> {
  const body = { filter: { state: 'failed' }, page: { limit: failuresMax } };
  const { items } = await client.searchBatchItems({ params: { batchId }, body });
  for (const { processInstanceId, problem } of items) {
    printer.note(plainText(`${processInstanceId}: ${problem?.code}: ${problem?.detail}`));
  }
}
