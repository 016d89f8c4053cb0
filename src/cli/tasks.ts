import type { AnswerOf } from '../client/operation-types.js';
import { command } from './command.js';
import { pageOptions, readPages } from './pages.js';
import { printList } from './print-list.js';
import { outputOptions, printerOf } from './print.js';
import { clientOf, credentialsHelp, serverOptions } from './server.js';

/** Lists user tasks. */
export const tasksCommand = command({
  summary: 'list user tasks',
  usage: ['tasks [--assignee USER] [--group GROUP] [--user USER] [--process PROCESS] [--instance ID]'],
  about: `Those that are open, the oldest first, unless --state tells others.
${credentialsHelp}`,
  options: {
    assignee: { type: 'string', value: 'USER', about: 'that USER has' },
    group: { type: 'string', value: 'GROUP', about: 'for that group' },
    user: { type: 'string', value: 'USER', about: 'for that user, as a candidate' },
    process: { type: 'string', value: 'PROCESS', about: 'of the process with that id' },
    instance: { type: 'string', value: 'ID', about: 'of that process instance' },
    element: { type: 'string', value: 'ELEMENT', about: 'of the user task with that id in the model' },
    key: { type: 'string', value: 'BUSINESS_KEY', about: 'of instances with that business key' },
    state: { type: 'string', values: ['created', 'completed', 'canceled'], about: 'default created' },
    ...pageOptions,
    ...serverOptions,
    ...outputOptions,
  },
  words: { min: 0, max: 0, expected: 'nothing else' },
  examples: ['throughline tasks --group back-office', 'throughline tasks --instance 0192… --json'],
  async run({ values }, terminal) {
    const { assignee, group, user, instance, element, key, state = 'created' } = values;
    const { process: bpmnProcessId } = values;
    const client = clientOf(values, terminal.env);
    const filter = {
      state,
      ...(assignee === undefined ? {} : { assignee }),
      ...(group === undefined ? {} : { candidateGroups: group }),
      ...(user === undefined ? {} : { candidateUsers: user }),
      ...(bpmnProcessId === undefined ? {} : { bpmnProcessId }),
      ...(instance === undefined ? {} : { processInstanceId: instance }),
      ...(element === undefined ? {} : { elementId: element }),
      ...(key === undefined ? {} : { businessKey: key }),
    };
    const sort = [{ field: 'createdAt' }];
    const found = await readPages((page) => client.searchUserTasks({ body: { filter, sort, page } }), values);
    printList(printerOf(values, terminal), found, columns, 'no user tasks');
  },
});

type Task = AnswerOf<'searchUserTasks'>['items'][number];

const columns = [
  { head: 'TASK', of: (one: Task) => one.userTaskId },
  { head: 'NAME', of: (one: Task) => one.name ?? one.elementId },
  { head: 'PROCESS', of: (one: Task) => one.bpmnProcessId },
  { head: 'KEY', of: (one: Task) => one.businessKey },
  { head: 'STATE', of: (one: Task) => one.state, isState: true as const },
  { head: 'ASSIGNEE', of: (one: Task) => one.assignee },
  { head: 'CANDIDATES', of: (one: Task) => [...one.candidateGroups, ...one.candidateUsers].join(',') },
  { head: 'DUE', of: (one: Task) => one.dueAt },
  { head: 'CREATED', of: (one: Task) => one.createdAt },
];
