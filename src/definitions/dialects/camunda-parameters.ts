import type { Expression, VariableMapping } from '../../engine/process-model.js';
import type { JsonValue } from '../../engine/json.js';
import type { DiagnosticLog } from '../diagnostic.js';
import { literal, readPlainValue, refusedExpression } from '../expressions.js';
import { readVariableName } from '../field-values.js';
import { extensionAttribute, extensionChildren, extensions } from '../model-element.js';
import type { ModelElement } from '../model-element.js';
import type { CamundaPrefix } from './camunda-mappings.js';

/** How deep lists and maps may be inside each other. */
const nestingMax = 20;

/** The parameters of `inputOutput`: text, an expression, a list or a map of these; scripts are refused. */
export function readParameters(
  prefix: CamundaPrefix,
  kind: 'inputParameter' | 'outputParameter',
  element: ModelElement,
  log: DiagnosticLog,
): readonly VariableMapping[] {
  return extensions(element, `${prefix}:inputOutput`)
    .flatMap((mappings) => extensionChildren(mappings, `${prefix}:${kind}`))
    .flatMap((parameter) => {
      const name = extensionAttribute(parameter, 'name') ?? '';
      const target = readVariableName(name, `the name of ${parameter.$type}`, element, log);
      if (target === undefined) return [];
      return [{ source: readContent({ prefix, element, log }, parameter, 0), target: [target] }];
    });
}

interface ParameterPlace {
  readonly prefix: CamundaPrefix;
  readonly element: ModelElement;
  readonly log: DiagnosticLog;
}

/** What stands in a parameter, in a `value` of a list, or in an `entry` of a map. */
function readContent(place: ParameterPlace, bearer: ModelElement, depth: number): Expression {
  const structured = bearer.$children?.[0];
  return structured === undefined
    ? readPlainValue((bearer.$body ?? '').trim(), place.element, place.log)
    : readStructured(place, structured, depth + 1);
}

function readStructured(place: ParameterPlace, structured: ModelElement, depth: number): Expression {
  const { prefix, element, log } = place;
  const refuse = (expected: string) => {
    log.report('unsupported-extension', element, `Expected ${expected}, but found ${structured.$type}.`);
    return refusedExpression;
  };
  if (depth > nestingMax) return refuse(`lists and maps at most ${nestingMax} deep`);
  const items = structured.$children ?? [];
  switch (structured.$type) {
    case `${prefix}:value`:
      return readContent(place, structured, depth);
    case `${prefix}:list`:
      return listOf(items.map((item) => readStructured(place, item, depth + 1)));
    case `${prefix}:map`: {
      const entries = extensionChildren(structured, `${prefix}:entry`);
      return mapOf(
        entries.map((entry) => [extensionAttribute(entry, 'key') ?? '', readContent(place, entry, depth)]),
      );
    }
    case `${prefix}:script`:
      return refuse('a parameter that is no script: use an expression, or a script task before');
    default:
      return refuse('a parameter to hold text, an expression, a list or a map');
  }
}

function listOf(items: readonly Expression[]): Expression {
  return combined(items, (values) => values);
}

function mapOf(entries: readonly (readonly [key: string, value: Expression])[]): Expression {
  return combined(
    entries.map(([, value]) => value),
    (values) => Object.fromEntries(entries.map(([key], index) => [key, values[index] ?? null])),
  );
}

/** A literal where all parts are literals, so that what needs no evaluation has none. */
export function combined(
  parts: readonly Expression[],
  combine: (values: readonly JsonValue[]) => JsonValue,
): Expression {
  if (parts.every((part) => part.kind === 'literal'))
    return literal(combine(parts.map(({ value }) => value)));
  const compiled = parts.flatMap((part) => (part.kind === 'compiled' ? [part] : []));
  return {
    kind: 'compiled',
    source: compiled
      .map(({ source }) => source)
      .join(', ')
      .slice(0, 200),
    evaluate: (context) =>
      combine(parts.map((part) => (part.kind === 'literal' ? part.value : part.evaluate(context)))),
    variables: [...new Set(compiled.flatMap(({ variables }) => variables))].sort(),
  };
}
