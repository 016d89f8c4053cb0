import { DaysTimeDuration, YearsMonthsDuration } from '../temporal/duration.js';
import { finite } from '../values/arithmetic.js';
import { builtIn, signature } from './built-in.js';
import type { BuiltIn } from './built-in.js';
import { modulo, rounded } from './decimal.js';
import type { Rounding } from './decimal.js';
import { duration, integer, number, optional } from './parameters.js';

/** Numeric functions (DMN 1.4, 10.3.4.5). */
export const numericFunctions: readonly BuiltIn[] = [
  roundingFunction('decimal', 'half even'),
  roundingFunction('round up', 'up'),
  roundingFunction('round down', 'down'),
  roundingFunction('round half up', 'half up'),
  roundingFunction('round half down', 'half down'),
  builtIn(
    'floor',
    signature([number('n'), optional(integer('scale'))], (_run, n, scale) => rounded(n, scale ?? 0, 'floor')),
  ),
  builtIn(
    'ceiling',
    signature([number('n'), optional(integer('scale'))], (_run, n, scale) =>
      rounded(n, scale ?? 0, 'ceiling'),
    ),
  ),
  builtIn(
    'abs',
    signature([number('n')], (_run, n) => Math.abs(n)),
    signature([duration('n')], (_run, n) => absolute(n)),
  ),
  builtIn(
    'modulo',
    signature([number('dividend'), number('divisor')], (_run, dividend, divisor) =>
      modulo(dividend, divisor),
    ),
  ),
  builtIn(
    'sqrt',
    signature([number('number')], (_run, value) => finite(Math.sqrt(value))),
  ),
  builtIn(
    'log',
    signature([number('number')], (_run, value) => finite(Math.log(value))),
  ),
  builtIn(
    'exp',
    signature([number('number')], (_run, value) => finite(Math.exp(value))),
  ),
  builtIn(
    'odd',
    signature([number('number')], (_run, value) => Math.abs(value % 2) === 1),
  ),
  builtIn(
    'even',
    signature([number('number')], (_run, value) => value % 2 === 0),
  ),
];

function roundingFunction(name: string, rounding: Rounding): BuiltIn {
  return builtIn(
    name,
    signature([number('n'), integer('scale')], (_run, n, scale) => rounded(n, scale, rounding)),
  );
}

function absolute(value: DaysTimeDuration | YearsMonthsDuration): DaysTimeDuration | YearsMonthsDuration {
  if (value instanceof YearsMonthsDuration) return new YearsMonthsDuration(Math.abs(value.months));
  return value.nanos < 0n ? new DaysTimeDuration(-value.nanos) : value;
}
