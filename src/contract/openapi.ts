import { z } from 'zod';
import { namedSchemas } from './components.js';
import { deprecationFields } from './deprecation.js';
import type { JsonObject, JsonValue } from './json-value.js';
import { noBody, noContent, problemsOf, type Operation, type ResponseSchemas } from './operation.js';
import { problemCodes, type ProblemCode } from './problem-codes.js';
import { problem } from './problem.js';
import { type Tag, tags } from './tags.js';

/**
 * The contract as an OpenAPI 3.1 document. Schemas are those of JSON Schema 2020-12, which OpenAPI 3.1 uses; those of
 * requests and answers stand under `components`, by name.
 */
export function openApiDocument(operations: readonly Operation[], version: string): JsonObject {
  const schemas = componentSchemas(operations);
  const paths: Record<string, Record<string, JsonValue>> = {};
  for (const operation of operations) {
    const path = (paths[operation.path] ??= {});
    path[operation.method] = operationObject(operation);
  }
  return {
    openapi: '3.1.1',
    info: {
      title: 'Throughline',
      version,
      summary: 'A process server for customer journeys: durable BPMN 2.0 behind one REST facade.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/', description: 'The server that this document comes from.' }],
    tags: tagObjects(operations),
    paths,
    components: {
      schemas,
      securitySchemes: {
        bearer: {
          type: 'http',
          scheme: 'bearer',
          description: 'An API key, the bootstrap key, or a JWT of the configured issuer.',
        },
        session: {
          type: 'apiKey',
          in: 'cookie',
          name: '__Host-throughline-session',
          description:
            'Of a person who has signed in at `/login` with a browser. Requests that change something need `Throughline-Csrf: 1`, too.',
        },
      },
    },
  };
}

function tagObjects(operations: readonly Operation[]): readonly JsonObject[] {
  const used = new Set<Tag>(operations.map(({ tag }) => tag));
  return (Object.keys(tags) as Tag[])
    .filter((name) => used.has(name))
    .map((name) => ({ name, description: tags[name] }));
}

function operationObject(operation: Operation): JsonObject {
  const body = requestBody(operation);
  return {
    operationId: operation.operationId,
    tags: [operation.tag],
    summary: operation.summary,
    ...(operation.description === undefined ? {} : { description: operation.description }),
    ...(operation.deprecated === undefined
      ? {}
      : deprecationFields(operation.deprecated, operation.description)),
    parameters: [
      ...parameters('path', operation.request.params),
      ...parameters('query', operation.request.query),
      ...parameters('header', operation.request.headers),
    ],
    ...(body === undefined ? {} : { requestBody: body }),
    responses: { ...successes(operation), ...refusals(problemsOf(operation)) },
    security: operation.permission === 'public' ? [] : [{ bearer: [] }, { session: [] }],
    'x-permission': operation.permission,
    ...(operation.dryRunPermission === undefined
      ? {}
      : { 'x-dry-run-permission': operation.dryRunPermission }),
  };
}

function parameters(place: 'path' | 'query' | 'header', schema: z.ZodType): readonly JsonObject[] {
  if (!(schema instanceof z.ZodObject))
    throw new TypeError(`Expected an object schema for the ${place} parameters.`);
  return Object.entries<z.ZodType>(schema.shape).map(([name, field]) => {
    const inline = inlineSchema(field);
    return {
      name: name === 'idempotency-key' ? 'Idempotency-Key' : name,
      in: place,
      required: !field.safeParse(undefined).success,
      ...(inline['deprecated'] === true ? { deprecated: true } : {}),
      schema: inline,
    };
  });
}

function requestBody({ operationId, request }: Operation): JsonObject | undefined {
  if (request.body === noBody) return undefined;
  const uploads = (request.uploads ?? []).map((type): [string, JsonObject] => [type, uploadSchema(type)]);
  return {
    required: !request.body.safeParse({}).success,
    content: {
      'application/json': { schema: reference(componentName(request.body, `${operationId}Request`)) },
      ...Object.fromEntries(uploads),
    },
  };
}

