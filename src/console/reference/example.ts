import { fieldsOf, listOf, resolved, textOf, type Fields } from './document.js';

const deepest = 6;

/** A value that fits the schema: the required fields, or all of them where none is required and there are few. */
export function exampleOf(schema: Fields, document: Fields, depth = 0): unknown {
  const target = resolved(schema, document);
  if ('default' in target) return target['default'];
  if ('const' in target) return target['const'];
  const [first] = listOf(target['enum']);
  if (first !== undefined) return first;
  const [choice] = [...listOf(target['anyOf']), ...listOf(target['oneOf'])];
  if (choice !== undefined) return exampleOf(fieldsOf(choice), document, depth);
  switch (target['type']) {
    case 'object':
      return depth > deepest ? {} : exampleObject(target, document, depth);
    case 'array':
      return Number(target['minItems'] ?? 0) > 0 && depth <= deepest
        ? [exampleOf(fieldsOf(target['items']), document, depth + 1)]
        : [];
    case 'integer':
    case 'number':
      return Math.max(1, Number(target['minimum'] ?? 1));
    case 'boolean':
      return false;
    case 'string':
      return textOf(target['format']) === 'date-time' ? '2030-01-01T00:00:00Z' : '…';
    default:
      return null;
  }
}

function exampleObject(schema: Fields, document: Fields, depth: number): Fields {
  const properties = fieldsOf(schema['properties']);
  const required = listOf(schema['required']).map(String);
  return Object.fromEntries(
    required.map((name) => [name, exampleOf(fieldsOf(properties[name]), document, depth + 1)]),
  );
}
