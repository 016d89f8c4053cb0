import { extensionRules } from './dialects/index.js';
import type { ExtensionRule } from './dialects/extension-rule.js';
import type { DiagnosticLog } from './diagnostic.js';
import { executedTypeOf } from './global-task.js';
import { describe, extensionElements } from './model-element.js';
import type { ModelElement } from './model-element.js';
import { extensionNamespaces } from './namespaces.js';
import type { ExtensionNamespace } from './namespaces.js';

/** Looks at the extensions of one BPMN element after the other. */
export type ExtensionCheck = (element: ModelElement) => void;

/** A check that reports what is refused each time, and what merely has no effect once per name. */
export function createExtensionCheck(
  uriByPrefix: ReadonlyMap<string, string>,
  log: DiagnosticLog,
): ExtensionCheck {
  const told = new Set<string>();
  const tellOnce = (subject: string, report: () => void) => {
    if (told.has(subject)) return;
    told.add(subject);
    report();
  };

  const apply = (rule: ExtensionRule, name: string, element: ModelElement) => {
    switch (rule.effect) {
      case 'silent':
        return;
      case 'none':
        return tellOnce(name, () => {
          log.report(
            'extension-without-effect',
            element,
            `Found ${name}, which has no effect: ${rule.reason}.`,
          );
        });
      case 'refused':
        return log.report(
          rule.code,
          element,
          `Expected ${describe(element)} without ${name}: ${rule.reason}.`,
        );
      case 'read':
        if (rule.on.includes(executedTypeOf(element))) return;
        return log.report(
          'misplaced-extension',
          element,
          `Expected no ${name} on ${describe(element)} but found one.`,
        );
      default:
        rule satisfies never;
    }
  };

  const unlisted = (
    namespace: ExtensionNamespace,
    kind: 'element' | 'attribute',
    name: string,
    at: ModelElement,
  ) => {
    const { otherwise } = extensionRules[namespace];
    if (otherwise === 'silent') return;
    if (otherwise === 'none') return apply({ effect: 'none', reason: 'it is not known yet' }, name, at);
    const message = `Expected an ${kind} of ${namespace} that is known but found ${name} on ${describe(at)}.`;
    log.report(kind === 'element' ? 'unsupported-extension' : 'unknown-extension-attribute', at, message);
  };

  // A prefix that the file does not bind is one that moddle made up because the file binds ours to something else.
  const unknownNamespace = (prefix: string, element: ModelElement, uri = uriByPrefix.get(prefix)) => {
    const namespace = uri?.slice(0, 200) ?? 'another namespace than that which the prefix says';
    tellOnce(namespace, () => {
      const message = `Found extensions of ${namespace}, which are kept and have no effect.`;
      log.report('unknown-extension', element, message);
    });
  };

  const checkElement = (extension: ModelElement, element: ModelElement) => {
    const { prefix = '', localName, uri } = extension.$descriptor.ns;
    if (!isKnown(prefix)) return unknownNamespace(prefix, element, uri);
    const rule = own(extensionRules[prefix].elements, localName);
    if (rule === undefined) return unlisted(prefix, 'element', extension.$type, element);
    apply(rule, extension.$type, element);
    if (rule.effect !== 'read' || rule.attributes === undefined) return;
    for (const name of Object.keys(extension)) {
      if (/^(\$|xmlns)/.test(name) || rule.attributes.includes(name)) continue;
      const message = `Expected an attribute of ${extension.$type} that is known but found ${name.slice(0, 60)}; it has no effect.`;
      log.report('unknown-extension-attribute', element, message);
    }
  };

  const checkAttribute = (name: string, element: ModelElement) => {
    const [prefix = '', localName = ''] = name.split(':', 2);
    if (!name.includes(':') || notExtensions.has(prefix)) return;
    if (!isKnown(prefix)) return unknownNamespace(prefix, element);
    const rule = own(extensionRules[prefix].attributes, localName);
    if (rule === undefined) unlisted(prefix, 'attribute', name, element);
    else apply(rule, name, element);
  };

  return (element) => {
    for (const extension of extensionElements(element)) checkElement(extension, element);
    for (const name of Object.keys(element.$attrs ?? {})) checkAttribute(name, element);
  };
}

const notExtensions: ReadonlySet<string> = new Set(['xmlns', 'xsi', 'xml']);
const knownPrefixes: ReadonlySet<string> = new Set(extensionNamespaces);

/** moddle gives an unknown namespace a prefix of its own when the file binds one of ours to it. */
function isKnown(prefix: string): prefix is ExtensionNamespace {
  return knownPrefixes.has(prefix);
}

function own<Value>(record: Readonly<Record<string, Value>>, name: string): Value | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}
