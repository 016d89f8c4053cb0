import type { ExtensionNamespace } from '../namespaces.js';
import { bpmnEngineDialect } from './bpmn-engine.js';
import { camundaExtensions } from './camunda-extensions.js';
import { camundaDialect } from './camunda.js';
import type { Dialect } from './dialect.js';
import type { ExtensionRules } from './extension-rule.js';
import { throughlineExtensions } from './throughline-extensions.js';
import { zeebeExtensions } from './zeebe-extensions.js';
import { zeebeDialect } from './zeebe.js';

/** Every dialect, the native one first: where a model speaks several, the first that says something counts. */
export const dialects: readonly Dialect[] = [
  zeebeDialect,
  camundaDialect('camunda'),
  camundaDialect('operaton'),
  bpmnEngineDialect,
];

const drawing: ExtensionRules = { elements: {}, attributes: {}, otherwise: 'silent' };

/** What is done with the extensions of each namespace that is known. */
export const extensionRules: Readonly<Record<ExtensionNamespace, ExtensionRules>> = {
  zeebe: zeebeExtensions,
  camunda: camundaExtensions,
  operaton: camundaExtensions,
  throughline: throughlineExtensions,
  modeler: drawing,
  bioc: drawing,
  color: drawing,
};
