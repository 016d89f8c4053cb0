import type { DiagnosticLog } from '../diagnostic.js';
import { boundaryEventsByActivity } from '../draft.js';
import type { NodeDraft } from '../draft.js';
import { describe } from '../model-element.js';
import { reportSameMessage } from './duplicate-triggers.js';
import type { ScopeRule } from './scope-rule.js';

/** What may follow an event-based gateway (BPMN 2.0.2 §10.6.6). */
export const checkEventGateways: ScopeRule = (scope, log) => {
  const boundaryEvents = boundaryEventsByActivity(scope);
  for (const gateway of scope.nodes) {
    if (gateway.content?.type !== 'eventBasedGateway') continue;
    checkCount(gateway, log);
    const targets = gateway.outgoing.map((flow) => flow.target);
    for (const target of targets) checkTarget(gateway, target, boundaryEvents.get(target)?.[0], log);
    checkMixture(gateway, targets, log);
    reportSameMessage(targets, `after ${describe(gateway.element)}`, log);
  }
};

/** BPMN asks for two or more; one is harmless, and models have it while they are drawn. */
function checkCount(gateway: NodeDraft, log: DiagnosticLog): void {
  if (gateway.outgoing.length > 1) return;
  const found = gateway.outgoing.length === 0 ? 'none' : 'one';
  const message = `Expected ${describe(gateway.element)} to have two or more outgoing sequence flows but found ${found}.`;
  log.report(found === 'none' ? 'invalid-event-gateway' : 'single-event', gateway.element, message);
}

function checkTarget(
  gateway: NodeDraft,
  target: NodeDraft,
  attached: NodeDraft | undefined,
  log: DiagnosticLog,
): void {
  const type = target.element.$type;
  const refuse = (message: string) => log.report('invalid-event-gateway', target.element, message);
  if (type !== 'bpmn:IntermediateCatchEvent' && type !== 'bpmn:ReceiveTask') {
    refuse(
      `Expected only catch events and receive tasks after ${describe(gateway.element)} but found ${describe(target.element)}.`,
    );
    return;
  }
  if (
    target.content?.type === 'intermediateCatchEvent' &&
    target.content.event.kind === 'multiple' &&
    target.content.event.parallel
  ) {
    refuse(
      `Expected ${describe(target.element)} without parallelMultiple="true", as the first event after ${describe(gateway.element)} decides, but found it.`,
    );
  }
  if (target.incoming.length > 1) {
    refuse(
      `Expected ${describe(target.element)} to have no incoming flow but that of ${describe(gateway.element)} but found ${target.incoming.length}.`,
    );
  }
  if (target.quantities.startQuantity !== undefined) {
    refuse(
      `Expected ${describe(target.element)} to begin with one token, as it follows ${describe(gateway.element)}, but found a startQuantity.`,
    );
  }
  if (target.loop !== undefined) {
    refuse(
      `Expected ${describe(target.element)} to be done once, as it follows ${describe(gateway.element)}, but found a loop.`,
    );
  }
  if (attached !== undefined) {
    refuse(
      `Expected ${describe(target.element)} to have no boundary event, as it follows ${describe(gateway.element)}, but found ${attached.id}.`,
    );
  }
}

function checkMixture(gateway: NodeDraft, targets: readonly NodeDraft[], log: DiagnosticLog): void {
  const receives = targets.some((target) => target.element.$type === 'bpmn:ReceiveTask');
  const catches = targets.some(
    ({ content }) => content?.type === 'intermediateCatchEvent' && content.event.kind === 'message',
  );
  if (!receives || !catches) return;
  const message = `Expected ${describe(gateway.element)} to lead to message catch events or to receive tasks but found both.`;
  log.report('invalid-event-gateway', gateway.element, message);
}
