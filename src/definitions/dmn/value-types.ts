import type { DiagnosticLog } from '../diagnostic.js';
import { compileFeelPart } from '../feel/index.js';
import type { FeelContext, FeelPart, Run, Value } from '../feel/index.js';
import { parseDate, parseDateTime, parseDuration, parseTime } from '../feel/temporal/parse-temporal.js';
import { contextOf, isContext, isList, ownNames, ownValue, typeOf } from '../feel/values/value.js';
import { valueText } from '../feel/values/value-text.js';
import { attribute, child, children, describe, flag } from '../model-element.js';
import type { ModelElement } from '../model-element.js';
import { DecisionFailure } from './decision-failure.js';

/** A type of DMN: the value as one of that type, or undefined when it is none. Null is of every type. */
export interface ValueType {
  readonly name: string;
  readonly conform: (run: Run, value: Value) => Value | undefined;
}

type Conform = ValueType['conform'];

/** The types of a model: FEEL's own and its item definitions. */
export interface ValueTypes {
  /** Undefined for what has no type; a type that does not exist is reported. */
  of(typeRef: string | undefined, place: ModelElement): ValueType | undefined;
}

/** The value as one of the type. @throws DecisionFailure when it is none */
export function conformed(run: Run, type: ValueType | undefined, value: Value, what: string): Value {
  if (type === undefined || value === null) return value;
  const result = type.conform(run, value);
  if (result !== undefined) return result;
  throw new DecisionFailure(`Expected ${what} to be of type ${type.name} but found ${textOf(run, value)}.`);
}

/** A value in a message: never much of it. */
export function textOf(run: Run, value: Value): string {
  const quoted = typeof value === 'string' ? JSON.stringify(value) : (valueText(run, value) ?? typeOf(value));
  return quoted.length > 100 ? `${quoted.slice(0, 100)}…` : quoted;
}

const is =
  (test: (value: Value) => boolean): Conform =>
  (_run, value) =>
    test(value) ? value : undefined;

/** JSON has no dates: text that is one is taken for it, as variables come as JSON. */
const temporal =
  (type: string, parse: (text: string) => Value): Conform =>
  (_run, value) => {
    const read = typeof value === 'string' ? parse(value) : value;
    return read !== null && typeOf(read) === type ? read : undefined;
  };

const anything: Conform = (_run, value) => value;
const number = is((value) => typeof value === 'number');
const integer = is((value) => Number.isInteger(value));
const date = temporal('date', parseDate);
const time = temporal('time', parseTime);
const dateTime = temporal('date and time', parseDateTime);
const daysDuration = temporal('days and time duration', parseDuration);
const monthsDuration = temporal('years and months duration', parseDuration);

/** FEEL's types (DMN 1.3, 10.3.1.3 and 7.3.2), and the names of numbers in Camunda 7. */
const builtInTypes: Readonly<Record<string, Conform>> = {
  any: anything,
  string: is((value) => typeof value === 'string'),
  boolean: is((value) => typeof value === 'boolean'),
  number,
  integer,
  long: integer,
  double: number,
  date,
  time,
  datetime: dateTime,
  'date and time': dateTime,
  daytimeduration: daysDuration,
  'days and time duration': daysDuration,
  'day-time duration': daysDuration,
  yearmonthduration: monthsDuration,
  'years and months duration': monthsDuration,
  'year-month duration': monthsDuration,
  list: is(isList),
  context: is(isContext),
  function: is((value) => typeOf(value) === 'function'),
};

/** Reads the item definitions of a model; a type that is defined by itself is reported. */
export function readValueTypes(definitions: ModelElement, log: DiagnosticLog): ValueTypes {
  const items = children(definitions, 'itemDefinition');
  const defined = new Map<string, ValueType>();
  const names = new Set(items.map((item) => attribute(item, 'name') ?? ''));
  const types: ValueTypes = {
    of(typeRef, place) {
      const name = (typeRef ?? '').trim().replace(/^feel[.:]/, '');
      if (name === '') return undefined;
      if (names.has(name)) {
        // Looked up when it is used: definitions may refer to later ones, and to themselves inside.
        return { name, conform: (run, value) => (defined.get(name)?.conform ?? anything)(run, value) };
      }
      const conform = builtInType(name);
      if (conform !== undefined) return { name, conform };
      const message = `Expected the type of ${describe(place)} to be one of FEEL or an itemDefinition but found "${name.slice(0, 60)}".`;
      log.report('unknown-type', place, message);
      return undefined;
    },
  };
  reportEndless(items, log);
  for (const item of items) {
    const name = attribute(item, 'name') ?? '';
    defined.set(name, { name, conform: itemType(item, types, log) });
  }
  return types;
}

