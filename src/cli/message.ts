import { command, UsageError } from './command.js';
import { readDurationMs } from './numbers.js';
import { outputOptions, printerOf } from './print.js';
import { clientOf, credentialsHelp, serverOptions } from './server.js';
import { stateStyle } from './style.js';
import { variableOptions, variablesPart } from './variables.js';

/** Publishes a message, or correlates it now. */
export const messageCommand = command({
  summary: 'publish a message',
  usage: ['message NAME [--correlation-key KEY] [--ttl DURATION] [--id ID]', 'message NAME --correlate …'],
  about: `The message is correlated, starts an instance, or is kept for --ttl. With --correlate it has to be
taken now, else it is refused.
${credentialsHelp}`,
  options: {
    'correlation-key': { type: 'string', value: 'KEY', about: 'which instance it is for' },
    ttl: {
      type: 'string',
      value: 'DURATION',
      about: 'how long it is kept while nobody waits; default not at all',
    },
    id: {
      type: 'string',
      value: 'ID',
      about: 'a message that was published under this id before is not published again',
    },
    correlate: { type: 'boolean', about: 'now, or not at all' },
    ...variableOptions,
    ...serverOptions,
    ...outputOptions,
  },
  words: { min: 1, max: 1, expected: 'one NAME' },
  examples: [
    'throughline message identity-documents-received --correlation-key A-1001 --ttl 1h --variables \'{"documents":["passport"]}\'',
    'throughline message paid --correlation-key A-1001 --correlate',
  ],
  async run({ values, words: [name = ''] }, terminal) {
    const { 'correlation-key': correlationKey, ttl, id: messageId, correlate = false } = values;
    if (correlate && (ttl !== undefined || messageId !== undefined)) {
      throw new UsageError('Expected --correlate without --ttl and --id: it is taken now, or not at all.');
    }
    const client = clientOf(values, terminal.env);
    const printer = printerOf(values, terminal);
    const key = correlationKey === undefined ? {} : { correlationKey };
    const body = { name, ...key, ...(await variablesPart(values, terminal)) };
    if (correlate) {
      const answer = await client.correlateMessage({ body });
      return printer.result(answer, (style) => `${style.green('correlated')} ${answer.processInstanceId}\n`);
    }
    const answer = await client.publishMessage({
      body: {
        ...body,
        ...(messageId === undefined ? {} : { messageId }),
        ...(ttl === undefined ? {} : { timeToLiveMs: readDurationMs(ttl, 'ttl') }),
      },
    });
    const { outcome, processInstanceIds, duplicate = false } = answer;
    printer.result(answer, (style) => {
      const before = duplicate ? ' (before: nothing was changed)' : '';
      return `${[stateStyle(style, outcome)(outcome), ...processInstanceIds].join(' ')}${before}\n`;
    });
  },
});
