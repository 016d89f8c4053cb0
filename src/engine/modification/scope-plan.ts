import type { Execution } from '../execution.js';
import { armBoundaryEvents, mapInputs } from '../prepare.js';
import type { Container, FlowNode } from '../process-model.js';
import { loopOf } from '../process-model.js';
import { prepareEventSubProcesses } from '../scope.js';
import { ROOT_KEY } from '../state.js';
import { InstructionError } from './instructions.js';
import { isWithin } from './sources.js';

/** A scope to activate in: one that is open, or one that is to be made. */
export interface PlannedScope {
  /** Undefined until it is made. */
  key?: number;
  readonly element?: Container;
  readonly around?: PlannedScope;
}

/**
 * Finds the scopes for elements that are activated by hand: those that are open, or new ones. Two elements of one sub-process that is not
 * open get the same new scope. What is about to be canceled is not used.
 */
export class ScopePlan {
  private readonly root: PlannedScope = { key: ROOT_KEY };
  private readonly planned: PlannedScope[] = [];

  constructor(
    private readonly execution: Execution,
    private readonly canceled: ReadonlySet<number>,
  ) {}

  /**
   * The scope directly around an element.
   * @param ancestorKey the scope to begin with; undefined begins with the process itself
   * @throws InstructionError
   */
  scopeFor(element: FlowNode, ancestorKey?: number): PlannedScope {
    const around = this.ancestorsOf(element);
    const begin = ancestorKey === undefined ? undefined : this.ancestor(element, around, ancestorKey);
    if (!begin && !this.isUsable(ROOT_KEY)) {
      throw new InstructionError(
        `Expected the process to have begun, to put a token on "${element.id}", but its incident is open: resolve it first.`,
      );
    }
    let scope = begin?.scope ?? this.root;
    for (const ancestor of around.slice(begin?.next ?? 0)) scope = this.within(scope, ancestor, element);
    return scope;
  }

  /** A new scope of an element, whether one is open or not. */
  anew(element: Container, around: PlannedScope): PlannedScope {
    return { element, around };
  }

  /** The nearest scope around an element instance in which the element can be activated. */
  nearestFor(element: FlowNode, key: number): number | undefined {
    const ids = new Set(this.ancestorsOf(element).map(({ id }) => id));
    const { execution } = this;
    for (let at = execution.find(key)?.scope; at !== undefined; at = execution.find(at)?.scope) {
      const { elementId, loop } = execution.instance(at);
      if (at !== ROOT_KEY && ids.has(elementId) && !loop && this.isUsable(at)) return at;
    }
    return undefined;
  }

  /** Makes the scope, and those around it, where they are not open. @returns its key. @throws IncidentError */
  open(scope: PlannedScope): number {
    const { execution } = this;
    if (scope.key !== undefined) return scope.key;
    if (!scope.element || !scope.around) throw new Error('Expected a planned scope to have an element.');
    scope.key = execution.open(scope.element, this.open(scope.around));
    mapInputs(execution, scope.element, scope.key);
    armBoundaryEvents(execution, scope.element, scope.key);
    prepareEventSubProcesses(execution, scope.key)();
    return scope.key;
  }

  /** The sub-processes around an element, the outermost first. */
  private ancestorsOf(element: FlowNode): readonly Container[] {
    const found: Container[] = [];
    for (let id = element.parentId; id !== undefined;) {
      const parent = this.execution.element(id);
      if (!('scope' in parent)) throw new Error(`Expected "${id}" to be a sub-process.`);
      found.unshift(parent);
      id = parent.parentId;
    }
    return found;
  }

  private ancestor(
    element: FlowNode,
    around: readonly Container[],
    key: number,
  ): { readonly scope: PlannedScope; readonly next: number } {
    const instance = this.execution.find(key);
    const name = `${this.execution.state.processInstanceId}-${key}`;
    if (key === ROOT_KEY || !instance || !this.isUsable(key))
      throw new InstructionError(`Expected the ancestor ${name} to be an open scope but it is not.`);
    const next = around.findIndex(({ id }) => id === instance.elementId) + 1;
    if (next === 0 || instance.loop)
      throw new InstructionError(`Expected the ancestor ${name} to be a scope around "${element.id}".`);
    return { scope: { key }, next };
  }

  private within(scope: PlannedScope, child: Container, element: FlowNode): PlannedScope {
    const open = scope.key === undefined ? [] : this.openIn(scope.key, child);
    const [only] = open;
    if (open.length > 1) {
      throw new InstructionError(
        `Expected one open instance of "${child.id}" around "${element.id}" but found ${open.length}: name one with ancestorElementInstanceId.`,
      );
    }
    if (only !== undefined) return { key: only };
    if (loopOf(child)) {
      throw new InstructionError(
        `Expected an open iteration of "${child.id}" around "${element.id}" but found none: activate "${child.id}" itself.`,
      );
    }
    const planned = this.planned.find(
      (other) => other.element === child && (other.around === scope || isSame(other.around, scope)),
    );
    if (planned) return planned;
    const made: PlannedScope = { element: child, around: scope };
    this.planned.push(made);
    return made;
  }

  /** Open instances of a sub-process directly in a scope; of one that is done several times its iterations. */
  private openIn(scope: number, child: Container): readonly number[] {
    const { tokens } = this.execution;
    const instances = tokens.in(scope).filter((key) => this.execution.instance(key).elementId === child.id);
    const scopes = loopOf(child) ? instances.flatMap((body) => tokens.in(body)) : instances;
    // What is open for a compensation alone leads nowhere when it is done.
    return scopes.filter((key) => this.isUsable(key) && !this.execution.instance(key).reopened);
  }

  /**
   * It stays open, and its content has begun: a step that is still to be taken would begin it once more. A transaction that is being undone
   * cancels what is in it.
   */
  private isUsable(key: number): boolean {
    const { incident, postponed, canceling } = this.execution.instance(key);
    if (canceling) return false;
    const isWaiting = [incident?.step, postponed].some((step) => step === 'activate' || step === 'perform');
    return !isWaiting && !isWithin(this.execution, this.canceled, key);
  }
}

function isSame(a: PlannedScope | undefined, b: PlannedScope): boolean {
  return a?.key !== undefined && a.key === b.key;
}
