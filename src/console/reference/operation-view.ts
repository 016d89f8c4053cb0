import { element, type Child } from '../element.js';
import { table } from '../table.js';
import { fieldsOf, listOf, mediaOf, textOf, type DocumentedOperation, type Fields } from './document.js';
import { inline, prose } from './prose.js';
import { schemaView, typeText } from './schema-view.js';
import { tryIt } from './try-it.js';

/** An operation: one line, and all about it when it is opened. */
export function operationView(operation: DocumentedOperation, document: Fields): HTMLDetailsElement {
  const { operationId, method, path, fields } = operation;
  const details = element(
    'details',
    { class: 'operation', id: operationId },
    element(
      'summary',
      {},
      element('span', { class: `method ${method.toLowerCase()}` }, method),
      ' ',
      element('code', { class: 'path' }, path),
      ' ',
      element('span', { class: 'muted' }, textOf(fields['summary'])),
      ...(fields['deprecated'] === true ? [' ', element('span', { class: 'mark gone' }, 'deprecated')] : []),
    ),
  );
  details.addEventListener('toggle', () => {
    if (!details.open) return;
    if (details.childElementCount === 1) details.append(...bodyOf(operation, document));
    if (location.hash !== `#${operationId}`) history.replaceState(null, '', `#${operationId}`);
  });
  return details;
}

function bodyOf(operation: DocumentedOperation, document: Fields): readonly HTMLElement[] {
  const { fields, operationId } = operation;
  const request = fieldsOf(fields['requestBody']);
  const media = mediaOf(request['content']);
  const types = Object.keys(fieldsOf(request['content']));
  return [
    element('h3', {}, textOf(fields['summary'])),
    ...prose(textOf(fields['description'])),
    element('p', { class: 'muted' }, ...permissionOf(fields), ` In the client: ${operationId}().`),
    ...parametersOf(fields, document),
    ...(media === undefined
      ? []
      : [
          element('h4', {}, 'Body'),
          element(
            'p',
            { class: 'muted' },
            `${types.join(', ')}${request['required'] === true ? '' : '; may be left out'}`,
          ),
          schemaView(media.schema, document),
        ]),
    element('h4', {}, 'Answers'),
    ...Object.entries(fieldsOf(fields['responses'])).map(([status, answer]) =>
      answerView(status, fieldsOf(answer), document),
    ),
    tryIt(operation, document),
  ];
}

function permissionOf(fields: Fields): readonly Child[] {
  const permission = textOf(fields['x-permission']);
  if (permission === 'public') return ['Needs no credentials.'];
  return ['Needs the permission ', element('code', {}, permission), '.'];
}

function parametersOf(fields: Fields, document: Fields): readonly HTMLElement[] {
  const parameters = listOf(fields['parameters']).map(fieldsOf);
  if (parameters.length === 0) return [];
  const rows = parameters.map((parameter): readonly Child[] => {
    const schema = fieldsOf(parameter['schema']);
    const told = element('span', {}, ...inline(textOf(schema['description'])));
    return [
      element('code', {}, textOf(parameter['name'])),
      textOf(parameter['in']),
      `${typeText(schema, document)}${parameter['required'] === true ? ', required' : ''}`,
      told,
    ];
  });
  return [element('h4', {}, 'Parameters'), table('Parameters', ['name', 'in', 'type', 'meaning'], rows)];
}

function answerView(status: string, answer: Fields, document: Fields): HTMLElement {
  const media = mediaOf(answer['content']);
  const isRefusal = Number(status) >= 400;
  const details = element(
    'details',
    { class: 'answer-kind' },
    element(
      'summary',
      {},
      element('strong', {}, status),
      ' ',
      element('span', { class: 'muted' }, media?.type ?? 'no body'),
    ),
  );
  details.addEventListener('toggle', () => {
    if (!details.open || details.childElementCount > 1) return;
    details.append(...prose(textOf(answer['description'])));
    if (media !== undefined && !isRefusal) details.append(schemaView(media.schema, document));
  });
  return details;
}
