import type { Value } from './value.js';

/**
 * Takes what the host answers for a variable as a FEEL value. The host promises JSON; anything that JSON cannot
 * say (functions, symbols, big integers, NaN, the infinities) is null, so that it can never be called or shown.
 * Contents of containers are not looked at here: they are read one by one, through own properties.
 */
export function hostValue(value: unknown): Value {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return value;
    case 'number':
      return Number.isFinite(value) ? value : null;
    case 'object':
      return value as Value;
    default:
      return null;
  }
}
