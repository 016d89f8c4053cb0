import type { DiagnosticLog } from '../diagnostic.js';
import { children, describe, extensionElements, isModelElement } from '../model-element.js';
import type { ModelElement } from '../model-element.js';

/** Prefixes of extensions that say nothing about execution, or are read: see `read-dmn.ts`. */
const knownPrefixes: ReadonlySet<string> = new Set([
  'xmlns',
  'xsi',
  'xml',
  'dmn',
  'dmndi',
  'di',
  'dc',
  'biodi',
  'modeler',
  'zeebe',
  'camundaDmn',
  'operatonDmn',
]);

/** Reports what of a DMN model is not executed, and what has no effect. */
export function checkDmn(
  definitions: ModelElement,
  uriByPrefix: ReadonlyMap<string, string>,
  log: DiagnosticLog,
): void {
  for (const imported of children(definitions, 'import')) {
    const message = 'Expected a model in one file but found an import, which is not read.';
    log.report('unsupported-element', imported, message);
  }
  for (const element of children(definitions, 'drgElement')) {
    if (element.$type !== 'dmn:DecisionService') continue;
    const message = `Found ${describe(element)}, which is read over: evaluate its output decisions.`;
    log.report('not-considered', element, message);
  }
  reportUnknownExtensions(definitions, uriByPrefix, log);
}

function reportUnknownExtensions(
  definitions: ModelElement,
  uriByPrefix: ReadonlyMap<string, string>,
  log: DiagnosticLog,
): void {
  const told = new Set<string>();
  const pending: ModelElement[] = [definitions];
  for (let element = pending.pop(); element !== undefined; element = pending.pop()) {
    const attributes = Object.keys(element.$attrs ?? {}).filter((name) => name.includes(':'));
    const elements = extensionElements(element).map(({ $type }) => $type);
    for (const name of [...attributes, ...elements]) {
      const prefix = name.slice(0, name.indexOf(':'));
      if (knownPrefixes.has(prefix) || told.has(prefix)) continue;
      told.add(prefix);
      const namespace = uriByPrefix.get(prefix)?.slice(0, 200) ?? prefix;
      const message = `Found extensions of ${namespace}, which are kept and have no effect.`;
      log.report('unknown-extension', element, message);
    }
    const inside = Object.values(element).flat().filter(isModelElement);
    pending.push(...inside.filter(({ $type }) => $type.startsWith('dmn:')).reverse());
  }
}
