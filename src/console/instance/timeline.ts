import type { ElementInstance } from '../answers.js';
import { element } from '../element.js';
import type { Beginning } from '../read-all.js';
import { durationText, elementTypeWords, stepStateWords, timeElement } from '../words.js';

const indentsMax = 4;

/** What has happened so far, step by step, in the order in which it began. */
export function drawTimeline({ items, hasMore }: Beginning<ElementInstance>): readonly HTMLElement[] {
  const depths = depthsOf(items);
  const steps = items.map((item) => step(item, depths.get(item.elementInstanceId) ?? 0));
  const more = `Only the first ${items.length.toLocaleString()} steps are shown.`;
  return [
    element('h2', {}, 'Timeline'),
    element('ol', { class: 'timeline' }, ...steps),
    ...(hasMore ? [element('p', { class: 'muted' }, more)] : []),
  ];
}

function step(item: ElementInstance, depth: number): HTMLElement {
  const { elementId, elementName, elementType, state, startedAt, endedAt, incidentId } = item;
  const type = elementTypeWords(elementType);
  const took = endedAt === undefined ? undefined : Date.parse(endedAt) - Date.parse(startedAt);
  const shown = incidentId === undefined ? state : 'incident';
  return element(
    'li',
    { class: `depth-${Math.min(depth, indentsMax)} ${shown}` },
    element(
      'div',
      {},
      element('strong', {}, elementName ?? type),
      ' ',
      element('span', { class: `badge ${shown}` }, shown === 'incident' ? 'incident' : stepStateWords[shown]),
      element(
        'small',
        { class: 'secondary' },
        elementName === undefined ? '' : `${type} `,
        element('span', { class: 'id' }, elementId),
      ),
    ),
    element(
      'div',
      { class: 'when' },
      timeElement(startedAt),
      took === undefined || took === 0
        ? ''
        : element('small', { class: 'muted' }, `took ${durationText(took)}`),
    ),
  );
}

/** How many steps each one is within. A parent begins before its children. */
function depthsOf(items: readonly ElementInstance[]): ReadonlyMap<string, number> {
  const depths = new Map<string, number>();
  for (const { elementInstanceId, parentElementInstanceId } of items) {
    const parentDepth =
      parentElementInstanceId === undefined ? undefined : depths.get(parentElementInstanceId);
    depths.set(elementInstanceId, parentDepth === undefined ? 0 : parentDepth + 1);
  }
  return depths;
}
