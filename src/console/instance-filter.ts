import type { InstanceSearch } from './route.js';

/** The state of the search form that is none of the contract's: whatever its state, something needs a person. */
export const withIncident = 'incident';

/** The filter of the contract for what the user has written. */
export function instanceFilter(search: InstanceSearch): object {
  const { processDefinitionId, businessKey, state, variableName, variableValue } = search;
  return {
    ...(processDefinitionId === '' ? {} : { processDefinitionId }),
    ...(businessKey === '' ? {} : { businessKey: textCondition(businessKey) }),
    ...(state === '' ? {} : state === withIncident ? { hasIncident: true } : { state }),
    ...(variableName === '' ? {} : { variables: [{ name: variableName, value: valueOf(variableValue) }] }),
  };
}

/** `*` and `?` stand for other characters, as in the contract; without them the text is meant exactly. */
function textCondition(text: string): string | object {
  return /[*?]/.test(text) ? { $like: text } : text;
}

/** JSON where it is some: `7`, `true`, `"7"`, `{"a": 1}`; everything else is text. */
function valueOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
