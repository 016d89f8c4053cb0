import { OpaqueValue } from './value.js';
import type { Value } from './value.js';

/** A range of comparable values. An end that is null is open: `> 5` is `(5..)` (DMN 1.4, 10.3.2.7). */
export class Range extends OpaqueValue {
  override readonly type = 'range';

  constructor(
    readonly start: Value,
    readonly end: Value,
    readonly startIncluded: boolean,
    readonly endIncluded: boolean,
  ) {
    super();
  }
}
