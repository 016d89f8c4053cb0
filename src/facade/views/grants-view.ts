import type { z } from 'zod';
import type { grants } from '../../contract/api-keys.js';

/** Grants as the contract shows them. */
export function grantsView(given: Readonly<Record<string, readonly string[]>>): z.input<typeof grants> {
  return Object.fromEntries(Object.entries(given).map(([kind, names]) => [kind, [...names]]));
}
