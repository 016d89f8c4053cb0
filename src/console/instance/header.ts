import type { ProcessInstance } from '../answers.js';
import { element, type Child } from '../element.js';
import { instanceState } from '../instance-state.js';
import { instanceHash } from '../route.js';
import { durationText, timeElement } from '../words.js';
import type { Model } from './model.js';

/** Which instance this is, and where it stands. */
export function drawHeader(instance: ProcessInstance, model: Model | undefined): readonly Child[] {
  const { processInstanceId, bpmnProcessId, businessKey, version, startedAt, endedAt, errorCode } = instance;
  const parent = instance.parentProcessInstanceId;
  return [
    element('p', { class: 'over' }, `${model?.name ?? bpmnProcessId}, version ${version}`),
    element('h1', {}, element('span', {}, businessKey ?? processInstanceId), instanceState(instance)),
    element(
      'p',
      { class: 'facts' },
      fact('Started', timeElement(startedAt)),
      ...(endedAt === undefined
        ? []
        : [
            fact('Ended', timeElement(endedAt)),
            fact('Took', durationText(Date.parse(endedAt) - Date.parse(startedAt))),
          ]),
      ...(errorCode === undefined ? [] : [fact('Ended by the error', errorCode)]),
      ...(parent === undefined
        ? []
        : [fact('Called by', element('a', { id: 'parent', href: instanceHash(parent) }, parent))]),
      fact('Instance', element('span', { class: 'id' }, processInstanceId)),
    ),
  ];
}

function fact(name: string, value: Child): HTMLElement {
  return element('span', {}, element('span', { class: 'muted' }, `${name} `), value);
}
