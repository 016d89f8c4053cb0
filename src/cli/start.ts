import type { AnswerOf } from '../client/operation-types.js';
import { command, UsageError } from './command.js';
import { exitCodes } from './exit-codes.js';
import { readCount, readDurationMs } from './numbers.js';
import { jsonText, plainText } from './plain-text.js';
import { outputOptions, printerOf } from './print.js';
import { clientOf, credentialsHelp, serverOptions } from './server.js';
import { stateStyle, type Style } from './style.js';
import { variableOptions, variablesPart } from './variables.js';

/** Starts a process instance, and waits for its end if it is asked to. */
export const startCommand = command({
  summary: 'start a process instance',
  usage: ['start PROCESS [--version N] [--key BUSINESS_KEY] [--var NAME=VALUE]…', 'start --definition ID …'],
  about: `PROCESS is the id of the process in its model.
With --await it ends with 0 when the process instance is completed, and with 5 when it is active
still after --timeout, or has ended otherwise.
${credentialsHelp}`,
  options: {
    version: { type: 'string', value: 'N', about: 'that version; default the latest' },
    definition: { type: 'string', value: 'ID', about: 'that process definition, instead of PROCESS' },
    key: { type: 'string', value: 'BUSINESS_KEY', about: 'what the instance is known by outside' },
    at: { type: 'string', value: 'ELEMENT', about: 'begin at that start event' },
    await: { type: 'boolean', about: 'wait for the end' },
    timeout: { type: 'string', value: 'DURATION', about: 'how long to wait; default 10s, at most 60s' },
    ...variableOptions,
    ...serverOptions,
    ...outputOptions,
  },
  words: { min: 0, max: 1, expected: 'one PROCESS' },
  examples: [
    'throughline start order --key A-1 --var amount=120 --var express=true',
    'throughline start order --variables @order.json --await --timeout 30s',
  ],
  async run({ values, words: [bpmnProcessId] }, terminal) {
    const { definition, version, key, at, timeout } = values;
    if ((bpmnProcessId === undefined) === (definition === undefined)) {
      throw new UsageError('Expected either one PROCESS or --definition ID.');
    }
    const awaitCompletion = values.await ?? timeout !== undefined;
    const body = {
      ...(bpmnProcessId === undefined ? {} : { bpmnProcessId }),
      ...(definition === undefined ? {} : { processDefinitionId: definition }),
      ...(version === undefined ? {} : { version: readCount(version, 'version') }),
      ...(key === undefined ? {} : { businessKey: key }),
      ...(at === undefined ? {} : { startElementId: at }),
      ...(await variablesPart(values, terminal)),
      awaitCompletion,
      ...(timeout === undefined ? {} : { requestTimeoutMs: readDurationMs(timeout, 'timeout') }),
    };
    const started = await clientOf(values, terminal.env).startProcessInstance({ body });
    printerOf(values, terminal).result(started, (style) => startedText(started, style));
    return awaitCompletion && started.state !== 'completed' ? exitCodes.notCompleted : exitCodes.done;
  },
});

/** What was started: the id first, so that it is easy to pick. */
function startedText(started: AnswerOf<'startProcessInstance'>, style: Style): string {
  const { processInstanceId, bpmnProcessId, version, state, variables, errorCode } = started;
  const error = errorCode === undefined ? '' : ` ${style.red(plainText(errorCode))}`;
  const shown = stateStyle(style, state)(state);
  const head = `${processInstanceId}  ${plainText(bpmnProcessId)} v${version}  ${shown}${error}\n`;
  return variables === undefined ? head : `${head}${jsonText(variables)}\n`;
}
