/** A JSON object of the OpenAPI document. */
export type Fields = Readonly<Record<string, unknown>>;

/** The value as an object; an empty one where it is none. */
export function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}

/** The value as a list; an empty one where it is none. */
export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** The value as text; an empty one where it is none. */
export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** An operation of the document. */
export interface DocumentedOperation {
  readonly operationId: string;
  readonly method: string;
  readonly path: string;
  readonly tag: string;
  readonly fields: Fields;
}

/** Every operation, in the order of the document. */
export function operationsOf(document: Fields): readonly DocumentedOperation[] {
  return Object.entries(fieldsOf(document['paths'])).flatMap(([path, item]) =>
    Object.entries(fieldsOf(item)).map(([method, value]) => {
      const fields = fieldsOf(value);
      return {
        operationId: textOf(fields['operationId']),
        method: method.toUpperCase(),
        path,
        tag: textOf(listOf(fields['tags'])[0]),
        fields,
      };
    }),
  );
}

/** The name that a schema refers to; undefined where it stands for itself. */
export function referenceOf(schema: Fields): string | undefined {
  const reference = schema['$ref'];
  return typeof reference === 'string' ? reference.replace('#/components/schemas/', '') : undefined;
}

/** What a schema refers to; itself where it refers to nothing. */
export function resolved(schema: Fields, document: Fields): Fields {
  const name = referenceOf(schema);
  return name === undefined
    ? schema
    : resolved(fieldsOf(fieldsOf(fieldsOf(document['components'])['schemas'])[name]), document);
}

/** The schema of a body in one media type, with the type: JSON where there is a choice. */
export function mediaOf(content: unknown): { readonly type: string; readonly schema: Fields } | undefined {
  const all = Object.entries(fieldsOf(content));
  const [type, media] = all.find(([name]) => name === 'application/json') ?? all[0] ?? [];
  return type === undefined ? undefined : { type, schema: fieldsOf(fieldsOf(media)['schema']) };
}
