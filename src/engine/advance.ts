import type { CommandEnvelope, InstanceCommand, StartProcessInstance } from './command.js';
import { handlerOf } from './commands/registry.js';
import { isTakenWhileSuspended } from './commands/while-suspended.js';
import { startProcessInstance } from './commands/start-process-instance.js';
import type { Effect } from './effect.js';
import type { ProcessEvent } from './event.js';
import { draftOf } from './evolve.js';
import { Execution } from './execution.js';
import type { ExecutableProcess } from './process-model.js';
import type { Rejection } from './rejection.js';
import type { ProcessInstanceState } from './state.js';

/** What a command has come to: the new state with what happened and what is to be done, or nothing at all. */
export type Advance =
  | {
      readonly ok: true;
      readonly state: ProcessInstanceState;
      readonly events: readonly ProcessEvent[];
      readonly effects: readonly Effect[];
    }
  | { readonly ok: false; readonly rejection: Rejection };

/**
 * Starts an instance: its first command. Same input, same output.
 * @throws DecisionNeeded when the shell has to look for a decision first
 */
export function start(process: ExecutableProcess, envelope: CommandEnvelope<StartProcessInstance>): Advance {
  const { command, at, hops, calls, decisions } = envelope;
  const first = {
    type: 'processInstanceStarted',
    processInstanceId: command.processInstanceId,
    bpmnProcessId: process.bpmnProcessId,
    ...(command.businessKey === undefined ? {} : { businessKey: command.businessKey }),
    ...(command.parent ? { parent: command.parent } : {}),
  } as const;
  const execution = new Execution(process, draftOf(undefined, at, first), at, hops, calls, decisions);
  execution.emit(first);
  return finish(execution, startProcessInstance(execution, command));
}

/**
 * Applies one command to an instance and takes every step that follows until all its element instances wait. Pure: `state` is
 * not changed, time is the envelope's, and the same input gives the same output. What the caller did wrong is a
 * rejection; what the model or its data did wrong becomes an incident in the state.
 * @throws DecisionNeeded when the shell has to look for a decision first
 */
export function advance(
  process: ExecutableProcess,
  state: ProcessInstanceState,
  envelope: CommandEnvelope<InstanceCommand>,
): Advance {
  if (state.status !== 'active') {
    const message = `Expected process instance ${state.processInstanceId} to be active but it is ${state.status}.`;
    return { ok: false, rejection: { code: 'invalid-state', message } };
  }
  if (state.suspended && !isTakenWhileSuspended[envelope.command.type]) {
    const message = `Expected process instance ${state.processInstanceId} not to be suspended but it is.`;
    return { ok: false, rejection: { code: 'suspended', message } };
  }
  const at = Math.max(envelope.at, state.at);
  const execution = new Execution(
    process,
    draftOf(state, at),
    at,
    envelope.hops,
    envelope.calls,
    envelope.decisions,
  );
  const outcome = finish(execution, handlerOf(envelope.command)(execution, envelope.command));
  // Where nothing happened nothing changes, the time neither: state is a function of the events alone.
  return outcome.ok && outcome.events.length === 0 ? { ...outcome, state } : outcome;
}

function finish(execution: Execution, rejection: Rejection | undefined): Advance {
  if (rejection) {
    if (execution.events.length === 0) execution.tokens.handOn();
    return { ok: false, rejection };
  }
  execution.run();
  execution.tokens.handOn();
  return { ok: true, state: execution.state, events: execution.events, effects: execution.effects };
}
