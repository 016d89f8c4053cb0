import { z } from 'zod';

/** A query parameter that is true or false. */
export const flag = z.stringbool({
  truthy: ['true'],
  falsy: ['false'],
  case: 'sensitive',
  error: 'Expected true or false.',
});
