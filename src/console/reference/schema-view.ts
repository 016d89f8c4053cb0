import { element, type Child } from '../element.js';
import { fieldsOf, listOf, referenceOf, resolved, textOf, type Fields } from './document.js';
import { inline } from './prose.js';

/** A schema as a list of its fields. What it is made of is drawn when it is opened: schemas may hold themselves. */
export function schemaView(schema: Fields, document: Fields): HTMLElement {
  const target = resolved(schema, document);
  const inside = insideOf(target, document);
  return element(
    'div',
    { class: 'schema' },
    element('p', { class: 'type' }, typeText(schema, document)),
    ...inside,
  );
}

function insideOf(schema: Fields, document: Fields): readonly HTMLElement[] {
  const properties = Object.entries(fieldsOf(schema['properties']));
  const required = listOf(schema['required']);
  const choices = choicesOf(schema);
  return [
    ...(properties.length === 0
      ? []
      : [
          element(
            'ul',
            {},
            ...properties.map(([name, field]) =>
              fieldView(name, fieldsOf(field), required.includes(name), document),
            ),
          ),
        ]),
    ...choices.map((choice) => nested(typeText(choice, document), choice, document)),
    ...['items', 'additionalProperties'].flatMap((part) => {
      const inner = fieldsOf(schema[part]);
      const label = part === 'items' ? 'each item: ' : 'each value: ';
      return Object.keys(inner).length === 0
        ? []
        : [nested(label + typeText(inner, document), inner, document)];
    }),
  ];
}

function fieldView(name: string, field: Fields, isRequired: boolean, document: Fields): HTMLElement {
  const target = resolved(field, document);
  const head: readonly Child[] = [
    element('code', {}, name),
    ' ',
    element('span', { class: 'type' }, typeText(field, document)),
    ...(isRequired ? [' ', element('span', { class: 'mark' }, 'required')] : []),
    ...(field['deprecated'] === true ? [' ', element('span', { class: 'mark gone' }, 'deprecated')] : []),
  ];
  const description = textOf(field['description']) || textOf(target['description']);
  const told = description === '' ? [] : [element('p', { class: 'muted' }, ...inline(description))];
  if (!hasInside(target)) return element('li', {}, ...head, ...told);
  return element(
    'li',
    {},
    lazily(head, () => insideOf(target, document)),
    ...told,
  );
}

/** An unnamed part: shown at once where nothing is inside. */
function nested(label: string, schema: Fields, document: Fields): HTMLElement {
  const target = resolved(schema, document);
  if (!hasInside(target)) return element('p', { class: 'type' }, label);
  return lazily([element('span', { class: 'type' }, label)], () => insideOf(target, document));
}

function hasInside(schema: Fields): boolean {
  const parts = [schema['properties'], schema['items'], schema['additionalProperties']];
  return parts.some((part) => Object.keys(fieldsOf(part)).length > 0) || choicesOf(schema).length > 0;
}

function lazily(head: readonly Child[], draw: () => readonly HTMLElement[]): HTMLDetailsElement {
  const details = element('details', {}, element('summary', {}, ...head));
  details.addEventListener('toggle', () => {
    if (details.open && details.childElementCount === 1) details.append(...draw());
  });
  return details;
}

function choicesOf(schema: Fields): readonly Fields[] {
  return [...listOf(schema['anyOf']), ...listOf(schema['oneOf'])].map(fieldsOf);
}

/** The type of a schema in one line, with its bounds. */
export function typeText(schema: Fields, document: Fields): string {
  const name = referenceOf(schema);
  const target = resolved(schema, document);
  const choices = choicesOf(target);
  const values = 'const' in target ? [target['const']] : listOf(target['enum']);
  const kind =
    values.length > 0
      ? values.map((value) => JSON.stringify(value)).join(' | ')
      : choices.length > 0
        ? choices.map((choice) => typeText(choice, document)).join(' or ')
        : plainType(target, document);
  const shown = name === undefined || choices.length > 0 ? kind : name;
  return [shown, ...boundsOf(target)].join(', ');
}

function plainType(schema: Fields, document: Fields): string {
  const { type, format } = schema;
  if (type === 'array') return `list of ${typeText(fieldsOf(schema['items']), document)}`;
  const named = Array.isArray(type) ? type.join(' or ') : textOf(type) || 'any JSON';
  return format === undefined ? named : `${named} (${textOf(format)})`;
}

const boundNames: Readonly<Record<string, readonly [string, string]>> = {
  minimum: ['at least', ''],
  maximum: ['at most', ''],
  minLength: ['at least', ' characters'],
  maxLength: ['at most', ' characters'],
  minItems: ['at least', ' items'],
  maxItems: ['at most', ' items'],
};

function boundsOf(schema: Fields): readonly string[] {
  const bounds = Object.entries(boundNames).flatMap(([name, [word, unit]]) => {
    const bound = schema[name];
    return typeof bound === 'number' && bound !== 0 ? [`${word} ${bound.toLocaleString('en')}${unit}`] : [];
  });
  const byDefault = schema['default'];
  return byDefault === undefined ? bounds : [...bounds, `default ${JSON.stringify(byDefault)}`];
}
