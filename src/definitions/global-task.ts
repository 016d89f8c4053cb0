import { idOf } from './model-element.js';
import type { ModelElement } from './model-element.js';

/** The task that a global task of each type is (BPMN 2.0.2 §10.3.7). */
const taskTypes: Readonly<Record<string, string>> = {
  'bpmn:GlobalTask': 'bpmn:Task',
  'bpmn:GlobalManualTask': 'bpmn:ManualTask',
  'bpmn:GlobalUserTask': 'bpmn:UserTask',
  'bpmn:GlobalScriptTask': 'bpmn:ScriptTask',
  'bpmn:GlobalBusinessRuleTask': 'bpmn:BusinessRuleTask',
};

export function isGlobalTask({ $type }: ModelElement): boolean {
  return Object.hasOwn(taskTypes, $type);
}

/** The BPMN type as which an element is executed: that of the task, for a global task. */
export function executedTypeOf({ $type }: Pick<ModelElement, '$type'>): string {
  return taskTypes[$type] ?? $type;
}

/**
 * A global task as the process that a call activity calls: the task alone, between a start and an end event. It has the id of the global
 * task, and so has the task in it.
 */
export function processOfGlobalTask(globalTask: ModelElement): ModelElement {
  const id = idOf(globalTask) ?? '';
  const { $descriptor, $attrs, $parent } = globalTask;
  const made = (
    $type: string,
    owner: ModelElement | undefined,
    get: ModelElement['get'],
    attributes?: ModelElement['$attrs'],
  ): ModelElement => ({
    $type,
    $descriptor,
    ...(attributes && { $attrs: attributes }),
    ...(owner && { $parent: owner }),
    get,
  });
  const valuesOf = (values: Readonly<Record<string, unknown>>) => (name: string) =>
    Object.hasOwn(values, name) ? values[name] : undefined;

  const flowElements: ModelElement[] = [];
  const process = made(
    'bpmn:Process',
    $parent,
    valuesOf({ id: idOf(globalTask), name: globalTask.get('name'), flowElements }),
  );
  const node = (type: string, suffix: string) => made(type, process, valuesOf({ id: `${id}${suffix}` }));
  const start = node('bpmn:StartEvent', '-start');
  const end = node('bpmn:EndEvent', '-end');
  const task = made(executedTypeOf(globalTask), process, (name) => taskValue(globalTask, name), $attrs);
  const flow = (suffix: string, sourceRef: ModelElement, targetRef: ModelElement) =>
    made('bpmn:SequenceFlow', process, valuesOf({ id: `${id}${suffix}`, sourceRef, targetRef }));
  flowElements.push(start, task, end, flow('-begin', start, task), flow('-done', task, end));
  return process;
}

/** BPMN names the language of a script differently on a global task (table 10.20). */
function taskValue(globalTask: ModelElement, name: string): unknown {
  return globalTask.get(name === 'scriptFormat' ? 'scriptLanguage' : name);
}
