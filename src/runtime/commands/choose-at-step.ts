import { evaluate } from '../../engine/evaluate.js';
import { IncidentError } from '../../engine/incident-error.js';
import type { JsonValue, Variables } from '../../engine/json.js';
import type {
  EvaluationContext,
  ExecutableProcess,
  Expression,
  FlowNode,
  VoiceChoice,
} from '../../engine/process-model.js';
import { contextAt } from '../../engine/variables.js';
import { applyCommand, type InstanceCommand } from '../apply-command.js';
import { partsOf } from '../ids.js';
import { endedOrNotFound, loadOwner } from '../instances.js';
import type { Outcome } from '../outcome.js';
import { done, refused } from '../outcome.js';
import type { ProcessInstanceRow } from '../ports.js';
import type { ChosenStep, StepChoice } from '../runtime.js';
import type { UseCase } from '../unit.js';
import { isBusyAfter, voiceMenuOf, waitingStepsOf, waitOfChoice } from '../waiting-steps.js';

/** Somebody has chosen what is offered at a waiting step: its event is triggered, or its user task completed. */
export function chooseAtStep(input: StepChoice): UseCase<ChosenStep> {
  return async (unit) => {
    const loaded = await loadOwner(unit, 'waiting step', input.elementInstanceId);
    if (!loaded.ok) return loaded;
    const { row, key } = loaded.value;
    const process = await unit.definitions.get(unit.tx.definitions, row.tenantId, row.processDefinitionId);
    const command = commandFor(process, row, key, input, unit.tx.now);
    if (!command.ok) return command;
    const applied = await applyCommand(unit, row, command.value);
    if (!applied.ok) return applied;
    const offered = row.state.elementInstances.get(key);
    const language = voiceMenuOf(process.elements.get(offered?.elementId ?? ''))?.language;
    const chosen = chosenStep(process, applied.value, key, unit.tx.now);
    return done({ ...chosen, ...(language === undefined ? {} : { language }) });
  };
}

function commandFor(
  process: ExecutableProcess,
  row: ProcessInstanceRow,
  key: number,
  input: StepChoice,
  now: number,
): Outcome<InstanceCommand> {
  const instance = row.state.elementInstances.get(key);
  if (row.state.status !== 'active' || !instance) {
    return endedOrNotFound(row, key, 'waiting step', input.elementInstanceId);
  }
  const element = process.elements.get(instance.elementId);
  const choice = voiceMenuOf(element)?.choices.find(({ digit }) => digit === input.digit);
  if (!choice) {
    const detail = `Expected one of the choices of "${instance.elementId}" but found "${input.digit}".`;
    return refused('invalid-argument', detail);
  }
  const wait = waitOfChoice(instance, choice);
  if (!wait) return endedOrNotFound(row, key, 'waiting step', input.elementInstanceId);
  const context = contextAt(row.state, key, now);
  const variables = variablesOf(choice, instance.elementId, context);
  if (!variables.ok) return variables;
  const common = {
    elementInstanceKey: key,
    waitKey: wait.key,
    variables: { ...input.variables, ...variables.value },
  };
  if (wait.kind === 'userTask') return done({ type: 'completeUserTask', ...common });
  const messageName = messageNameOf(process.elements.get(wait.eventId), context) ?? wait.eventId;
  return done({ type: 'correlateMessage', ...common, messageName });
}

/** The model's fault, or the data's, is told and changes nothing: the step goes on waiting. */
function variablesOf(
  { digit, variables }: VoiceChoice,
  elementId: string,
  context: EvaluationContext,
): Outcome<Variables> {
  if (!variables) return done({});
  const value = valueOf(variables, context);
  if (isObject(value)) return done(value);
  const detail = `Expected the variables of choice "${digit}" of "${elementId}" to give an object but found ${JSON.stringify(value)}.`;
  return refused('invalid-argument', detail.slice(0, 500));
}

/** The name as the history tells it; the subscription is told by its key. */
function messageNameOf(event: FlowNode | undefined, context: EvaluationContext): string | undefined {
  const isCatch = event?.type === 'intermediateCatchEvent' && event.event.kind === 'message';
  const message = isCatch && event.event.kind === 'message' ? event.event.message : undefined;
  const name = event?.type === 'receiveTask' ? event.message.name : message?.name;
  const value = name && valueOf(name, context);
  return typeof value === 'string' ? value : undefined;
}

function valueOf(expression: Expression, context: EvaluationContext): JsonValue {
  try {
    return evaluate(expression, context);
  } catch (error) {
    if (error instanceof IncidentError) return null;
    throw error;
  }
}

function isObject(value: JsonValue): value is Variables {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Keys rise, so that what has a higher key than the step came after it. */
function chosenStep(
  process: ExecutableProcess,
  row: ProcessInstanceRow,
  key: number,
  now: number,
): ChosenStep {
  const { processInstanceId, state } = row;
  if (state.status !== 'active') return { processInstanceId, busy: false };
  const next = waitingStepsOf(process, row, now).find(
    ({ elementInstanceId }) => (partsOf(elementInstanceId)?.key ?? 0) > key,
  );
  return { processInstanceId, ...(next === undefined ? {} : { next }), busy: isBusyAfter(state, key) };
}
