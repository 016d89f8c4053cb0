import { BpmnModdle } from 'bpmn-moddle';
import type { ImportWarning } from 'bpmn-moddle';
import { adaptHandlers } from './adapt-handlers.js';
import type { DiagnosticCode } from './diagnostic-codes.js';
import type { DiagnosticLog } from './diagnostic.js';
import { isHarmless, reportImportWarning } from './import-warnings.js';
import { isModelElement } from './model-element.js';
import type { ModelElement } from './model-element.js';
import { extensionNamespaces, namespaces } from './namespaces.js';
import { openContent } from './open-content.js';
import type { QNames } from './qname.js';
import { adaptReader } from './reader-context.js';
import type { ReaderContext } from './reader-context.js';

/** How many warnings of the import are told that matter; with more the import is given up. */
const importWarningsMax = 50;

/** A modeling language that moddle reads. */
export interface ImportedLanguage {
  /** With its version, as messages show it. */
  readonly name: string;
  /** The prefix of its types. */
  readonly prefix: string;
  /** What a file that moddle cannot read is reported as. */
  readonly notThis: DiagnosticCode;
  /** Every extension keeps our prefix for its namespace, whatever the file binds; their elements stay generic. */
  readonly createModdle: (nsMap: Record<string, string>) => ModelReader;
}

/** What is used of moddle. */
export type ModelReader = Pick<BpmnModdle, 'fromXML'>;

/** To build one takes as long as to read a small model; reading changes nothing in it. */
let bpmnModdle: ModelReader | undefined;

const bpmn: ImportedLanguage = {
  name: 'BPMN 2.0',
  prefix: 'bpmn',
  notThis: 'not-bpmn',
  createModdle: (nsMap) => (bpmnModdle ??= new BpmnModdle({ open: openContent }, { nsMap })),
};

/** The model as a tree of elements with references resolved. */
export interface ImportedModel {
  readonly definitions: ModelElement;
  /** Whether the reference of that element and property was reported as pointing at nothing. */
  readonly isUnresolved: (element: ModelElement, property: string) => boolean;
}

/**
 * Builds the tree with moddle and reports every warning of it: an element that it drops would otherwise be
 * missing from the model. Answers undefined when there is no tree at all, which is reported too.
 */
export async function importModel(
  xml: string,
  names: QNames,
  log: DiagnosticLog,
  language: ImportedLanguage = bpmn,
): Promise<ImportedModel | undefined> {
  const warnings: ImportWarning[] = [];
  const root = await readRoot(xml, names, warnings, log, language);
  const unresolved = new Map<ModelElement, Set<string>>();
  for (const warning of warnings) {
    reportImportWarning(warning, log, language);
    const { element, property } = warning;
    if (property === undefined || !isModelElement(element)) continue;
    const properties = unresolved.get(element) ?? new Set<string>();
    unresolved.set(element, properties.add(property.slice(property.indexOf(':') + 1)));
  }
  if (!isModelElement(root)) return undefined;
  return {
    definitions: root,
    isUnresolved: (element, property) => unresolved.get(element)?.has(property) ?? false,
  };
}

const extensionPrefixes = Object.fromEntries(
  extensionNamespaces.map((prefix) => [namespaces[prefix], prefix] as const),
);

async function readRoot(
  xml: string,
  names: QNames,
  warnings: ImportWarning[],
  log: DiagnosticLog,
  language: ImportedLanguage,
): Promise<unknown> {
  const { notThis, createModdle } = language;
  let grave = 0;
  const onWarning = (warning: ImportWarning) => {
    if (!isHarmless(warning, language)) grave += 1;
    if (grave > importWarningsMax) throw new Error('too many warnings');
    warnings.push(warning);
  };
  try {
    const handler = adaptedHandler((context) => adaptReader(context, names, onWarning));
    return (await createModdle(extensionPrefixes).fromXML(xml, { handler })).rootElement;
  } catch (error) {
    if (grave > importWarningsMax) {
      const message = `Expected a model in ${language.name} but found more than ${importWarningsMax} things in it that are none.`;
      log.report('unreadable-content', {}, message);
    } else {
      const reason = error instanceof Error ? error.message : String(error);
      log.report(notThis, {}, `Expected a model in ${language.name} but found: ${reason.slice(0, 300)}`);
    }
    return undefined;
  }
}

/**
 * Gives moddle-xml's reader a root handler whose context is adapted before it is used. Every warning comes to us, so that we can
 * throw at too many of them: for each about content moddle-xml counts lines from the start of the file, and a large file
 * full of junk would block the process for minutes.
 */
function adaptedHandler(
  adapt: (context: ReaderContext) => void,
): (this: object, typeName: string) => unknown {
  return function handler(typeName) {
    const prototype: unknown = Object.getPrototypeOf(this);
    if (!hasHandler(prototype))
      throw new TypeError('Expected the reader of moddle-xml to have a method "handler"');
    const root = prototype.handler.call(this, typeName);
    adaptHandlers(root);
    let context: ReaderContext | undefined;
    Object.defineProperty(root, 'context', {
      get: () => context,
      set: (value: ReaderContext) => {
        adapt(value);
        context = value;
      },
    });
    return root;
  };
}

function hasHandler(value: unknown): value is { handler(typeName: string): object } {
  return (
    typeof value === 'object' && value !== null && 'handler' in value && typeof value.handler === 'function'
  );
}
