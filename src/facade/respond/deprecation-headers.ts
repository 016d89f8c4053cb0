import type { z } from 'zod';
import { type DeprecatedField, deprecatedFieldsOf } from '../../contract/deprecation.js';
import type { Operation } from '../../contract/operation.js';

/** A request as it came. */
interface GivenParts {
  readonly query: unknown;
  readonly headers: unknown;
  readonly body: unknown;
}

/** The header fields by which an answer tells that the request has used what is deprecated; none where it has not. */
export type DeprecationHeaders = (given: GivenParts) => Readonly<Record<string, string>>;

type Days = DeprecatedField['deprecation'];

const none = {};

/**
 * Tells callers of an operation what of it is deprecated: itself, a field that the request has, or one that its answers have. `Deprecation`
 * (RFC 9745) says since when, `Sunset` (RFC 8594) from when on it may be gone, `Link` where it is told; of several, the first days.
 */
export function deprecationHeadersOf(operation: Operation): DeprecationHeaders {
  let always: readonly Days[] | undefined;
  let given: readonly (readonly [keyof GivenParts, DeprecatedField])[] = [];
  return (parts) => {
    // When it is first asked for: the schemas of all operations together take some time.
    if (always === undefined) {
      always = [
        ...(operation.deprecated === undefined ? [] : [operation.deprecated]),
        ...schemasOf(operation).flatMap((schema) =>
          deprecatedFieldsOf(schema).map(({ deprecation }) => deprecation),
        ),
      ];
      const { query, headers, body } = operation.request;
      given = Object.entries({ query, headers, body }).flatMap(([part, schema]) =>
        deprecatedFieldsOf(schema).map((field) => [part as keyof GivenParts, field] as const),
      );
    }
    if (always.length + given.length === 0) return none;
    const used = given.filter(([part, { names }]) => isGiven(parts[part], names));
    return headersOf([...always, ...used.map(([, { deprecation }]) => deprecation)], operation);
  };
}

function schemasOf({ responses }: Operation): readonly z.ZodType[] {
  return Object.keys(responses).flatMap((status) => responses[Number(status)] ?? []);
}

function headersOf(
  deprecations: readonly Days[],
  { operationId }: Operation,
): Readonly<Record<string, string>> {
  const since = deprecations.map((one) => Date.parse(one.since));
  const sunset = deprecations.map((one) => Date.parse(one.sunset));
  if (since.length === 0) return none;
  return {
    Deprecation: `@${Math.min(...since) / 1_000}`,
    Sunset: new Date(Math.min(...sunset)).toUTCString(),
    Link: `</docs#${operationId}>; rel="deprecation"; type="text/html"`,
  };
}

/** Whether there is a value under the names. */
function isGiven(value: unknown, [name, ...rest]: readonly string[]): boolean {
  if (name === undefined) return value !== undefined;
  if (typeof value !== 'object' || value === null) return false;
  if (name === '*') return Object.values(value).some((item) => isGiven(item, rest));
  return Object.hasOwn(value, name) && isGiven((value as Readonly<Record<string, unknown>>)[name], rest);
}
