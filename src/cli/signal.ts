import { command } from './command.js';
import { outputOptions, printerOf } from './print.js';
import { clientOf, credentialsHelp, serverOptions } from './server.js';
import { variableOptions, variablesPart } from './variables.js';

/** Broadcasts a signal. */
export const signalCommand = command({
  summary: 'broadcast a signal',
  usage: ['signal NAME [--var NAME=VALUE]…'],
  about: `Everybody who waits for it gets it, and every process that it starts is started.
${credentialsHelp}`,
  options: { ...variableOptions, ...serverOptions, ...outputOptions },
  words: { min: 1, max: 1, expected: 'one NAME' },
  examples: ['throughline signal prices-changed --var percent=3'],
  async run({ values, words: [name = ''] }, terminal) {
    const body = { name, ...(await variablesPart(values, terminal)) };
    const answer = await clientOf(values, terminal.env).broadcastSignal({ body });
    const { subscriptions, startedProcessInstances } = answer;
    printerOf(values, terminal).result(answer, () =>
      [
        `${subscriptions} waited for it, ${startedProcessInstances.length} started`,
        ...startedProcessInstances,
        '',
      ].join('\n'),
    );
  },
});
