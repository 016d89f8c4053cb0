import type { FailCall } from '../../engine/command.js';
import type { CalledBinding } from '../../engine/process-model.js';
import { applyCommand, consumeFurther, startInstance } from '../apply-command.js';
import { bindingText } from '../binding-text.js';
import type { DeliveryBody } from '../delivery.js';
import { applied } from '../instances.js';
import type { Outcome } from '../outcome.js';
import { done } from '../outcome.js';
import { laneTo, type ProcessDefinitionRow, type ProcessInstanceRow } from '../ports.js';
import type { Unit, UseCase } from '../unit.js';
import { UnknownKind } from '../unknown-kind.js';
import { broadcastSignal } from './broadcast-signal.js';
import { publishMessage } from './publish-message.js';
import { startByKept } from './start-by-kept.js';
import { startBuffered } from './start-by-message.js';

type Body<K extends DeliveryBody['kind']> = Extract<DeliveryBody, { kind: K }>;

/**
 * Does what one instance asked of another. What is addressed to something that does not wait any more has come too late and
 * changes nothing.
 * @throws UnknownKind for what a later release asks
 */
export function consumeDelivery(body: DeliveryBody): UseCase<null> {
  return async (unit) => {
    switch (body.kind) {
      case 'startCalledInstance':
        return startCalledInstance(unit, body);
      case 'cancelCalledInstance':
        return cancelCalledInstances(unit, body);
      case 'endCall':
        return endCall(unit, body);
      case 'escalateCall':
        return escalateCall(unit, body);
      case 'consumeBuffered':
        return consumeBuffered(unit, body);
      case 'startBuffered':
        return startBuffered(unit, body);
      case 'startByKept':
        return startByKept(unit, body);
      case 'triggerSignal':
        return triggerSignal(unit, body);
      case 'publishMessage':
        return ignoreValue(publishMessage({ ...body, name: body.messageName })(unit));
      case 'broadcastSignal':
        return ignoreValue(broadcastSignal({ name: body.signalName, variables: body.variables })(unit));
      default:
        body satisfies never;
        throw new UnknownKind(`delivery ${JSON.stringify((body as DeliveryBody).kind)}`);
    }
  };
}

/**
 * The caller stays locked until the called instance is there: a caller that is being canceled either finds the called instance, or
 * this finds that nobody waits for it any more.
 */
async function startCalledInstance(unit: Unit, body: Body<'startCalledInstance'>): Promise<Outcome<null>> {
  const { tenantId } = unit.context;
  const { parent, bpmnProcessId, variables, businessKey } = body;
  const caller = await unit.tx.processInstances.load(tenantId, parent.processInstanceId);
  const waits = caller?.state.elementInstances.get(parent.elementInstanceKey)?.waits ?? [];
  if (!caller || !waits.some(({ kind, key }) => kind === 'call' && key === parent.callKey)) return done(null);
  if (caller.state.suspended) return hold(unit, caller, body);
  const { elementInstanceKey, callKey: waitKey } = parent;
  const fail = (code: FailCall['code'], message: string) =>
    applied(applyCommand(unit, caller, { type: 'failCall', elementInstanceKey, waitKey, code, message }));
  const root = caller.rootProcessInstanceId ?? caller.processInstanceId;
  if (!(await unit.callTrees.admit(unit.tx, tenantId, root))) {
    const message = `Expected process instance ${root} to have called at most ${unit.callTrees.limit} active instances, directly or through others. Does a process call itself more than once? Cancel it, or resolve this when some have ended.`;
    return fail('call-tree-limit-exceeded', message);
  }
  const definition = await calledDefinition(unit, body);
  if (!definition) {
    const message = `Expected process "${bpmnProcessId}"${bindingText(body.binding)} to be deployed but it is not.`;
    return fail('called-process-not-found', message);
  }
  const start = { variables, parent, ...(businessKey === undefined ? {} : { businessKey }) };
  const { traceparent } = caller;
  const called = { rootProcessInstanceId: root, ...(traceparent === undefined ? {} : { traceparent }) };
  const started = await startInstance(unit, definition, start, called);
  return started.ok ? done(null) : fail('called-process-not-found', started.problem.detail);
}

