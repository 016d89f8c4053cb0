import { evaluateString } from '../engine/evaluate.js';
import type {
  CaughtPart,
  EvaluationContext,
  ExecutableProcess,
  MultipleEventDefinition,
} from '../engine/process-model.js';
import type { Starter } from '../engine/starters.js';

/** A parallel multiple start event: an instance begins when each of its parts has arrived (BPMN 2.0.2 §10.5.2, §13.5.1). */
export interface GatheredStart {
  readonly elementId: string;
  /** What each is told by while it waits: see `StartArrivalRow`. */
  readonly parts: readonly string[];
}

/** The parallel multiple start events of a process. @throws IncidentError for a name that is none: such a model is not deployed. */
export function gatheredStarts({ scope }: ExecutableProcess, now: number): readonly GatheredStart[] {
  const context: EvaluationContext = { now, get: () => undefined };
  return scope.startEvents.flatMap((element) => {
    const event = gatheringEvent(element);
    if (event === undefined) return [];
    const parts = event.parts.map((part) => partOf(event, part, element.id, context));
    return [{ elementId: element.id, parts: [...new Set(parts)] }];
  });
}

/** Which part of its start event a timer or a condition is; undefined where each starts an instance by itself. */
export function partWithoutName(
  element: Starter['element'],
  definition: Starter['definition'],
): string | undefined {
  const event = gatheringEvent(element);
  if (event === undefined || (definition.kind !== 'timer' && definition.kind !== 'conditional'))
    return undefined;
  return byPlace(event, definition);
}

/** Messages wait by their correlation keys; everything else is for all of them. */
export function isMessagePart(part: string): boolean {
  return part.startsWith('message:');
}

function gatheringEvent(element: Starter['element']): MultipleEventDefinition | undefined {
  if (element.type !== 'startEvent' || element.event.kind !== 'multiple') return undefined;
  return element.event.parallel ? element.event : undefined;
}

function partOf(
  event: MultipleEventDefinition,
  part: CaughtPart,
  elementId: string,
  context: EvaluationContext,
): string {
  const what = `the name of "${elementId}"`;
  switch (part.kind) {
    case 'message':
      return `message:${evaluateString(part.message.name, context, what)}`;
    case 'signal':
      return `signal:${evaluateString(part.name, context, what)}`;
    case 'timer':
    case 'conditional':
      return byPlace(event, part);
    case 'error':
    case 'escalation':
    case 'cancel':
      throw new Error(`Expected no ${part.kind} event definition at start event "${elementId}".`);
    default:
      return part satisfies never;
  }
}

function byPlace(
  event: MultipleEventDefinition,
  part: Extract<CaughtPart, { kind: 'timer' | 'conditional' }>,
): string {
  return `${part.kind === 'timer' ? 'timer' : 'condition'}:${event.parts.indexOf(part)}`;
}
