import { namespaces } from '../namespaces.js';
import { readBpmnAttributes } from './bpmn-attributes.js';
import { onlyBpmnChild } from './only-children.js';
import type { XmlVocabulary } from './xml-vocabulary.js';

/** BPMN 2.0 with its diagram interchange. */
export const bpmnVocabulary: XmlVocabulary = {
  prefixes: {
    [namespaces.bpmn]: '{bpmn}',
    [namespaces.bpmndi]: '{bpmndi}',
    [namespaces.di]: '{di}',
    [namespaces.dc]: '{dc}',
    [namespaces.xml]: 'xml',
  },
  prefix: '{bpmn}',
  root: { name: '{bpmn}:definitions', text: `definitions of ${namespaces.bpmn}` },
  attributes: readBpmnAttributes(),
  onlyOne: onlyBpmnChild,
  notThis: 'not-bpmn',
};
