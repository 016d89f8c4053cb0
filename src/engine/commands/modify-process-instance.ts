import { adHocGoesOn } from '../ad-hoc.js';
import { cancelElement } from '../cancel.js';
import type { ModifyProcessInstance } from '../command.js';
import { continueCompensation } from '../compensation/compensate.js';
import { behaviorOf } from '../elements/registry.js';
import type { Execution } from '../execution.js';
import { IncidentError } from '../incident-error.js';
import { leaveEmptyScope } from '../leave.js';
import { joinFlow } from '../modification/join-flow.js';
import type { Activation, ModificationPlan } from '../modification/plan-modification.js';
import { planModification } from '../modification/plan-modification.js';
import { isWithin } from '../modification/sources.js';
import type { SequenceFlow } from '../process-model.js';
import type { Rejection } from '../rejection.js';
import { ROOT_KEY } from '../state.js';
import { prepareEventSubProcesses } from '../scope.js';
import { holderOf } from '../variables.js';
import { cancelProcessInstance } from './cancel-process-instance.js';

/**
 * Puts and takes away tokens by hand. First everything is looked at, so that one instruction that cannot be done changes nothing; then
 * tokens are put, then others taken away. What is empty then is canceled: sub-processes, and in the end the instance.
 */
export function modifyProcessInstance(
  execution: Execution,
  command: ModifyProcessInstance,
): Rejection | undefined {
  const plan = planModification(execution, command);
  const { all: errors, hasModelError } = plan.errors;
  if (errors.length > 0) {
    const message = `Expected instructions that can be done but ${errors.length} cannot; nothing was changed.`;
    return { code: hasModelError ? 'invalid-argument' : 'invalid-state', message, errors };
  }
  return activateAll(execution, plan) ?? cancelAll(execution, plan.canceled);
}

/** A rejection leaves nothing of what the command has done so far. */
function activateAll(
  execution: Execution,
  { activations, scopes, canceled }: ModificationPlan,
): Rejection | undefined {
  const placed = new Map<string, SequenceFlow[]>();
  for (const activation of activations) {
    const { path, element } = activation;
    try {
      activate(execution, activation, scopes.open(activation.scope), canceled, placed);
    } catch (error) {
      if (!(error instanceof IncidentError)) throw error;
      const errors = [{ path, message: error.message }];
      const message = `Expected "${element.id}" to be activated but a scope around it cannot be entered; nothing was changed.`;
      return { code: 'invalid-state', message, errors };
    }
  }
  return undefined;
}

function activate(
  execution: Execution,
  { element, variables }: Activation,
  scope: number,
  canceled: ReadonlySet<number>,
  placed: Map<string, SequenceFlow[]>,
): void {
  for (const [name, value] of Object.entries(variables)) {
    const holder = holderOf(execution.state.elementInstances, scope, name);
    execution.emit({ type: 'variablesSet', key: holder, variables: Object.fromEntries([[name, value]]) });
  }
  const isJoin = behaviorOf(element).arrive !== undefined && element.incoming.length > 1;
  if (!isJoin) return execution.appear(element, scope);
  const join = `${scope} ${element.id}`;
  const earlier = placed.get(join) ?? [];
  const isLeft = (key: number) => !isWithin(execution, canceled, key);
  const flow = joinFlow(execution, element, scope, earlier, isLeft);
  if (!flow) throw new Error(`Expected join "${element.id}" to have an incoming flow.`);
  placed.set(join, [...earlier, flow]);
  execution.place(flow, scope);
}

function cancelAll(execution: Execution, keys: ReadonlySet<number>): Rejection | undefined {
  const around = new Set<number>();
  const notBegun = new Set<number>();
  for (const key of keys) {
    const { scope = ROOT_KEY, starts } = execution.find(key) ?? {};
    if (!execution.find(key)) continue;
    around.add(scope);
    if (starts) notBegun.add(scope);
    const { compensates } = execution.instance(key);
    cancelElement(execution, key);
    if (compensates !== undefined && !isWithin(execution, keys, compensates))
      continueCompensation(execution, compensates);
  }
  try {
    for (const scope of around) cancelEmpty(execution, scope);
  } catch (error) {
    if (!(error instanceof IncidentError)) throw error;
    const message = `Expected a loop to go on without the iteration that is canceled but found: ${error.message} Cancel the loop itself, or mend the data.`;
    return { code: 'invalid-state', message };
  }
  return beginAll(execution, notBegun);
}

/** A start event that was held up would have armed the event sub-processes around it; where it has gone, its scope goes on without it. */
function beginAll(execution: Execution, scopes: ReadonlySet<number>): Rejection | undefined {
  for (const scope of scopes) {
    if (!execution.find(scope)?.tokens) continue;
    try {
      prepareEventSubProcesses(execution, scope)();
    } catch (error) {
      if (!(error instanceof IncidentError)) throw error;
      const message = `Expected the event sub-processes of a scope to be armed, as its start event goes, but found: ${error.message}`;
      return { code: 'invalid-state', message };
    }
  }
  return undefined;
}

/**
 * A scope without tokens does not complete, as nothing in it has: it is canceled. An activity that is done several times goes on, and so does
 * an ad-hoc sub-process in which something may still be chosen.
 */
function cancelEmpty(execution: Execution, scope: number): void {
  for (let at = scope; execution.find(at)?.tokens === 0;) {
    if (at === ROOT_KEY) return void cancelProcessInstance(execution);
    if (execution.instance(at).reopened) return execution.complete(at);
    if (execution.instance(at).loop) return leaveEmptyScope(execution, at);
    if (adHocGoesOn(execution, at, undefined)) return;
    const outer = execution.scopeOf(at);
    cancelElement(execution, at);
    at = outer;
  }
}
