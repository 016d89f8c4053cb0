import { builtIn, signature } from './built-in.js';
import type { BuiltIn } from './built-in.js';
import { anything, optional, text } from './parameters.js';

/** Boolean functions (DMN 1.4, 10.3.4.2), and those that Camunda 8 adds. */
export const booleanFunctions: readonly BuiltIn[] = [
  builtIn(
    'not',
    signature([anything('negand')], (_run, negand) => (typeof negand === 'boolean' ? !negand : null)),
  ),
  // called by its name the compiler looks at the argument itself; a null that is passed around is there, too
  builtIn(
    'is defined',
    signature([anything('value')], () => true),
  ),
  builtIn(
    'get or else',
    signature([anything('value'), anything('default')], (_run, value, otherwise) => value ?? otherwise),
  ),
  builtIn(
    'assert',
    signature(
      [anything('value'), anything('condition'), optional(text('cause'))],
      (_run, value, condition) => (condition === true ? value : null),
    ),
  ),
  builtIn(
    'fromAi',
    signature(
      [
        anything('value'),
        optional(text('description')),
        optional(text('type')),
        optional(anything('schema')),
        optional(anything('options')),
      ],
      (_run, value) => value,
    ),
  ),
];
