import { element, type Child } from './element.js';
import { withIncident } from './instance-filter.js';
import { hashOf, type InstanceSearch } from './route.js';

const states: readonly (readonly [string, string])[] = [
  ['', 'any'],
  ['active', 'active'],
  [withIncident, 'with incident'],
  ['completed', 'completed'],
  ['canceled', 'canceled'],
  ['terminated', 'terminated'],
];

/** The form that instances are searched with. It goes to the address of the search, which can be kept and sent. */
export function instanceSearchForm(given: InstanceSearch): HTMLElement {
  const businessKey = textInput('business-key', given.businessKey, 'A-1001 or A-*');
  const state = element(
    'select',
    { id: 'state' },
    ...states.map(([value, text]) => element('option', { value, selected: value === given.state }, text)),
  );
  const variableName = textInput('variable-name', given.variableName, 'channel');
  const variableValue = textInput('variable-value', given.variableValue, 'mobile, 7, true');
  const form = element(
    'form',
    { class: 'search', role: 'search', 'aria-label': 'Instances' },
    labelled('Business key', businessKey),
    labelled('State', state),
    labelled('Variable', variableName),
    labelled('has the value', variableValue),
    element('button', { type: 'submit', class: 'primary' }, 'Search'),
  );
  form.addEventListener('input', () => variableName.setCustomValidity(''));
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const isNameMissing = variableName.value === '' && variableValue.value !== '';
    variableName.setCustomValidity(isNameMissing ? 'Which variable has this value?' : '');
    if (!form.reportValidity()) return;
    const search = {
      processDefinitionId: given.processDefinitionId,
      businessKey: businessKey.value,
      state: state.value,
      variableName: variableName.value,
      variableValue: variableValue.value,
    };
    location.hash = hashOf({ page: 'instances', search, pageNumber: 1 });
  });
  return form;
}

function textInput(id: string, value: string, placeholder: string): HTMLInputElement {
  return element('input', { id, type: 'text', value, placeholder, autocomplete: 'off' });
}

function labelled(text: string, control: Child): HTMLElement {
  return element('label', {}, element('span', {}, text), control);
}
