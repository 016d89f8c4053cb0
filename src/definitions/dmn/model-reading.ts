import type { DiagnosticLog } from '../diagnostic.js';
import type { FeelContext, FeelPart } from '../feel/index.js';
import { compileFeelPart } from '../feel/index.js';
import type { Value } from '../feel/index.js';
import { shown } from '../expressions.js';
import { attribute, describe } from '../model-element.js';
import type { ModelElement } from '../model-element.js';
import type { ValueTypes } from './value-types.js';

/** What every reader of a DMN model is given. */
export interface DmnContext {
  readonly log: DiagnosticLog;
  readonly types: ValueTypes;
  /** Whether expressions without a language of their own are in FEEL. */
  readonly feelByDefault: boolean;
}

/** The names that the model declares at one place, besides which every variable of the caller can be read. */
export interface NameScope {
  readonly names: readonly string[];
  /** Those that hold functions. */
  readonly functions: readonly string[];
}

export const noNames: NameScope = { names: [], functions: [] };

/** The scope with further names. */
export function withScopeNames(
  scope: NameScope,
  names: readonly string[],
  functions: readonly string[] = [],
): NameScope {
  return { names: [...scope.names, ...names], functions: [...scope.functions, ...functions] };
}

/** What is seen with further values, which cover those of the same name. */
export function withValues(outer: FeelContext, values: ReadonlyMap<string, Value>): FeelContext {
  return {
    now: outer.now,
    get: (name) => {
      const value = values.get(name);
      return value === undefined ? outer.get(name) : value;
    },
  };
}

/** A name as it is looked up: its words, one space between them. */
export function nameIn(text: string | undefined): string | undefined {
  const name = (text ?? '').trim().replace(/\s+/g, ' ');
  return name === '' ? undefined : name;
}

/** Names that the tokenizer reads by itself. */
const plainName = /^[\p{L}_][\p{L}\p{N}_]*$/u;

/** Compiles the text of a literal expression or of unary tests; what is wrong is reported, and undefined. */
export function compileText(
  element: ModelElement,
  dialect: 'Expression' | 'UnaryTests',
  scope: NameScope,
  context: DmnContext,
): FeelPart | undefined {
  if (!isFeel(element, context)) return undefined;
  const text = (attribute(element, 'text') ?? '').trim();
  return compileSource(text, element, dialect, scope, context);
}

/** The same for text that is not the element's own. */
export function compileSource(
  text: string,
  place: ModelElement,
  dialect: 'Expression' | 'UnaryTests',
  scope: NameScope,
  { log }: DmnContext,
): FeelPart | undefined {
  const compiled = compileFeelPart(text, dialect, {
    knownNames: scope.names.filter((name) => !plainName.test(name)),
    functionNames: scope.functions,
  });
  if (compiled.ok) return compiled.evaluate;
  const what = dialect === 'Expression' ? 'a FEEL expression' : 'unary tests in FEEL';
  const message = `Expected ${what} in ${describe(place)} but found ${shown(text)}: ${compiled.message} (at character ${compiled.position + 1}).`;
  log.report('invalid-expression', place, message);
  return undefined;
}

/** Whether an element's expressions are in FEEL; any other language is reported. */
function isFeel(element: ModelElement, { log, feelByDefault }: DmnContext): boolean {
  const language = attribute(element, 'expressionLanguage');
  const known = language === undefined || language === '' ? feelByDefault : isFeelLanguage(language);
  if (known) return true;
  const found = language === undefined || language === '' ? 'that of the definitions' : shown(language);
  const message = `Expected ${describe(element)} to be in FEEL but found the expression language ${found}.`;
  log.report('unsupported-expression-language', element, message);
  return false;
}

/** `feel`, and the namespaces that DMN gives it. */
export function isFeelLanguage(language: string): boolean {
  return /(^|[/:])s?-?feel(\/|:|$)|\/FEEL\/?\d*/i.test(language.trim());
}
