import type { ProcessInstance } from './answers.js';
import { element } from './element.js';

/** Where an instance stands, in words; incidents and suspension besides. */
export function instanceState({
  state,
  hasIncident,
  suspended,
}: Pick<ProcessInstance, 'state' | 'hasIncident' | 'suspended'>): HTMLElement {
  return element(
    'span',
    { class: 'badges' },
    element('span', { class: `badge ${state}` }, state),
    ...(hasIncident ? [element('span', { class: 'badge incident' }, 'incident')] : []),
    ...(suspended ? [element('span', { class: 'badge canceled' }, 'suspended')] : []),
  );
}
