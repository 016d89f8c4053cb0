import type { Client } from '../client/create-client.js';
import { command, CommandFailed, UsageError } from './command.js';
import { outputOptions, printerOf } from './print.js';
import { clientOf, credentialsHelp, serverOptions } from './server.js';
import { variableOptions, variablesPart } from './variables.js';

/** Completes a user task. */
export const completeCommand = command({
  summary: 'complete a user task',
  usage: ['complete TASK_ID [--var NAME=VALUE]…', 'complete --instance ID [--element ELEMENT] …'],
  about: `The task is told by its id, or by the process instance and, where several are open there, the element.
${credentialsHelp}`,
  options: {
    instance: { type: 'string', value: 'ID', about: 'the open task of that process instance' },
    element: { type: 'string', value: 'ELEMENT', about: 'and of that user task of the model' },
    ...variableOptions,
    ...serverOptions,
    ...outputOptions,
  },
  words: { min: 0, max: 1, expected: 'one TASK_ID' },
  examples: [
    'throughline complete 0192…-7 --var approved=true',
    'throughline complete --instance 0192… --element look --variables \'{"approved":true}\'',
  ],
  async run({ values, words: [taskId] }, terminal) {
    const { instance, element } = values;
    if (
      (taskId === undefined) === (instance === undefined) ||
      (taskId !== undefined && element !== undefined)
    ) {
      throw new UsageError('Expected either one TASK_ID or --instance ID, perhaps with --element ELEMENT.');
    }
    const client = clientOf(values, terminal.env);
    const body = await variablesPart(values, terminal);
    const userTaskId = taskId ?? (await onlyTask(client, instance ?? '', element));
    await client.completeUserTask({ params: { userTaskId }, body });
    printerOf(values, terminal).result(
      { userTaskId, outcome: 'completed' },
      () => `${userTaskId} completed\n`,
    );
  },
});

async function onlyTask(
  client: Client,
  processInstanceId: string,
  elementId: string | undefined,
): Promise<string> {
  const filter = { processInstanceId, state: 'created', ...(elementId === undefined ? {} : { elementId }) };
  const { items } = await client.searchUserTasks({ body: { filter, page: { limit: 10 } } });
  const [task, ...others] = items;
  if (task !== undefined && others.length === 0) return task.userTaskId;
  const found = items.map((one) => `${one.userTaskId} (${one.elementId})`).join(', ');
  throw new CommandFailed(`Expected one open user task there but found ${found === '' ? 'none' : found}.`);
}