function calledDefinition(
  unit: Unit,
  body: Body<'startCalledInstance'>,
): Promise<ProcessDefinitionRow | undefined> {
  const { definitions } = unit.tx;
  const { tenantId } = unit.context;
  const { binding, bpmnProcessId } = body;
  switch (binding.kind) {
    case 'latest':
      return definitions.findLatest(tenantId, bpmnProcessId);
    case 'version':
      return definitions.findVersion(tenantId, bpmnProcessId, binding.version);
    case 'versionTag':
      return definitions.findVersionTag(tenantId, bpmnProcessId, binding.versionTag);
    case 'deployment':
      return sameDeployment(unit, body);
    default:
      binding satisfies never;
      throw new UnknownKind(`binding ${JSON.stringify((binding as CalledBinding).kind)}`);
  }
}

async function sameDeployment(
  unit: Unit,
  { bpmnProcessId, callerDefinitionId }: Body<'startCalledInstance'>,
): Promise<ProcessDefinitionRow | undefined> {
  const { tenantId } = unit.context;
  const caller = await unit.tx.definitions.find(tenantId, callerDefinitionId);
  return caller && unit.tx.definitions.findInDeployment(tenantId, bpmnProcessId, caller.deploymentId);
}

async function cancelCalledInstances(unit: Unit, body: Body<'cancelCalledInstance'>): Promise<Outcome<null>> {
  const { tenantId } = unit.context;
  const { parentProcessInstanceId, parentElementInstanceKey } = body;
  const called = await unit.tx.processInstances.findCalled(
    tenantId,
    parentProcessInstanceId,
    parentElementInstanceKey,
  );
  for (const processInstanceId of called) {
    const row = await unit.tx.processInstances.load(tenantId, processInstanceId);
    if (row?.state.status === 'active') await applyCommand(unit, row, { type: 'cancelProcessInstance' });
  }
  return done(null);
}

async function endCall(unit: Unit, body: Body<'endCall'>): Promise<Outcome<null>> {
  const { parent, outcome, escalations } = body;
  const caller = await unit.tx.processInstances.load(unit.context.tenantId, parent.processInstanceId);
  if (!caller) return done(null);
  if (caller.state.suspended) return hold(unit, caller, body);
  const { elementInstanceKey, callKey: waitKey } = parent;
  return tolerateLate(
    applied(
      applyCommand(unit, caller, {
        type: 'endCall',
        elementInstanceKey,
        waitKey,
        outcome,
        ...(escalations && { escalations }),
      }),
    ),
  );
}

async function escalateCall(unit: Unit, body: Body<'escalateCall'>): Promise<Outcome<null>> {
  const { parent, escalations } = body;
  const caller = await unit.tx.processInstances.load(unit.context.tenantId, parent.processInstanceId);
  if (!caller) return done(null);
  if (caller.state.suspended) return hold(unit, caller, body);
  const { elementInstanceKey, callKey: waitKey } = parent;
  const command = { type: 'escalateCall', elementInstanceKey, waitKey, escalations } as const;
  return tolerateLate(applied(applyCommand(unit, caller, command)));
}

async function consumeBuffered(unit: Unit, body: Body<'consumeBuffered'>): Promise<Outcome<null>> {
  const row = await unit.tx.processInstances.load(unit.context.tenantId, body.processInstanceId);
  // A suspended instance looks for what is kept when it is resumed.
  if (row && !row.state.suspended) await consumeFurther(unit, row, body);
  return done(null);
}

async function triggerSignal(unit: Unit, body: Body<'triggerSignal'>): Promise<Outcome<null>> {
  const { processInstanceId, elementInstanceKey, subscriptionKey: waitKey, signalName, variables } = body;
  const row = await unit.tx.processInstances.load(unit.context.tenantId, processInstanceId);
  if (!row) return done(null);
  if (row.state.suspended) return hold(unit, row, body);
  const command = { type: 'triggerSignal', elementInstanceKey, waitKey, signalName, variables } as const;
  return tolerateLate(applied(applyCommand(unit, row, command)));
}

/** Keeps the delivery until its instance is resumed. */
function hold(
  unit: Unit,
  { tenantId, processInstanceId }: ProcessInstanceRow,
  body: DeliveryBody,
): Outcome<null> {
  const { hops, lane = laneTo(processInstanceId) } = unit;
  unit.tx.deliveries.hold({ tenantId, hops, lane, body }, processInstanceId);
  return done(null);
}

/** The engine refuses what it does not wait for any more; a refusal has written nothing. */
async function tolerateLate(outcome: Promise<Outcome<null>>): Promise<Outcome<null>> {
  const result = await outcome;
  return !result.ok && result.problem.code === 'invalid-state' ? done(null) : result;
}

async function ignoreValue(outcome: Promise<Outcome<unknown>>): Promise<Outcome<null>> {
  const result = await outcome;
  return result.ok ? done(null) : result;
}
