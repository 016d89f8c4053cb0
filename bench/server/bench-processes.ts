import { bpmn } from '../../test/support/bpmn-builder.js';
import { largeInstanceModel } from './large-instance.js';

/** The job types of `three-jobs`, whose handlers the server or the worker process has. */
export const handledTypes = ['bench-1', 'bench-2', 'bench-3'] as const;
/** The job types of `three-external-jobs`, which the load takes over REST. */
export const externalTypes = ['external-1', 'external-2', 'external-3'] as const;

const threeTasks = (id: string, types: readonly string[]): string => {
  const process = bpmn(id).startEvent('s');
  for (const type of types) process.serviceTask(type, { type });
  return process.endEvent('e').toXml();
};

/** The models of the workloads by the name of their file. */
export const benchProcesses: Readonly<Record<string, string>> = {
  'three-jobs': threeTasks('three-jobs', handledTypes),
  'three-external-jobs': threeTasks('three-external-jobs', externalTypes),
  'one-user-task': bpmn('one-user-task').startEvent('s').userTask('u').endEvent('e').toXml(),
  'one-message': bpmn('one-message')
    .startEvent('s')
    .intermediateCatchEvent('m', { message: { name: 'go', correlationKey: '=customer' } })
    .endEvent('e')
    .toXml(),
  'one-signal': bpmn('one-signal')
    .startEvent('s')
    .intermediateCatchEvent('g', { signal: 'go' })
    .endEvent('e')
    .toXml(),
  'one-timer': bpmn('one-timer')
    .startEvent('s')
    .intermediateCatchEvent('t', { timer: { date: '=dueAt' } })
    .endEvent('e')
    .toXml(),
  'many-jobs': largeInstanceModel,
  'at-once': bpmn('at-once').startEvent('s').endEvent('e').toXml(),
};

/** A handler module that answers at once. */
export const handlerSource =
  'export default { concurrency: 64, handler: async (job) => ({ done: job.type }) };\n';
