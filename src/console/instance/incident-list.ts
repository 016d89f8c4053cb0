import type { Incident } from '../answers.js';
import { button, element } from '../element.js';
import { timeElement } from '../words.js';

/** What needs somebody, with the reason in full, and a button to try again. */
export function drawIncidents(
  incidents: readonly Incident[],
  nameOf: (elementId: string) => string,
  retry: (incident: Incident) => Promise<void>,
): readonly HTMLElement[] {
  if (incidents.length === 0) return [];
  const items = incidents.map((incident) => {
    const { incidentId, code, message, elementId, createdAt } = incident;
    const id = `incident-${incidentId}`;
    const again = button(
      'Try again',
      { id: `retry-${incidentId}`, class: 'primary', 'aria-describedby': id },
      () => {
        again.disabled = true;
        void retry(incident).finally(() => (again.disabled = false));
      },
    );
    return element(
      'li',
      {},
      element(
        'div',
        { id },
        element('strong', {}, nameOf(elementId)),
        ' ',
        element('small', { class: 'muted' }, code, ', since ', timeElement(createdAt)),
        element('p', { class: 'message' }, message),
      ),
      again,
    );
  });
  return [element('h2', {}, 'Needs attention'), element('ul', { class: 'incidents' }, ...items)];
}
