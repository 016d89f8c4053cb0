import type { CalledBinding } from '../../engine/process-model.js';
import type { DiagnosticLog } from '../diagnostic.js';
import { describe, foreignAttribute } from '../model-element.js';
import type { ModelElement } from '../model-element.js';
import type { CamundaPrefix } from './camunda-mappings.js';

/** Which version is called: `calledElementBinding` or `decisionRefBinding`, with the attribute that it needs. */
export function readCamundaBinding(
  prefix: CamundaPrefix,
  called: 'calledElement' | 'decisionRef',
  element: ModelElement,
  log: DiagnosticLog,
): CalledBinding {
  const kind = foreignAttribute(element, `${prefix}:${called}Binding`) ?? 'latest';
  const versionTag = foreignAttribute(element, `${prefix}:${called}VersionTag`) ?? '';
  const version = foreignAttribute(element, `${prefix}:${called}Version`) ?? '';
  if (kind === 'latest' || kind === 'deployment') return { kind };
  if (kind === 'versionTag' && versionTag !== '') return { kind, versionTag };
  if (kind === 'version' && /^[1-9]\d{0,8}$/.test(version)) return { kind, version: Number(version) };
  const message = `Expected the binding of ${describe(element)} to be latest, deployment, version or versionTag, with its value, but found "${kind.slice(0, 60)}".`;
  log.report('invalid-value', element, message);
  return { kind: 'latest' };
}
