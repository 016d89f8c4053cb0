import type { Incident } from '../answers.js';
import { command } from '../api.js';
import { element } from '../element.js';
import { section } from '../section.js';
import type { Stage, View } from '../view.js';
import { whenChanged } from '../when-changed.js';
import { createDiagram } from './diagram.js';
import { drawHeader } from './header.js';
import { drawIncidents } from './incident-list.js';
import { marksOf, type Mark } from './marks.js';
import { readModel, type Model } from './model.js';
import { readInstance, type InstanceState } from './read-instance.js';
import { drawTimeline } from './timeline.js';
import { drawVariables } from './variable-list.js';
import { drawWaits } from './wait-list.js';

/** One instance: its diagram, what it waits for, what needs somebody, its variables, what has happened. */
export function instanceView(processInstanceId: string, stage: Stage): View {
  const { signal } = stage;
  const diagram = createDiagram(signal);
  const parts = {
    header: element(
      'header',
      {},
      element('h1', {}, processInstanceId),
      element('p', { class: 'loading' }, 'Loading …'),
    ),
    hidden: element('p', { class: 'scope' }),
    incidents: element('section'),
    waits: element('section'),
    timeline: element('section'),
    variables: element('section'),
  };
  let model: Model | undefined;
  let isDrawn = false;
  const nameOf = (elementId: string): string => model?.nameOf(elementId) ?? elementId;

  const showHeader = section(parts.header, (instance: InstanceState['instance']) =>
    drawHeader(instance, model),
  );
  const showHidden = section(parts.hidden, (hidden: InstanceState['hidden']) =>
    hidden.length === 0 ? [] : [`Not shown, since you may not see them: ${hidden.join(', ')}.`],
  );
  const showIncidents = section(parts.incidents, (incidents: readonly Incident[]) =>
    drawIncidents(incidents, nameOf, (incident) => retry(incident, nameOf(incident.elementId), stage)),
  );
  const showWaits = section(parts.waits, ({ waits, steps }: Pick<InstanceState, 'waits' | 'steps'>) =>
    drawWaits(waits, steps.items, nameOf),
  );
  const showTimeline = section(parts.timeline, drawTimeline);
  const showVariables = section(parts.variables, drawVariables);
  const showMarks = whenChanged((marks: readonly Mark[]) => diagram.mark(marks));

  const drawModel = async (processDefinitionId: string): Promise<void> => {
    model = await readModel(processDefinitionId, signal);
    if (model === undefined) diagram.say('The model of this instance has been deleted.');
    else await diagram.draw(model.xml);
    isDrawn = true;
  };

  return {
    title: 'Instance',
    content: [
      parts.header,
      parts.hidden,
      parts.incidents,
      diagram.host,
      element(
        'div',
        { class: 'columns' },
        element('div', {}, parts.waits, parts.timeline),
        element('div', {}, parts.variables),
      ),
    ],
    everyMs: 5_000,
    async refresh() {
      const state = await readInstance(processInstanceId, signal);
      if (!isDrawn) await drawModel(state.instance.processDefinitionId);
      showHeader(state.instance);
      showHidden(state.hidden);
      showIncidents(state.incidents);
      showWaits({ waits: state.waits, steps: state.steps });
      showTimeline(state.steps);
      if (state.variables !== undefined) showVariables(state.variables);
      showMarks(marksOf(state.steps.items, state.incidents));
    },
  };
}

async function retry({ incidentId }: Incident, name: string, stage: Stage): Promise<void> {
  await stage.act(
    () => command(`/v1/incidents/${encodeURIComponent(incidentId)}/resolve`, stage.signal),
    `${name} is tried again.`,
  );
}
