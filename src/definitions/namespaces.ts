/** Namespace URIs by what they are to us. Extensions are matched by these, never by the prefix in the file. */
export const namespaces = {
  bpmn: 'http://www.omg.org/spec/BPMN/20100524/MODEL',
  bpmndi: 'http://www.omg.org/spec/BPMN/20100524/DI',
  dc: 'http://www.omg.org/spec/DD/20100524/DC',
  di: 'http://www.omg.org/spec/DD/20100524/DI',
  xsi: 'http://www.w3.org/2001/XMLSchema-instance',
  xml: 'http://www.w3.org/XML/1998/namespace',
  zeebe: 'http://camunda.org/schema/zeebe/1.0',
  camunda: 'http://camunda.org/schema/1.0/bpmn',
  operaton: 'http://operaton.org/schema/1.0/bpmn',
  throughline: 'http://throughline.io/schema/1.0',
  modeler: 'http://camunda.org/schema/modeler/1.0',
  bioc: 'http://bpmn.io/schema/bpmn/biocolor/1.0',
  color: 'http://www.omg.org/spec/BPMN/non-normative/color/1.0',
} as const;

/** The namespaces of extensions that are read, or known to say nothing about execution. */
export const extensionNamespaces = [
  'zeebe',
  'camunda',
  'operaton',
  'throughline',
  'modeler',
  'bioc',
  'color',
] as const;

export type ExtensionNamespace = (typeof extensionNamespaces)[number];
