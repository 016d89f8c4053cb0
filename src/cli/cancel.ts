import { command } from './command.js';
import { doEach } from './do-each.js';
import { outputOptions, printerOf } from './print.js';
import { clientOf, credentialsHelp, serverOptions } from './server.js';

/** Cancels process instances. */
export const cancelCommand = command({
  summary: 'cancel process instances',
  usage: ['cancel INSTANCE_ID…'],
  about: `What they have called is canceled with them. Nothing is asked: it is done.
${credentialsHelp}`,
  options: { ...serverOptions, ...outputOptions },
  words: { min: 1, max: 1_000, expected: 'one INSTANCE_ID or more' },
  examples: ['throughline cancel 0192…'],
  async run({ values, words }, terminal) {
    const client = clientOf(values, terminal.env);
    return doEach(
      words,
      'canceled',
      (processInstanceId) => client.cancelProcessInstance({ params: { processInstanceId } }),
      printerOf(values, terminal),
    );
  },
});
