import { bpmn } from '../support/bpmn-builder.js';

/** Waits that never end, side by side in one instance; each counts how often it was passed. */
export const contested = bpmn('contested')
  .startEvent('start')
  .parallelGateway('fork')
  .userTask('task', { outputs: { tasks: '=tasks + 1' } })
  .connectTo('task')
  .at('fork')
  .serviceTask('job', { type: 'contested', outputs: { jobs: '=jobs + 1' } })
  .connectTo('job')
  .at('fork')
  .userTask('hear')
  .endEvent('end')
  .boundaryEvent('rung', {
    attachedTo: 'hear',
    interrupting: false,
    signal: 'ring',
    outputs: { rings: '=rings + 1' },
  })
  .endEvent('heard')
  .boundaryEvent('told', {
    attachedTo: 'hear',
    interrupting: false,
    message: { name: 'tell', correlationKey: '=name' },
    outputs: { messages: '=messages + 1' },
  })
  .endEvent('noted');

/** What each instance counts, by the name of the variable. */
export const counters = ['tasks', 'jobs', 'rings', 'messages'] as const;
export type Counter = (typeof counters)[number];
