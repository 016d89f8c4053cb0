import type { Execution } from '../execution.js';
import type { Variables } from '../json.js';
import { loopOf } from '../process-model.js';
import type { FlowNode, LoopCharacteristics } from '../process-model.js';
import type { IterationEnd, LoopBehavior } from './loop-behavior.js';
import { multiInstance } from './multi-instance.js';
import { standardLoop } from './standard-loop.js';

type Behaviors = {
  readonly [K in LoopCharacteristics['kind']]: LoopBehavior<Extract<LoopCharacteristics, { kind: K }>>;
};

const behaviors: Behaviors = { multiInstance, standard: standardLoop };

/** Starts the iterations of an activity whose body has been entered. @throws IncidentError */
export function beginLoop(execution: Execution, element: FlowNode, body: number): void {
  const loop = characteristicsOf(element);
  behaviorOf(loop).begin(execution, element, body, loop);
}

/** What follows when an iteration has completed; `seen` covers its variables. @throws IncidentError */
export function prepareIterationEnd(
  execution: Execution,
  element: FlowNode,
  key: number,
  seen: Variables,
): IterationEnd {
  const loop = characteristicsOf(element);
  return behaviorOf(loop).prepareEnd(execution, key, loop, seen);
}

/** Starts the next iteration where one is to follow; false where the body is done. */
export function iterateAgain(
  execution: Execution,
  element: FlowNode,
  body: number,
  end: IterationEnd | undefined,
): boolean {
  const loop = characteristicsOf(element);
  return behaviorOf(loop).next(execution, element, body, loop, end);
}

function characteristicsOf(element: FlowNode): LoopCharacteristics {
  const loop = loopOf(element);
  if (!loop) throw new Error(`Expected "${element.id}" to be done several times.`);
  return loop;
}

/** The one place where the registry's types are widened: its keys guarantee the match. */
function behaviorOf(loop: LoopCharacteristics): LoopBehavior<LoopCharacteristics> {
  return behaviors[loop.kind];
}
