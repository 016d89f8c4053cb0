import type { ElementInstance, Job, UserTask } from '../answers.js';
import { element, type Child } from '../element.js';
import { instanceHash } from '../route.js';
import { elementTypeWords, timeElement } from '../words.js';
import type { Waits } from './read-instance.js';

type NameOf = (elementId: string) => string;

/** What the instance waits for: people, work, messages, signals, times, other instances. */
export function drawWaits(
  waits: Waits,
  steps: readonly ElementInstance[],
  nameOf: NameOf,
): readonly HTMLElement[] {
  const items = [
    ...waits.userTasks.map((task) => wait('Task', nameOf(task.elementId), taskText(task))),
    ...waits.jobs.map((job) => wait('Work', nameOf(job.elementId), jobText(job))),
    ...waits.subscriptions.map(({ kind, elementId, name, correlationKey }) =>
      wait(kind === 'message' ? 'Message' : 'Signal', nameOf(elementId), [
        element('code', {}, name),
        ...(correlationKey === undefined ? [] : [' for ', element('code', {}, correlationKey)]),
      ]),
    ),
    ...waits.timers.map(({ elementId, dueAt, repetitionsLeft = 0 }) =>
      wait('Time', nameOf(elementId), [
        timeElement(dueAt),
        ...(repetitionsLeft > 0 ? [`, and ${repetitionsLeft} times more`] : []),
      ]),
    ),
    ...waits.called.map(({ processInstanceId, bpmnProcessId, businessKey }) => {
      const href = instanceHash(processInstanceId);
      const link = element(
        'a',
        { id: `called-${processInstanceId}`, href },
        businessKey ?? processInstanceId,
      );
      return wait('Call', bpmnProcessId, [link]);
    }),
    ...unexplained(waits, steps).map(({ elementId, elementType }) =>
      wait('Step', nameOf(elementId), [
        elementType.endsWith('Gateway') ? 'the other paths have not arrived' : elementTypeWords(elementType),
      ]),
    ),
  ];
  if (items.length === 0) return [];
  return [element('h2', {}, 'Waits for'), element('ul', { class: 'waits' }, ...items)];
}

function wait(kind: string, name: string, details: readonly Child[]): HTMLElement {
  return element(
    'li',
    {},
    element('span', { class: 'badge kind' }, kind),
    element('span', {}, element('strong', {}, name), element('span', { class: 'details' }, ...details)),
  );
}

function taskText({ assignee, candidateGroups, candidateUsers, dueAt }: UserTask): readonly Child[] {
  const candidates = [...candidateGroups, ...candidateUsers].join(', ');
  const who =
    assignee === undefined ? (candidates === '' ? 'for anybody' : `for ${candidates}`) : `${assignee} has it`;
  return [who, ...(dueAt === undefined ? [] : [', due ', timeElement(dueAt)])];
}

function jobText({ type, state, retries, worker, availableAt, errorMessage }: Job): readonly Child[] {
  const tries = `${retries} ${retries === 1 ? 'try' : 'tries'} left`;
  const failed = errorMessage === undefined ? [] : [element('span', { class: 'message' }, errorMessage)];
  switch (state) {
    case 'created':
      return [
        element('code', {}, type),
        `, ${tries}, for a worker from `,
        timeElement(availableAt),
        ...failed,
      ];
    case 'activated':
      return [element('code', {}, type), `, ${worker ?? 'a worker'} is at it, ${tries}`, ...failed];
    case 'failed':
      return [element('code', {}, type), ', no tries left'];
  }
}

/** Steps that are under way, hold no other, and of which nothing above tells what they wait for. */
function unexplained(
  { userTasks, jobs, subscriptions, timers, called }: Waits,
  steps: readonly ElementInstance[],
): readonly ElementInstance[] {
  const active = steps.filter(({ state }) => state === 'active');
  const explained = new Set<string | undefined>([
    ...[...userTasks, ...jobs, ...subscriptions, ...timers].map((one) => one.elementInstanceId),
    ...called.map(({ parentElementInstanceId }) => parentElementInstanceId),
    ...active.map(({ parentElementInstanceId }) => parentElementInstanceId),
  ]);
  return active.filter((step) => !explained.has(step.elementInstanceId) && step.incidentId === undefined);
}
