import type { ActivateInstruction, CancelInstruction, ModifyProcessInstance } from '../../engine/command.js';
import type { CommandError } from '../../engine/rejection.js';
import { applyCommand } from '../apply-command.js';
import { partsOf } from '../ids.js';
import { loadInstance } from '../instances.js';
import { noteTokens } from '../note-change.js';
import type { Outcome } from '../outcome.js';
import { done, refused } from '../outcome.js';
import { isBarredFromWriting, noVariablesWritten } from '../reach.js';
import type { ModifiedInstance, ModifyInput, NamedInstances } from '../runtime.js';
import type { UseCase } from '../unit.js';

/** Puts and takes away tokens by hand, all instructions or none. */
export function modifyProcessInstance(
  processInstanceId: string,
  input: ModifyInput,
): UseCase<ModifiedInstance> {
  return async (unit) => {
    const loaded = await loadInstance(unit, processInstanceId);
    if (!loaded.ok) return loaded;
    if (isBarredFromWriting(unit.context.reach, instructionsOf(input)))
      return refused('forbidden', noVariablesWritten);
    const command = commandOf(processInstanceId, input);
    if (!command.ok) return command;
    const modified = await applyCommand(unit, loaded.value, command.value);
    if (!modified.ok) return modified;
    noteTokens(unit, loaded.value, modified.value, input);
    return done({ processInstanceId, state: modified.value.state.status });
  };
}

/** Those that may write variables. */
export function instructionsOf({
  activate = [],
  move = [],
}: ModifyInput): Parameters<typeof isBarredFromWriting>[1] {
  return [...activate, ...move];
}

/** The command with keys of the instance in the place of ids. */
function commandOf(
  processInstanceId: string,
  { activate = [], cancel = [], move = [] }: ModifyInput,
): Outcome<ModifyProcessInstance> {
  const errors: CommandError[] = [];
  const keyOf = (id: string, path: string): number => {
    const parts = partsOf(id);
    if (parts?.processInstanceId === processInstanceId) return parts.key;
    errors.push({ path, message: `Expected the id of an element instance of "${processInstanceId}".` });
    return -1;
  };
  const named = (one: NamedInstances, path: string): CancelInstruction =>
    'elementId' in one ? { elementId: one.elementId } : { key: keyOf(one.elementInstanceId, path) };
  const target = (
    one: Pick<NonNullable<ModifyInput['activate']>[number], 'variables' | 'ancestorElementInstanceId'>,
    path: string,
  ): Omit<ActivateInstruction, 'elementId'> => ({
    ...(one.variables === undefined ? {} : { variables: one.variables }),
    ...(one.ancestorElementInstanceId === undefined
      ? {}
      : { ancestorKey: keyOf(one.ancestorElementInstanceId, `${path}/ancestorElementInstanceId`) }),
  });
  const command: ModifyProcessInstance = {
    type: 'modifyProcessInstance',
    activate: activate.map((one, index) => ({
      elementId: one.elementId,
      ...target(one, `/activate/${index}`),
    })),
    cancel: cancel.map((one, index) => named(one, `/cancel/${index}/elementInstanceId`)),
    move: move.map((one, index) => ({
      from: named(one.from, `/move/${index}/fromElementInstanceId`),
      toElementId: one.toElementId,
      ...target(one, `/move/${index}`),
    })),
  };
  if (errors.length === 0) return done(command);
  return refused('invalid-argument', 'Expected ids of element instances of this process instance.', {
    errors,
  });
}
