import type { Request } from 'express';
import { partsOf } from '../../runtime/ids.js';

/** Longer ones than any id are none. */
const idLengthMax = 255;

/** The instance that a path names: by its id, or by that of a job, task or incident, which begins with it. */
export function instanceOf({ processInstanceId, ...others }: Request['params']): string | undefined {
  if (typeof processInstanceId === 'string')
    return processInstanceId.length <= idLengthMax ? processInstanceId : undefined;
  for (const id of Object.values(others)) {
    const parts = typeof id === 'string' && id.length <= idLengthMax ? partsOf(id) : undefined;
    if (parts !== undefined) return parts.processInstanceId;
  }
  return undefined;
}
