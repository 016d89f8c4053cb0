import { command, CommandFailed, UsageError } from './command.js';
import { doEach } from './do-each.js';
import { readPages } from './pages.js';
import { outputOptions, printerOf } from './print.js';
import { clientOf, credentialsHelp, serverOptions } from './server.js';

/** Resolves incidents, so that their steps are tried again. */
export const retryCommand = command({
  summary: 'try the steps of incidents again',
  usage: ['retry INCIDENT_ID…', 'retry --instance ID'],
  about: `A job whose retries ran out is offered again with one. What is still wrong raises another incident.
${credentialsHelp}`,
  options: {
    instance: { type: 'string', value: 'ID', about: 'all open incidents of that process instance' },
    ...serverOptions,
    ...outputOptions,
  },
  words: { min: 0, max: 1_000, expected: 'one INCIDENT_ID or more' },
  examples: ['throughline retry 0192…-9', 'throughline retry --instance 0192…'],
  async run({ values, words }, terminal) {
    const { instance: processInstanceId } = values;
    if ((words.length === 0) === (processInstanceId === undefined)) {
      throw new UsageError('Expected either one INCIDENT_ID or more, or --instance ID.');
    }
    const client = clientOf(values, terminal.env);
    const filter = { processInstanceId: processInstanceId ?? '', resolvedAt: { $exists: false } };
    const open =
      processInstanceId === undefined
        ? words
        : (
            await readPages((page) => client.searchIncidents({ body: { filter, page } }), { all: true })
          ).items.map(({ incidentId }) => incidentId);
    if (open.length === 0)
      throw new CommandFailed(`Expected an open incident of ${processInstanceId} but found none.`);
    return doEach(
      open,
      'tried again',
      (incidentId) => client.resolveIncident({ params: { incidentId } }),
      printerOf(values, terminal),
    );
  },
});
