import { interruptActivity } from './compensation/compensate.js';
import type { Execution } from './execution.js';
import type { Variables } from './json.js';
import type { BoundaryEvent, EventSubProcess, StartEvent } from './process-model.js';
import { contentOf, startEventSubProcess } from './scope.js';

/** What can catch something thrown inside an instance: the event, and the element instance at which it does. */
export interface Catcher {
  readonly event: BoundaryEvent | StartEvent;
  /** Of a boundary event its activity's instance, of an event sub-process that of the scope around it. */
  readonly at: number;
}

type Matches = (event: Catcher['event']) => boolean;

/**
 * Everything that could catch what is thrown at an element instance, the nearest first: the boundary events of the instance itself,
 * then, scope by scope outwards, the event sub-processes of the scope and the boundary events of its activity (BPMN 2.0.2 §10.5.7).
 * An event sub-process does not catch what comes from inside of it, and none does in a scope that was interrupted.
 */
export function* catchersAround(execution: Execution, key: number): Generator<readonly Catcher[]> {
  let from: string | undefined;
  for (let at: number | undefined = key; at !== undefined; at = execution.find(at)?.scope) {
    const { interrupted, elementId, reopened } = execution.instance(at);
    if (!interrupted && !reopened) {
      yield eventSubProcessesOf(execution, at)
        .filter(({ subProcess }) => subProcess.id !== from)
        .map(({ start }) => ({ event: start, at: at ?? key }));
    }
    yield boundaryEventsOf(execution, at).map((event) => ({ event, at: at ?? key }));
    from = elementId;
  }
}

/** The nearest catcher; of one level that for exactly this code goes before one for all. */
export function findCatcher(
  execution: Execution,
  key: number,
  isExact: Matches,
  isForAll: Matches,
): Catcher | undefined {
  for (const catchers of catchersAround(execution, key)) {
    const found =
      catchers.find(({ event }) => isExact(event)) ?? catchers.find(({ event }) => isForAll(event));
    if (found) return found;
  }
  return undefined;
}

/** The event has occurred: the event sub-process starts, or the boundary event's flow is taken. */
export function catchAt(execution: Execution, { event, at }: Catcher, variables: Variables): void {
  if (event.type === 'startEvent') return startEventSubProcess(execution, at, event, variables);
  if (event.interrupting) interruptActivity(execution, at, event, variables);
  else execution.appear(event, execution.scopeOf(at), variables);
}

function eventSubProcessesOf(execution: Execution, key: number): readonly EventSubProcess[] {
  return contentOf(execution, key).eventSubProcesses;
}

function boundaryEventsOf(execution: Execution, key: number): readonly BoundaryEvent[] {
  const { elementId, iteration, reopened } = execution.instance(key);
  // Those of an activity that is done several times belong to the whole of it; one that has completed has none.
  const element =
    iteration === undefined && !reopened ? execution.process.elements.get(elementId) : undefined;
  return element && 'boundaryEvents' in element ? element.boundaryEvents : [];
}
