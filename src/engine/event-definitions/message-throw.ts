import { evaluate, evaluateKey, evaluateString, unexpected } from '../evaluate.js';
import type { Execution } from '../execution.js';
import { createJob } from '../job.js';
import type { EvaluationContext, Expression, FlowNode, MessageSending } from '../process-model.js';
import { addDuration, parseDuration } from '../time/duration.js';
import { isInstant } from '../time/instant.js';
import { deliveriesLeft } from './delivery-chain.js';

/** Sends a message: by a job that a worker does, or by the engine itself to whoever waits inside the server. */
export function sendMessage(
  execution: Execution,
  element: FlowNode,
  key: number,
  send: MessageSending,
): void {
  if (send.kind === 'job') return createJob(execution, element, key, send.job);
  preparePublishing(execution, element, key, send)();
  execution.complete(key);
}

/** Evaluates a message and answers how the engine publishes it. @throws IncidentError */
export function preparePublishing(
  execution: Execution,
  element: FlowNode,
  key: number,
  send: Extract<MessageSending, { kind: 'publish' }>,
): () => void {
  deliveriesLeft(execution);
  const context = execution.context(key);
  const of = (what: string) => `the ${what} of "${element.id}"`;
  const messageName = evaluateString(send.name, context, of('message name'));
  const correlationKey =
    send.correlationKey && evaluateKey(send.correlationKey, context, of('correlation key'));
  const messageId = send.messageId && evaluateKey(send.messageId, context, of('message id'));
  const timeToLiveMs = send.timeToLive ? evaluateTimeToLive(send.timeToLive, context, of('time to live')) : 0;
  return () => {
    execution.emit({
      type: 'messageThrown',
      key,
      messageName,
      ...(correlationKey === undefined ? {} : { correlationKey }),
    });
    execution.effect({
      type: 'publishMessage',
      messageName,
      ...(correlationKey === undefined ? {} : { correlationKey }),
      ...(messageId === undefined ? {} : { messageId }),
      timeToLiveMs,
      variables: execution.instance(key).variables ?? {},
    });
  };
}

/** Milliseconds from a number or an ISO 8601 duration. */
function evaluateTimeToLive(expression: Expression, context: EvaluationContext, what: string): number {
  const value = evaluate(expression, context);
  const duration = typeof value === 'string' ? parseDuration(value) : undefined;
  const timeToLiveMs = duration ? addDuration(context.now, duration) - context.now : value;
  const isWhole = typeof timeToLiveMs === 'number' && Number.isInteger(timeToLiveMs);
  if (isWhole && timeToLiveMs >= 0 && isInstant(context.now + timeToLiveMs)) return timeToLiveMs;
  throw unexpected(what, 'milliseconds or an ISO 8601 duration', expression, value);
}
