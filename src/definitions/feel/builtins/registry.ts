import { FunctionValue } from '../values/function-value.js';
import { aggregateFunctions } from './aggregate.js';
import { booleanFunctions } from './boolean.js';
import { applySignatures, signaturesFor } from './built-in.js';
import type { BuiltIn } from './built-in.js';
import { contextFunctions } from './context.js';
import { conversionFunctions } from './conversion.js';
import { listFunctions } from './list.js';
import { numericFunctions } from './numeric.js';
import { rangeFunctions } from './range.js';
import { stringFunctions } from './string.js';
import { temporalFunctions } from './temporal.js';

/** All built-in functions (DMN 1.4, 10.3.4), and the deterministic ones that Camunda 8 adds. */
export const builtIns: readonly BuiltIn[] = [
  ...conversionFunctions,
  ...booleanFunctions,
  ...stringFunctions,
  ...listFunctions,
  ...aggregateFunctions,
  ...numericFunctions,
  ...temporalFunctions,
  ...rangeFunctions,
  ...contextFunctions,
];

/** Functions that other engines have and this one refuses, with the reason. */
export const missingBuiltIns: Readonly<Record<string, string>> = {
  uuid: 'an expression gives the same answer whenever it is evaluated',
  'random number': 'an expression gives the same answer whenever it is evaluated',
};

const byName: ReadonlyMap<string, BuiltIn> = new Map(builtIns.map((builtIn) => [builtIn.name, builtIn]));
const values: ReadonlyMap<string, FunctionValue> = new Map(
  builtIns.map((builtIn) => [builtIn.name, asValue(builtIn)]),
);

/** The built-in function of this name, null when there is none. */
export function findBuiltIn(name: string): BuiltIn | null {
  return byName.get(name) ?? null;
}

/** The built-in function of this name as a value that can be passed around, null when there is none. */
export function builtInValue(name: string): FunctionValue | null {
  return values.get(name) ?? null;
}

function asValue(builtIn: BuiltIn): FunctionValue {
  const parameters = builtIn.signatures[0]?.parameters.map((parameter) => parameter.name) ?? [];
  const accepts = (count: number): boolean => signaturesFor(builtIn, { count, names: null }).length > 0;
  return new FunctionValue(parameters, accepts, (run, args) => {
    const shape = { count: args.length, names: null };
    return applySignatures(run, signaturesFor(builtIn, shape), shape, args);
  });
}
