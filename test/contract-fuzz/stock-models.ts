import { bpmn } from '../support/bpmn-builder.js';
import { decision, dmn, literal } from '../support/dmn-builder.js';

/** One process for each kind of thing that requests are about. */
export const taskModel = bpmn('tasks')
  .startEvent('s')
  .userTask('u', { candidateGroups: 'sales' })
  .userTask('v')
  .endEvent('e');
export const jobModel = bpmn('jobs').startEvent('s').serviceTask('j', { type: 'work' }).endEvent('e');
export const messageModel = bpmn('messages')
  .startEvent('s')
  .intermediateCatchEvent('m', { message: { name: 'paid', correlationKey: '="k"' } })
  .endEvent('e');
export const timerModel = bpmn('timers')
  .startEvent('s')
  .intermediateCatchEvent('t', { timer: { duration: 'PT1H' } })
  .endEvent('e');
export const brokenModel = bpmn('broken')
  .startEvent('s')
  .serviceTask('b', { type: '=nothing' })
  .endEvent('e');
export const choiceModel = bpmn('choice')
  .startEvent('s')
  .adHocSubProcess('a', (inner) => inner.userTask('chosen'))
  .endEvent('e');
export const shortModel = bpmn('short').startEvent('s').endEvent('e');
export const conditionalModel = bpmn('conditional')
  .startEvent('s', { condition: '=ready = true' })
  .userTask('u')
  .endEvent('e');

/** Catches what a user task throws. */
export const catchingModel = bpmn('catching')
  .startEvent('s')
  .userTask('u')
  .endEvent('e')
  .boundaryEvent('caught', { attachedTo: 'u', error: true })
  .endEvent('o');

export const models = [
  ...[taskModel, jobModel, messageModel, timerModel, brokenModel, choiceModel, shortModel, conditionalModel],
  catchingModel,
];

/** A decision that needs nothing. */
export function decisionModel(id: string): string {
  return dmn([decision(id, literal('1 + 1'))]);
}
