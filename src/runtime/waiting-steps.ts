import { evaluate } from '../engine/evaluate.js';
import { IncidentError } from '../engine/incident-error.js';
import type {
  EvaluationContext,
  ExecutableProcess,
  Expression,
  FlowNode,
  VoiceChoice,
  VoiceMenu,
} from '../engine/process-model.js';
import type { ElementInstance, ProcessInstanceState, Wait } from '../engine/state.js';
import { contextAt } from '../engine/variables.js';
import { idOf } from './ids.js';
import type { ProcessInstanceRow } from './ports.js';
import type { OfferedChoice, WaitingStep } from './waiting-step.js';

/** Longer ones are cut off: a voice would read for minutes. */
export const SAID_LENGTH_MAX = 1_000;

/** Every step of the instance that somebody can move on by a choice now, in order of activation; texts are evaluated at `now`. */
export function waitingStepsOf(
  process: ExecutableProcess,
  row: ProcessInstanceRow,
  now: number,
): readonly WaitingStep[] {
  const keys = row.state.elementInstances.keys();
  return keys.flatMap((key) => stepAt(process, row, key, now) ?? []);
}

/** The menu of an element, if it has one. */
export function voiceMenuOf(element: FlowNode | undefined): VoiceMenu | undefined {
  switch (element?.type) {
    case 'intermediateCatchEvent':
    case 'receiveTask':
    case 'userTask':
    case 'eventBasedGateway':
      return element.voice;
    default:
      return undefined;
  }
}

/** Whether jobs or called processes are under way that were begun after the element instance of that key: keys rise. */
export function isBusyAfter({ status, elementInstances }: ProcessInstanceState, key: number): boolean {
  if (status !== 'active') return false;
  return elementInstances
    .entries()
    .some(
      ([other, { waits = [] }]) => other > key && waits.some(({ kind }) => kind === 'job' || kind === 'call'),
    );
}

/** What the choice would move on: the wait for its event, or for the person. */
export function waitOfChoice(
  instance: ElementInstance,
  { eventId }: VoiceChoice,
): Extract<Wait, { kind: 'message' | 'userTask' }> | undefined {
  for (const wait of instance.waits ?? []) {
    if (wait.kind === 'message' && wait.eventId === eventId) return wait;
    if (wait.kind === 'userTask' && eventId === undefined) return wait;
  }
  return undefined;
}

function stepAt(
  process: ExecutableProcess,
  row: ProcessInstanceRow,
  key: number,
  now: number,
): WaitingStep | undefined {
  const instance = row.state.elementInstances.get(key);
  const element = instance && process.elements.get(instance.elementId);
  const menu = voiceMenuOf(element);
  if (!instance || !element || !menu) return undefined;
  const open = menu.choices.filter((choice) => waitOfChoice(instance, choice) !== undefined);
  if (open.length === 0) return undefined;
  const context = contextAt(row.state, key, now);
  const prompt = textOf(menu.prompt, context) ?? element.name;
  return {
    elementInstanceId: idOf(row.processInstanceId, key),
    elementId: element.id,
    ...(element.name === undefined ? {} : { name: element.name }),
    processInstanceId: row.processInstanceId,
    bpmnProcessId: row.bpmnProcessId,
    ...(process.name === undefined ? {} : { processName: process.name }),
    ...(row.businessKey === undefined ? {} : { businessKey: row.businessKey }),
    ...(prompt === undefined ? {} : { prompt }),
    ...(menu.language === undefined ? {} : { language: menu.language }),
    repeats: menu.repeats,
    choices: open.map((choice) => offered(choice, context)),
  };
}

function offered({ digit, words, say, label }: VoiceChoice, context: EvaluationContext): OfferedChoice {
  const said = textOf(say, context);
  return {
    digit,
    words,
    ...(said === undefined ? {} : { say: said }),
    ...(label === undefined ? {} : { label }),
  };
}

/** A text, or a number as one; undefined for what is none, so that a missing variable leaves the menu usable. */
function textOf(expression: Expression | undefined, context: EvaluationContext): string | undefined {
  if (expression === undefined) return undefined;
  try {
    const value = evaluate(expression, context);
    const text = typeof value === 'number' ? String(value) : value;
    return typeof text === 'string' && text.trim() !== '' ? text.slice(0, SAID_LENGTH_MAX) : undefined;
  } catch (error) {
    if (error instanceof IncidentError) return undefined;
    throw error;
  }
}