function builtInType(name: string): Conform | undefined {
  const key = name.toLowerCase();
  return Object.hasOwn(builtInTypes, key) ? builtInTypes[key] : undefined;
}

function itemType(item: ModelElement, types: ValueTypes, log: DiagnosticLog): Conform {
  const components = children(item, 'itemComponent').map((component) => ({
    name: attribute(component, 'name') ?? '',
    conform: itemType(component, types, log),
  }));
  const base =
    components.length > 0
      ? structure(components)
      : child(item, 'functionItem') !== undefined
        ? (builtInTypes.function ?? anything)
        : (types.of(attribute(item, 'typeRef'), item)?.conform ?? anything);
  const allowed = allowedValues(item, log);
  const single: Conform = (run, value) => {
    if (value === null) return value;
    run.enter(1);
    const result = base(run, value);
    run.leave(1);
    return result === undefined || allowed === undefined || allowed(run, result) ? result : undefined;
  };
  return flag(item, 'isCollection') ? listOf(single) : single;
}

function structure(components: readonly { readonly name: string; readonly conform: Conform }[]): Conform {
  return (run, value) => {
    if (!isContext(value)) return undefined;
    run.charge(components.length);
    const entries = new Map(ownNames(value).map((name) => [name, ownValue(value, name) ?? null]));
    for (const { name, conform } of components) {
      const result = conform(run, entries.get(name) ?? null);
      if (result === undefined) return undefined;
      if (entries.has(name)) entries.set(name, result);
    }
    return contextOf(entries);
  };
}

function listOf(item: Conform): Conform {
  return (run, value) => {
    if (value === null) return value;
    if (!isList(value)) return undefined;
    run.chargeList(value.length);
    const items = value.map((each) => item(run, each));
    return items.every((each) => each !== undefined) ? items : undefined;
  };
}

function allowedValues(
  item: ModelElement,
  log: DiagnosticLog,
): ((run: Run, value: Value) => boolean) | undefined {
  const tests = child(item, 'allowedValues');
  const text = tests === undefined ? '' : (attribute(tests, 'text') ?? '').trim();
  if (tests === undefined || text === '') return undefined;
  const compiled = compileFeelPart(text, 'UnaryTests');
  if (compiled.ok) return (run, value) => passesTests(run, compiled.evaluate, run.context, value);
  const message = `Expected the allowed values of ${describe(item)} to be unary tests in FEEL but found: ${compiled.message}`;
  log.report('invalid-expression', tests, message);
  return undefined;
}

/** Whether a value passes unary tests, in which `?` is the value. */
export function passesTests(run: Run, tests: FeelPart, context: FeelContext, value: Value): boolean {
  return tests(run, testing(context, value)) === true;
}

/** What unary tests see: the value under test as `?`. */
export function testing(context: FeelContext, value: Value): FeelContext {
  return { now: context.now, get: (name) => (name === '?' ? value : context.get(name)) };
}

/** Definitions that name each other in a circle stand for no type at all. */
function reportEndless(items: readonly ModelElement[], log: DiagnosticLog): void {
  const byName = new Map(items.map((item) => [attribute(item, 'name') ?? '', item]));
  for (const item of items) {
    const seen = new Set<ModelElement>();
    for (let at: ModelElement | undefined = item; at !== undefined && !seen.has(at);) {
      seen.add(at);
      at = children(at, 'itemComponent').length > 0 ? undefined : byName.get(attribute(at, 'typeRef') ?? '');
      if (at !== item) continue;
      const message = `Expected ${describe(item)} to be made of other types but it is defined by itself.`;
      log.report('unknown-type', item, message);
    }
  }
}
