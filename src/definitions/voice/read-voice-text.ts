import type { Expression } from '../../engine/process-model.js';
import type { DiagnosticLog } from '../diagnostic.js';
import type { NodeDraft } from '../draft.js';
import { readPlainValue } from '../expressions.js';
import { extensionAttribute } from '../model-element.js';
import type { ModelElement } from '../model-element.js';

/** What is said: a text, or an expression (FEEL after `=`, or `${…}`) that gives one; undefined where there is none. */
export function readVoiceText(
  extension: ModelElement,
  name: 'prompt' | 'say',
  node: NodeDraft,
  log: DiagnosticLog,
): Expression | undefined {
  const text = extensionAttribute(extension, name);
  return text === undefined || text.trim() === '' ? undefined : readPlainValue(text, node.element, log);
}
