import { evaluateCondition } from '../../engine/evaluate.js';
import { IncidentError } from '../../engine/incident-error.js';
import { ownValue } from '../../engine/json.js';
import type { Starter } from '../../engine/starters.js';
import { startersOf } from '../../engine/starters.js';
import type { EvaluationContext } from '../../engine/process-model.js';
import { startInstance } from '../apply-command.js';
import { partWithoutName } from '../gathered-starts.js';
import { done, refused } from '../outcome.js';
import { isWithinProcesses } from '../reach.js';
import type { EvaluateConditionsInput, EvaluatedConditions } from '../runtime.js';
import type { TriggeredStart } from '../triggered-starts.js';
import { isGathering, triggeredStarts } from '../triggered-starts.js';
import type { Unit, UseCase } from '../unit.js';
import { arriveForAll } from './start-by-arrival.js';

/**
 * Evaluates the conditional start events of every latest version, or of one process, with the given variables; each whose condition is
 * true starts an instance with them (BPMN 2.0.2 §10.5.2, §10.5.5), or counts at a parallel multiple one. A condition that gives
 * neither true nor false is told; null, of a variable that is missing, is neither.
 */
export function evaluateConditions(input: EvaluateConditionsInput): UseCase<EvaluatedConditions> {
  return async (unit) => {
    const { bpmnProcessId, variables = {} } = input;
    const { tx, context } = unit;
    const { tenantId, reach } = context;
    const isReached = bpmnProcessId === undefined || isWithinProcesses(reach, bpmnProcessId);
    if (
      !isReached ||
      (bpmnProcessId !== undefined && !(await tx.definitions.findLatest(tenantId, bpmnProcessId)))
    ) {
      return refused('not-found', `Expected process "${bpmnProcessId}" to be deployed but it is not.`);
    }
    const seen: EvaluationContext = { now: tx.now, get: (name) => ownValue(variables, name) };
    const startedProcessInstances: string[] = [];
    const problems: EvaluatedConditions['problems'][number][] = [];
    const subscriptions = await tx.startSubscriptions.find(tenantId, 'conditional', '');
    for (const start of await triggeredStarts(unit, 'conditional', '', subscriptions)) {
      if (bpmnProcessId !== undefined && bpmnProcessId !== start.bpmnProcessId) continue;
      if (!isWithinProcesses(reach, start.bpmnProcessId)) continue;
      const { met, problem } = evaluateAt(start, seen);
      if (problem !== undefined) problems.push(problem);
      startedProcessInstances.push(...(await startMet(unit, start, met, input)));
    }
    return done({ startedProcessInstances, problems });
  };
}

/** The conditions of a start event that are true, as far as each can be evaluated. */
function evaluateAt(
  { process, bpmnProcessId, elementId }: TriggeredStart,
  seen: EvaluationContext,
): { readonly met: readonly Starter[]; readonly problem?: EvaluatedConditions['problems'][number] } {
  const met: Starter[] = [];
  let problem: EvaluatedConditions['problems'][number] | undefined;
  for (const starter of startersOf(process)) {
    const { element, definition } = starter;
    if (element.id !== elementId || definition.kind !== 'conditional') continue;
    try {
      if (evaluateCondition(definition.condition, seen, `the condition of "${elementId}"`)) met.push(starter);
    } catch (error) {
      if (!(error instanceof IncidentError)) throw error;
      problem ??= { bpmnProcessId, elementId, message: error.message };
    }
  }
  return { met, ...(problem && { problem }) };
}

async function startMet(
  unit: Unit,
  start: TriggeredStart,
  met: readonly Starter[],
  { businessKey, variables = {} }: EvaluateConditionsInput,
): Promise<readonly string[]> {
  if (isGathering(start)) {
    const started: string[] = [];
    for (const { element, definition } of met) {
      const part = partWithoutName(element, definition);
      const processInstanceId = part && (await arriveForAll(unit, start, part, variables));
      if (processInstanceId) started.push(processInstanceId);
    }
    return started;
  }
  if (met.length === 0) return [];
  const outcome = await startInstance(unit, start.definition, {
    startElementId: start.elementId,
    variables,
    ...(businessKey === undefined ? {} : { businessKey }),
  });
  if (!outcome.ok) throw new Error(`A conditional start refused to start: ${outcome.problem.detail}`);
  return [outcome.value.processInstanceId];
}
