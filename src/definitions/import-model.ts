import { BpmnModdle } from 'bpmn-moddle';
import type { ImportWarning } from 'bpmn-moddle';
import type { DiagnosticLog } from './diagnostic.js';
import { reportImportWarning } from './import-warnings.js';
import { isModelElement } from './model-element.js';
import type { ModelElement } from './model-element.js';
import { extensionNamespaces, namespaces } from './namespaces.js';

/** How many warnings of the import are told; with more the import is given up. */
const importWarningsMax = 50;

/** The model as a tree of elements with references resolved. */
export interface ImportedModel {
  readonly definitions: ModelElement;
  /** Whether the reference of that element and property was reported as pointing at nothing. */
  readonly isUnresolved: (element: ModelElement, property: string) => boolean;
}

/**
 * Builds the tree with bpmn-moddle and reports every warning of it: an element that it drops would otherwise be
 * missing from the process. Answers undefined when there is no tree at all, which is reported too.
 */
export async function importModel(xml: string, log: DiagnosticLog): Promise<ImportedModel | undefined> {
  const warnings: ImportWarning[] = [];
  const root = await readRoot(xml, warnings, log);
  const unresolved = new Map<ModelElement, Set<string>>();
  for (const warning of warnings.slice(0, importWarningsMax)) {
    reportImportWarning(warning, log);
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

/** Every extension keeps our prefix for its namespace, whatever the file binds; their elements stay generic. */
function createModdle(): BpmnModdle {
  const known = extensionNamespaces.map((prefix) => [namespaces[prefix], prefix] as const);
  return new BpmnModdle({}, { nsMap: Object.fromEntries(known) });
}

async function readRoot(xml: string, warnings: ImportWarning[], log: DiagnosticLog): Promise<unknown> {
  try {
    return (await createModdle().fromXML(xml, { handler: boundedHandler(warnings) })).rootElement;
  } catch (error) {
    if (warnings.length > importWarningsMax) {
      const message = `Expected a BPMN model but found more than ${importWarningsMax} things in it that are none.`;
      log.report('unreadable-content', {}, message);
    } else {
      const reason = error instanceof Error ? error.message : String(error);
      log.report('not-bpmn', {}, `Expected a BPMN model but found: ${reason.slice(0, 300)}`);
    }
    return undefined;
  }
}

interface ReaderContext {
  addWarning(warning: ImportWarning): void;
}

/**
 * Gives moddle-xml's reader a root handler whose context hands every warning to us, and throws at too many of
 * them: for each warning about content moddle-xml counts lines from the start of the file, so that a large file full of
 * junk would block the process for minutes.
 */
function boundedHandler(warnings: ImportWarning[]): (this: object, typeName: string) => unknown {
  return function handler(typeName) {
    const prototype: unknown = Object.getPrototypeOf(this);
    if (!hasHandler(prototype))
      throw new TypeError('Expected the reader of moddle-xml to have a method "handler"');
    const root = prototype.handler.call(this, typeName);
    let context: ReaderContext | undefined;
    Object.defineProperty(root, 'context', {
      get: () => context,
      set: (value: ReaderContext) => {
        value.addWarning = (warning) => {
          warnings.push(warning);
          if (warnings.length > importWarningsMax) throw new Error('too many warnings');
        };
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
