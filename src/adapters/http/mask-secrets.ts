import type { JobResult, JsonValue, Variables } from '../../jobs/job-handler.js';
import { isList } from '../template/json-value.js';

export const mask = '***';

/** The result without any of the secrets, also where a service has sent one back, percent-encoded or escaped. */
export function maskSecrets(result: JobResult, secrets: ReadonlySet<string>): JobResult {
  if (secrets.size === 0) return result;
  const written = [...secrets]
    .flatMap((secret) => [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1)])
    .filter((text) => text !== '')
    // The longest first, or a part of one that contains another would stay.
    .sort((a, b) => b.length - a.length);
  const inText = (text: string) => written.reduce((masked, secret) => masked.replaceAll(secret, mask), text);
  switch (result.kind) {
    case 'fail':
      return { ...result, errorMessage: inText(result.errorMessage) };
    case 'error':
      return {
        ...result,
        ...(result.errorMessage === undefined ? {} : { errorMessage: inText(result.errorMessage) }),
        ...(result.variables === undefined ? {} : { variables: inVariables(result.variables, inText) }),
      };
    case 'complete':
      return result.variables === undefined
        ? result
        : { ...result, variables: inVariables(result.variables, inText) };
    default:
      return result satisfies never;
  }
}

function inVariables(variables: Variables, inText: (text: string) => string): Variables {
  return Object.fromEntries(
    Object.entries(variables).map(([name, value]) => [inText(name), inValue(value, inText)]),
  );
}

function inValue(value: JsonValue, inText: (text: string) => string): JsonValue {
  if (typeof value === 'string') return inText(value);
  if (typeof value !== 'object' || value === null) return value;
  if (isList(value)) return value.map((item) => inValue(item, inText));
  return inVariables(value, inText);
}
