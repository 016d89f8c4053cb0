import type { AnswerOf } from '../client/operation-types.js';
import { incidentCodes } from '../contract/incident-codes.js';
import { command } from './command.js';
import { pageOptions, readPages } from './pages.js';
import { printList } from './print-list.js';
import { outputOptions, printerOf } from './print.js';
import { clientOf, credentialsHelp, serverOptions } from './server.js';

/** Lists incidents. */
export const incidentsCommand = command({
  summary: 'list incidents: steps that could not be taken',
  usage: ['incidents [--process PROCESS] [--instance ID] [--code CODE] [--resolved]'],
  about: `Those that are open, the newest first. "throughline retry" tries their steps again.
${credentialsHelp}`,
  options: {
    process: { type: 'string', value: 'PROCESS', about: 'of the process with that id' },
    instance: { type: 'string', value: 'ID', about: 'of that process instance' },
    code: { type: 'string', values: incidentCodes, about: 'of that kind' },
    resolved: { type: 'boolean', about: 'those that are resolved, instead' },
    ...pageOptions,
    ...serverOptions,
    ...outputOptions,
  },
  words: { min: 0, max: 0, expected: 'nothing else' },
  examples: [
    'throughline incidents --process order',
    'throughline incidents --code job-retries-exhausted --json',
  ],
  async run({ values }, terminal) {
    const { process: bpmnProcessId, instance, code, resolved = false } = values;
    const client = clientOf(values, terminal.env);
    const filter = {
      resolvedAt: { $exists: resolved },
      ...(bpmnProcessId === undefined ? {} : { bpmnProcessId }),
      ...(instance === undefined ? {} : { processInstanceId: instance }),
      ...(code === undefined ? {} : { code }),
    };
    const sort = [{ field: 'createdAt', order: 'desc' as const }];
    const found = await readPages((page) => client.searchIncidents({ body: { filter, sort, page } }), values);
    printList(printerOf(values, terminal), found, columns, 'no incidents');
  },
});

type Incident = AnswerOf<'searchIncidents'>['items'][number];

const columns = [
  { head: 'INCIDENT', of: (one: Incident) => one.incidentId },
  { head: 'CODE', of: (one: Incident) => one.code },
  { head: 'PROCESS', of: (one: Incident) => one.bpmnProcessId },
  { head: 'ELEMENT', of: (one: Incident) => one.elementId },
  { head: 'CREATED', of: (one: Incident) => one.createdAt },
  { head: 'MESSAGE', of: (one: Incident) => one.message },
];
