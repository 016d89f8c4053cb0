import { bpmn, type ProcessBuilder } from '../support/bpmn-builder.js';

/** Models that several suites use. Each has one thing in it. */

export function oneJob(
  id = 'work',
  type = 'work',
  more: { retries?: number; priority?: string } = {},
): ProcessBuilder {
  return bpmn(id)
    .startEvent('start')
    .serviceTask('task', { type, ...more })
    .endEvent('end');
}

export function oneUserTask(id = 'ask'): ProcessBuilder {
  return bpmn(id)
    .startEvent('start')
    .userTask('task', { name: 'Check', candidateGroups: 'clerks' })
    .endEvent('end');
}

/** Waits for message `paid` of the order in variable `order`. */
export function oneMessage(id = 'order', name = 'paid'): ProcessBuilder {
  return bpmn(id)
    .startEvent('start')
    .intermediateCatchEvent('catch', { message: { name, correlationKey: '=order' } })
    .endEvent('end');
}

export function messageStart(id = 'started', name = 'begin'): ProcessBuilder {
  return bpmn(id).startEvent('start', { message: name }).userTask('task').endEvent('end');
}

export function oneSignal(id = 'listen', signal = 'go'): ProcessBuilder {
  return bpmn(id).startEvent('start').intermediateCatchEvent('catch', { signal }).endEvent('end');
}

export function signalStart(id = 'started', signal = 'go'): ProcessBuilder {
  return bpmn(id).startEvent('start', { signal }).userTask('task').endEvent('end');
}

export function oneTimer(id = 'wait', duration = 'PT1H'): ProcessBuilder {
  return bpmn(id)
    .startEvent('start')
    .intermediateCatchEvent('catch', { timer: { duration } })
    .endEvent('end');
}

export function timerStart(id = 'clock', cycle = 'R3/PT1H'): ProcessBuilder {
  return bpmn(id).startEvent('start', { timer: { cycle } }).userTask('task').endEvent('end');
}

export function oneCall(id = 'caller', processId = 'called'): ProcessBuilder {
  return bpmn(id).startEvent('start').callActivity('call', { processId }).endEvent('end');
}