function uploadSchema(type: string): JsonObject {
  if (type !== 'multipart/form-data') return { schema: { type: 'string', description: 'One XML document.' } };
  const file = { type: 'string', contentMediaType: 'application/xml' };
  return {
    schema: { type: 'object', description: 'Files, under any field names.', additionalProperties: file },
  };
}

function successes({ operationId, responses, produces, streams }: Operation): JsonObject {
  // OpenAPI 3.2 will have `itemSchema` for it.
  const events: JsonObject =
    streams === undefined ? {} : { 'x-event-data': reference(componentName(streams, `${operationId}Event`)) };
  const answers = responsesOf(responses).map(([status, schema]): [string, JsonObject] => {
    if (schema === noContent) return [status, { description: 'Done.' }];
    const content = { schema: reference(componentName(schema, `${operationId}Response`)), ...events };
    return [status, { description: 'Done.', content: { [produces ?? 'application/json']: content } }];
  });
  return Object.fromEntries(answers);
}

function responsesOf(responses: ResponseSchemas): readonly [string, z.ZodType][] {
  return Object.keys(responses).flatMap((status): [string, z.ZodType][] => {
    const schema = responses[Number(status)];
    return schema === undefined ? [] : [[status, schema]];
  });
}

function refusals(codes: readonly ProblemCode[]): JsonObject {
  const byStatus = new Map<number, ProblemCode[]>();
  for (const code of codes) {
    const { status } = problemCodes[code];
    byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
  }
  const answers = [...byStatus].map(([status, together]): [string, JsonObject] => [
    String(status),
    {
      description: together.map((code) => `\`${code}\`: ${problemCodes[code].meaning}`).join('\n\n'),
      content: { 'application/problem+json': { schema: reference(componentName(problem, 'problem')) } },
    },
  ]);
  return Object.fromEntries(answers);
}

/** Every request and answer by name: those named in the contract, and one per operation for the rest. */
function componentSchemas(operations: readonly Operation[]): JsonObject {
  const registry = z.registry<{ readonly id: string }>();
  const add = (schema: z.ZodType, name: string): void => {
    if (schema !== noBody && schema !== noContent && !registry.has(schema))
      registry.add(schema, { id: name });
  };
  for (const [schema, name] of namedSchemas) add(schema, name);
  for (const { operationId, request, responses } of operations) {
    add(request.body, componentName(request.body, `${operationId}Request`));
    for (const [, schema] of responsesOf(responses))
      add(schema, componentName(schema, `${operationId}Response`));
  }
  const { schemas } = z.toJSONSchema(registry, {
    io: 'input',
    unrepresentable: 'any',
    uri: (name) => `#/components/schemas/${name}`,
    override: ({ jsonSchema }) => shorten(jsonSchema),
  });
  return Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [name, plain(schema)]));
}

function componentName(schema: z.ZodType, operationName: string): string {
  return namedSchemas.get(schema) ?? `${operationName.charAt(0).toUpperCase()}${operationName.slice(1)}`;
}

function reference(name: string): JsonObject {
  return { $ref: `#/components/schemas/${name}` };
}

/** What a parameter means once it has been read: a number, not the text of one. */
function inlineSchema(schema: z.ZodType): JsonObject {
  return plain(
    z.toJSONSchema(schema, {
      io: 'output',
      unrepresentable: 'any',
      override: ({ jsonSchema }) => shorten(jsonSchema),
    }),
  );
}

/** A format says enough; the pattern of a date is a screen long. */
function shorten(schema: { format?: string; pattern?: string }): void {
  if (schema.format !== undefined) delete schema.pattern;
}

/** Plain JSON, without what JSON Schema needs and OpenAPI knows already. */
function plain(schema: object): JsonObject {
  const {
    $schema: _dialect,
    $id: _id,
    ...rest
  } = JSON.parse(JSON.stringify(schema)) as Record<string, JsonValue>;
  return rest;
}
