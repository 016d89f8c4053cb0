import type { JsonObject, JsonValue } from '../../../src/contract/json-value.js';

/** The methods under a path of an OpenAPI document; what else may stand there (`parameters`) our documents do not have. */
const methods: readonly string[] = ['get', 'put', 'post', 'patch', 'delete', 'head', 'options', 'trace'];

/** An operation of an OpenAPI document, with where it stands. */
export interface DocumentedOperation {
  readonly path: string;
  readonly method: string;
  readonly fields: JsonObject;
}

/** The operations of a document by `POST /v1/jobs`. */
export function operationsOf(document: JsonObject): ReadonlyMap<string, DocumentedOperation> {
  const found = new Map<string, DocumentedOperation>();
  for (const [path, item] of Object.entries(objectOf(document['paths']))) {
    for (const [method, fields] of Object.entries(objectOf(item))) {
      if (methods.includes(method))
        found.set(`${method.toUpperCase()} ${path}`, { path, method, fields: objectOf(fields) });
    }
  }
  return found;
}

/** The value as an object; an empty one where it is none. */
export function objectOf(value: JsonValue | undefined): JsonObject {
  return typeof value === 'object' && value !== null && !isList(value) ? value : {};
}

/** The value as a list; an empty one where it is none. */
export function listOf(value: JsonValue | undefined): readonly JsonValue[] {
  return value !== undefined && isList(value) ? value : [];
}

function isList(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value);
}

/** What a schema refers to; the schema itself where it refers to nothing. */
export function resolved(schema: JsonObject, document: JsonObject): JsonObject {
  const reference = schema['$ref'];
  if (typeof reference !== 'string') return schema;
  const name = reference.replace('#/components/schemas/', '');
  const found = objectOf(objectOf(document['components'])['schemas'])[name];
  if (found === undefined) throw new Error(`Expected the document to have the schema ${name}.`);
  return resolved(objectOf(found), document);
}
