import { readOn } from './extension-rule.js';
import type { ExtensionRules } from './extension-rule.js';

/** Our own extensions: what no other dialect says. */
export const throughlineExtensions: ExtensionRules = {
  elements: {
    voice: readOn(
      ['bpmn:IntermediateCatchEvent', 'bpmn:ReceiveTask', 'bpmn:UserTask', 'bpmn:EventBasedGateway'],
      ['prompt', 'language', 'repeats'],
    ),
  },
  attributes: {},
  otherwise: 'none',
};
