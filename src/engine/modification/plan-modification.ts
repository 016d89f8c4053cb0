import type { ModifyProcessInstance } from '../command.js';
import type { Execution } from '../execution.js';
import type { Variables } from '../json.js';
import type { FlowNode } from '../process-model.js';
import { InstructionError, InstructionErrors } from './instructions.js';
import { type PlannedScope, ScopePlan } from './scope-plan.js';
import { sourcesOf } from './sources.js';

/** What the instructions of a modification come to. */
export interface ModificationPlan {
  readonly activations: readonly Activation[];
  /** Keys of the element instances that are canceled. */
  readonly canceled: ReadonlySet<number>;
  readonly scopes: ScopePlan;
  readonly errors: InstructionErrors;
}

/** One token that is to be put. */
export interface Activation {
  /** The instruction. */
  readonly path: string;
  readonly element: FlowNode;
  readonly scope: PlannedScope;
  readonly variables: Variables;
}

/** Finds out what each instruction means in the present state, and which cannot be done. Changes nothing. */
export function planModification(execution: Execution, command: ModifyProcessInstance): ModificationPlan {
  const errors = new InstructionErrors();
  const moved = movedKeys(execution, command, errors);
  const canceled = new Set(moved.flat());
  command.cancel.forEach((instruction, index) => {
    for (const key of errors.try(`/cancel/${index}`, () => sourcesOf(execution, instruction)) ?? [])
      canceled.add(key);
  });
  const scopes = new ScopePlan(execution, canceled);
  const activations = [
    ...command.activate.map(({ elementId, variables, ancestorKey }, index) => {
      const path = `/activate/${index}`;
      return errors.try(path, () => {
        const element = activatable(execution, elementId);
        return activationOf(scopes, path, element, variables, ancestorKey);
      });
    }),
    ...command.move.flatMap(({ toElementId, variables, ancestorKey }, index) => {
      const path = `/move/${index}`;
      return (moved[index] ?? []).map((key) =>
        errors.try(path, () => {
          const element = activatable(execution, toElementId);
          const ancestor = ancestorKey ?? scopes.nearestFor(element, key);
          return activationOf(scopes, path, element, variables, ancestor);
        }),
      );
    }),
  ].filter((activation) => activation !== undefined);
  return { activations, canceled, scopes, errors };
}

/** The element instances that each instruction moves. */
function movedKeys(
  execution: Execution,
  { move }: ModifyProcessInstance,
  errors: InstructionErrors,
): readonly (readonly number[])[] {
  const moved = new Set<number>();
  return move.map(({ from }, index) => {
    const keys = errors.try(`/move/${index}`, () => {
      const found = sourcesOf(execution, from);
      if (!found.some((key) => moved.has(key))) return found;
      throw new InstructionError('Expected each element instance to be moved once but it is moved already.');
    });
    for (const key of keys ?? []) moved.add(key);
    return keys ?? [];
  });
}

/** @throws InstructionError */
function activatable(execution: Execution, elementId: string): FlowNode {
  const element = execution.process.elements.get(elementId);
  if (!element)
    throw new InstructionError(`Expected an element "${elementId}" in the process but found none.`, true);
  if (element.type !== 'boundaryEvent') return element;
  throw new InstructionError(
    `Expected "${elementId}" to be an element that a token can be put on, but a boundary event occurs at its activity only: activate what is behind it.`,
    true,
  );
}

/** An event sub-process begins with its start event, each time in a scope of its own. @throws InstructionError */
function activationOf(
  scopes: ScopePlan,
  path: string,
  element: FlowNode,
  variables: Variables = {},
  ancestorKey?: number,
): Activation {
  const scope = scopes.scopeFor(element, ancestorKey);
  if (element.type !== 'subProcess' || !element.triggeredByEvent) return { path, element, scope, variables };
  const [start] = element.scope.startEvents;
  if (!start) throw new Error(`Expected event sub-process "${element.id}" to have a start event.`);
  return { path, element: start, scope: scopes.anew(element, scope), variables };
}
