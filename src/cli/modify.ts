import { command, UsageError } from './command.js';
import { plainText } from './plain-text.js';
import { outputOptions, printerOf } from './print.js';
import { clientOf, credentialsHelp, serverOptions } from './server.js';
import { stateStyle } from './style.js';
import { readPair, variableOptions, variablesPart } from './variables.js';

const several = { type: 'string', multiple: true } as const;

/** Puts, takes away and moves tokens of a process instance. */
export const modifyCommand = command({
  summary: 'put, take away and move tokens of a process instance',
  usage: [
    'modify INSTANCE_ID [--activate ELEMENT]… [--cancel ELEMENT]… [--move FROM=TO]… [--var NAME=VALUE]…',
  ],
  about: `All of it is done, or nothing; what cannot be done is told with the reason. "throughline show" tells the ids.
Variables are written before the first element that is entered.
${credentialsHelp}`,
  options: {
    activate: { ...several, value: 'ELEMENT', about: 'a token enters the element with that id' },
    cancel: { ...several, value: 'ELEMENT', about: 'all tokens at the element are taken away' },
    'cancel-instance': { ...several, value: 'ID', about: 'the token of that element instance is taken away' },
    move: {
      ...several,
      value: 'FROM=TO',
      about: 'all tokens at the element FROM enter the element TO instead',
    },
    'move-instance': {
      ...several,
      value: 'ID=TO',
      about: 'the token of that element instance enters the element TO',
    },
    ...variableOptions,
    ...serverOptions,
    ...outputOptions,
  },
  words: { min: 1, max: 1, expected: 'one INSTANCE_ID' },
  examples: [
    'throughline modify 0192… --move charge=look',
    'throughline modify 0192… --cancel wait-for-payment --activate ship --var paid=true',
  ],
  async run({ values, words: [processInstanceId = ''] }, terminal) {
    const { activate = [], cancel = [], move = [] } = values;
    const { 'cancel-instance': cancelInstance = [], 'move-instance': moveInstance = [] } = values;
    const entered = await variablesPart(values, terminal);
    const moves = [
      ...move.map((given) => {
        const [fromElementId, toElementId] = readPair(given, 'move', 'FROM=TO');
        return { fromElementId, toElementId };
      }),
      ...moveInstance.map((given) => {
        const [fromElementInstanceId, toElementId] = readPair(given, 'move-instance', 'ID=TO');
        return { fromElementInstanceId, toElementId };
      }),
    ];
    if ('variables' in entered && activate.length + moves.length === 0) {
      throw new UsageError(
        'Expected --activate or --move with variables: they are written where a token enters.',
      );
    }
    // Each entered element would write them again: the first does it.
    const isFirst = (place: number): boolean => place === 0;
    const body = {
      activate: activate.map((elementId, place) => ({ elementId, ...(isFirst(place) ? entered : {}) })),
      cancel: [
        ...cancel.map((elementId) => ({ elementId })),
        ...cancelInstance.map((elementInstanceId) => ({ elementInstanceId })),
      ],
      move: moves.map((one, place) => ({ ...one, ...(isFirst(activate.length + place) ? entered : {}) })),
    };
    if (Object.values(body).every((list) => list.length === 0)) {
      throw new UsageError(
        'Expected at least one of --activate, --cancel, --cancel-instance, --move and --move-instance.',
      );
    }
    const answer = await clientOf(values, terminal.env).modifyProcessInstance({
      params: { processInstanceId },
      body,
    });
    printerOf(values, terminal).result(
      answer,
      (style) => `${plainText(processInstanceId)} ${stateStyle(style, answer.state)(answer.state)}\n`,
    );
  },
});
