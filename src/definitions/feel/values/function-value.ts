import type { Run } from '../run.js';
import { OpaqueValue } from './value.js';
import type { Value } from './value.js';

/** A function that can be called: a function literal with what it captured, or a built-in function. */
export class FunctionValue extends OpaqueValue {
  override readonly type = 'function';

  constructor(
    readonly parameters: readonly string[],
    /** Whether this many positional arguments can be passed. */
    readonly accepts: (count: number) => boolean,
    private readonly body: (run: Run, args: readonly Value[]) => Value,
  ) {
    super();
  }

  /** Calls with positional arguments; null when their number does not fit (DMN 1.4, 10.3.2.13). */
  call(run: Run, args: readonly Value[]): Value {
    run.charge(1);
    return this.accepts(args.length) ? this.body(run, args) : null;
  }
}
