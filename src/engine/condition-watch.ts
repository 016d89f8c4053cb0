import type { ProcessEvent } from './event.js';
import { staysArmed } from './event-definitions/catch.js';
import { isMet } from './event-definitions/conditional.js';
import { occur } from './event-definitions/occur.js';
import { partsOf } from './event-definitions/parts.js';
import type { Execution } from './execution.js';
import { IncidentError } from './incident-error.js';
import type { ConditionalEventDefinition, ExecutableProcess } from './process-model.js';
import type { ConditionalWait, ElementInstance } from './state.js';

/**
 * Looks at the conditions that are waited for when they are armed and after each step that has changed a variable they read (BPMN
 * 2.0.2 §10.5.5: an event occurs when its condition becomes true). Nothing of it is stored but whether a condition was true last.
 */
export class ConditionWatch {
  /** Open element instances with conditions, found by one pass on first use. */
  private hosts: Set<number> | undefined;
  private readonly changes: { readonly scope: number; readonly names: readonly string[] }[] = [];
  private readonly due = new Set<number>();

  constructor(private readonly execution: Execution) {}

  /** Takes note of what an event means for conditions. */
  follow(event: ProcessEvent): void {
    switch (event.type) {
      case 'variablesSet':
      case 'inputsMapped': {
        const read = variablesOfConditions(this.execution.process);
        const names = read.size === 0 ? [] : Object.keys(event.variables).filter((name) => read.has(name));
        if (names.length > 0) this.changes.push({ scope: event.key, names });
        return;
      }
      case 'conditionalSubscriptionOpened':
        this.hosts?.add(event.key);
        this.due.add(event.key);
        return;
      case 'elementCompleted':
      case 'elementCanceled':
        this.hosts?.delete(event.key);
        return;
      default:
        return;
    }
  }

  /** The conditions of an element instance are to be looked at again. */
  lookAt(hostKey: number): void {
    this.due.add(hostKey);
  }

  /** All conditions are to be looked at again. */
  lookAtAll(): void {
    for (const hostKey of this.allHosts()) this.due.add(hostKey);
  }

  /** Evaluates what has to be looked at; what has become true occurs. In a suspended instance that waits until it is resumed. */
  settle(): void {
    if (this.changes.length + this.due.size === 0 || this.execution.state.suspended) return;
    for (const change of this.changes.splice(0)) this.findAffected(change);
    const due = [...this.due].sort((a, b) => a - b);
    this.due.clear();
    for (const hostKey of due) this.evaluate(hostKey);
  }

  private findAffected({
    scope,
    names,
  }: {
    readonly scope: number;
    readonly names: readonly string[];
  }): void {
    for (const hostKey of this.allHosts()) {
      if (this.due.has(hostKey) || !this.isInside(hostKey, scope)) continue;
      const reads = conditionsOf(this.execution.find(hostKey)).some((wait) =>
        this.definitionOf(wait).variables.some((name) => names.includes(name)),
      );
      if (reads) this.due.add(hostKey);
    }
  }

  private allHosts(): Iterable<number> {
    this.hosts ??= new Set(
      this.execution.state.elementInstances
        .entries()
        .flatMap(([key, instance]) => (conditionsOf(instance).length > 0 ? [key] : [])),
    );
    return this.hosts;
  }

  private isInside(key: number, scope: number): boolean {
    for (let at: number | undefined = key; at !== undefined; at = this.execution.find(at)?.scope) {
      if (at === scope) return true;
    }
    return false;
  }

  private evaluate(hostKey: number): void {
    const { execution } = this;
    for (const wait of conditionsOf(execution.find(hostKey))) {
      // What occurred just now may have closed this one, or ended everything.
      if (execution.state.status !== 'active' || !isOpen(execution.find(hostKey), wait)) return;
      let met: boolean;
      try {
        met = isMet(this.definitionOf(wait), execution.context(hostKey), wait.eventId);
      } catch (error) {
        if (!(error instanceof IncidentError)) throw error;
        this.fail(hostKey, error);
        return;
      }
      if (met && !wait.met) this.occur(hostKey, wait);
      else if (!met && wait.met) {
        const { key: subscriptionKey, eventId } = wait;
        execution.emit({ type: 'conditionUnmet', key: hostKey, subscriptionKey, eventId });
      }
    }
    const host = execution.find(hostKey);
    if (host?.incident?.step === 'condition') execution.resolveOpenIncident(hostKey);
  }

  private occur(hostKey: number, wait: ConditionalWait): void {
    const { execution } = this;
    const { key: subscriptionKey, eventId } = wait;
    const element = execution.element(eventId);
    const remains = staysArmed(element);
    execution.emit({
      type: 'conditionMet',
      key: hostKey,
      subscriptionKey,
      eventId,
      ...(remains ? { remains } : {}),
    });
    occur(execution, { hostKey, wait, variables: {} });
  }

  /** An incident that is open already, as of a job, is not covered: the condition is looked at again with the next change anyway. */
  private fail(hostKey: number, { code, message }: IncidentError): void {
    const open = this.execution.instance(hostKey).incident;
    if (open && open.step !== 'condition') return;
    this.execution.raiseIncident(hostKey, code, message, 'condition');
  }

  private definitionOf({ eventId, part = 0 }: ConditionalWait): ConditionalEventDefinition {
    const element = this.execution.element(eventId);
    const definition = 'event' in element ? partsOf(element.event)[part] : undefined;
    if (definition?.kind === 'conditional') return definition;
    throw new Error(`Expected "${eventId}" to be a conditional event.`);
  }
}

function conditionsOf(instance: ElementInstance | undefined): readonly ConditionalWait[] {
  return (instance?.waits ?? []).filter((wait) => wait.kind === 'conditional');
}

function isOpen(host: ElementInstance | undefined, { key }: ConditionalWait): boolean {
  return (host?.waits ?? []).some((wait) => wait.key === key);
}

const variablesByProcess = new WeakMap<ExecutableProcess, ReadonlySet<string>>();

/** Names of all variables that conditions of events of a process read: found once for each process. */
function variablesOfConditions(process: ExecutableProcess): ReadonlySet<string> {
  const known = variablesByProcess.get(process);
  if (known) return known;
  const names = new Set<string>();
  for (const element of process.elements.values()) {
    for (const definition of 'event' in element ? partsOf(element.event) : []) {
      if (definition.kind !== 'conditional') continue;
      for (const name of definition.variables) names.add(name);
    }
  }
  variablesByProcess.set(process, names);
  return names;
}
