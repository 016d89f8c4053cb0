import type { Execution } from '../execution.js';
import { correlateMessage } from '../commands/correlate-message.js';
import { triggerSignal } from '../commands/trigger-signal.js';
import { evaluateCondition, evaluateKey, evaluateString } from '../evaluate.js';
import { deliveriesLeft } from '../event-definitions/delivery-chain.js';
import { preparePublishing } from '../event-definitions/message-throw.js';
import { partsOf } from '../event-definitions/parts.js';
import type { Variables } from '../json.js';
import type { CompletionThrow, EvaluationContext, Expression, MultiInstanceLoop } from '../process-model.js';
import type { EventWait, LoopState } from '../state.js';
import { terminateByError, throwError } from '../throw-error.js';
import { throwEscalation } from '../throw-escalation.js';

/** An iteration that is about to complete, as the events that are thrown for it are told. */
export interface CompletingIteration {
  readonly body: number;
  /** How far the body has come with this iteration. */
  readonly ended: LoopState;
  /** What the events carry: the attributes of the activity (BPMN 2.0.2 table 10.30). */
  readonly carried: Variables;
  readonly context: EvaluationContext;
}

/**
 * The events that a multi-instance activity throws as one of its iterations completes (BPMN 2.0.2 §10.3.8, attribute `behavior`), to be
 * thrown when it has. A boundary event of the activity that waits for one catches it at once, as the activity may be done by the time
 * a signal or a message would come back; what is not caught there goes where its kind goes. @throws IncidentError, before anything has happened
 */
export function prepareCompletionThrows(
  execution: Execution,
  { throws = [] }: MultiInstanceLoop,
  iteration: CompletingIteration,
): (() => void) | undefined {
  const prepared = throws
    .filter(({ when }) => isDue(execution, when, iteration))
    .map(({ event }) => prepareThrow(execution, event, iteration));
  if (prepared.length === 0) return undefined;
  return () => {
    for (const throwIt of prepared) if (execution.find(iteration.body)) throwIt();
  };
}

function isDue(
  execution: Execution,
  when: CompletionThrow['when'],
  { body, ended, context }: CompletingIteration,
): boolean {
  if (when === 'each') return true;
  if (when === 'first') return ended.completed === 1;
  const { elementId } = execution.instance(body);
  return evaluateCondition(when, context, `the condition of a complex behaviour of "${elementId}"`);
}

function prepareThrow(
  execution: Execution,
  event: CompletionThrow['event'],
  iteration: CompletingIteration,
): () => void {
  const { body, carried, context } = iteration;
  const { elementId } = execution.instance(body);
  const of = (what: string) => `the ${what} that "${elementId}" throws`;
  switch (event.kind) {
    case 'escalationThrow': {
      const escalationCode = evaluateKey(event.escalationCode, context, of('escalation code'));
      return () => throwEscalation(execution, body, { escalationCode, variables: carried });
    }
    case 'errorThrow': {
      const errorCode = evaluateKey(event.errorCode, context, of('error code'));
      const error = { errorCode, variables: carried };
      return () => {
        if (!throwError(execution, body, error)) terminateByError(execution, body, error);
      };
    }
    case 'signal': {
      const signalName = evaluateString(event.name, context, of('signal name'));
      const wait = waitAtBoundary(execution, body, 'signal', signalName);
      if (!wait) deliveriesLeft(execution);
      return () => {
        execution.emit({ type: 'signalThrown', key: body, signalName });
        if (isOpen(execution, body, wait))
          triggerSignal(execution, {
            type: 'triggerSignal',
            elementInstanceKey: body,
            waitKey: wait.key,
            signalName,
            variables: carried,
          });
        else execution.effect({ type: 'broadcastSignal', signalName, variables: carried });
      };
    }
    case 'messageThrow': {
      const messageName = evaluateString(event.send.name, context, of('message name'));
      const wait = waitAtBoundary(execution, body, 'message', messageName);
      const publish = wait
        ? undefined
        : preparePublishing(execution, execution.element(elementId), body, event.send);
      return () => {
        if (isOpen(execution, body, wait))
          correlateMessage(execution, {
            type: 'correlateMessage',
            elementInstanceKey: body,
            waitKey: wait.key,
            messageName,
            variables: carried,
          });
        else publish?.();
      };
    }
    default:
      return event satisfies never;
  }
}

/** What a boundary event of the activity waits for that signal or message by. */
function waitAtBoundary(
  execution: Execution,
  body: number,
  kind: 'signal' | 'message',
  name: string,
): EventWait | undefined {
  const context = execution.context(body);
  return (execution.instance(body).waits ?? []).find((wait): wait is EventWait => {
    if (wait.kind !== kind) return false;
    const expected = nameOf(execution, wait);
    return (
      expected !== undefined && evaluateString(expected, context, `the name of "${wait.eventId}"`) === name
    );
  });
}

function nameOf(execution: Execution, { eventId, part = 0 }: EventWait): Expression | undefined {
  const element = execution.element(eventId);
  if (element.type !== 'boundaryEvent') return undefined;
  const definition = partsOf(element.event)[part];
  if (definition?.kind === 'signal') return definition.name;
  return definition?.kind === 'message' ? definition.message.name : undefined;
}

/** An event that was thrown before it may have closed the wait. */
function isOpen(execution: Execution, body: number, wait: EventWait | undefined): wait is EventWait {
  return wait !== undefined && (execution.instance(body).waits ?? []).some(({ key }) => key === wait.key);
}
