import { command } from './command.js';
import { drawTree } from './draw-tree.js';
import { outputOptions, printerOf } from './print.js';
import { jsonText } from './plain-text.js';
import { readTree } from './read-tree.js';
import { clientOf, credentialsHelp, serverOptions } from './server.js';

/** Shows where a process instance stands. */
export const showCommand = command({
  summary: 'show where a process instance stands, as a tree',
  usage: ['show INSTANCE_ID [--all] [--with-variables]'],
  about: `What is active: elements, scopes with what is inside them, iterations, called instances; below each what it
waits for (tasks, jobs, timers, messages, signals) with its id; incidents in red.
${credentialsHelp}`,
  options: {
    all: { type: 'boolean', about: 'also what has ended' },
    'with-variables': { type: 'boolean', about: 'and the variables of the instance' },
    ...serverOptions,
    ...outputOptions,
  },
  words: { min: 1, max: 1, expected: 'one INSTANCE_ID' },
  examples: ['throughline show 0192…', 'throughline show 0192… --all --json'],
  async run({ values, words: [processInstanceId = ''] }, terminal) {
    const client = clientOf(values, terminal.env);
    const { all = false, 'with-variables': withVariables = false } = values;
    const tree = await readTree(client, processInstanceId, { all });
    const { variables } = withVariables
      ? await client.getVariables({ params: { processInstanceId } })
      : { variables: undefined };
    const shown = variables === undefined ? tree : { ...tree, variables };
    printerOf(values, terminal).result(shown, (style) => {
      const text = drawTree(tree, style, terminal.now());
      return variables === undefined ? text : `${text}${jsonText(variables)}\n`;
    });
  },
});
