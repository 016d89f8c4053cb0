import type { Variables } from '../answers.js';
import { element } from '../element.js';

/** The variables of the instance by name, as JSON. */
export function drawVariables(variables: Variables['variables']): readonly HTMLElement[] {
  const names = Object.keys(variables).sort((a, b) => a.localeCompare(b));
  const heading = element('h2', {}, 'Variables');
  if (names.length === 0) return [heading, element('p', { class: 'muted' }, 'None.')];
  const items = names.map((name) => {
    const text = JSON.stringify(variables[name], null, 2);
    // Long values scroll, which needs the focus where there is no mouse.
    const value = element('pre', { tabindex: '0', 'aria-label': `Value of ${name}` }, text);
    return element('div', {}, element('dt', {}, name), element('dd', {}, value));
  });
  return [heading, element('dl', { class: 'variables' }, ...items)];
}
