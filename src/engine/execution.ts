import { giveTurns } from './ad-hoc.js';
import { isHeldBack } from './ad-hoc-scope.js';
import type { CallOutcome } from './command.js';
import { ConditionWatch } from './condition-watch.js';
import { DecisionNeeded } from './decision.js';
import type { BoundDecision, DecisionLookup, DecisionReference, MissingDecision } from './decision.js';
import type { Effect } from './effect.js';
import { gatherToken, startQuantityOf } from './elements/gather-tokens.js';
import { behaviorOf } from './elements/registry.js';
import type { ProcessEvent } from './event.js';
import type { OwnKeys, StateDraft } from './evolve/state-draft.js';
import { apply } from './evolve.js';
import { IncidentError } from './incident-error.js';
import { releaseInclusiveJoin } from './inclusive-join.js';
import type { Variables } from './json.js';
import { leave } from './leave.js';
import { ITERATION_LIMIT, STEPS_PER_ITERATION, STEP_LIMIT } from './limits.js';
import { beginLoop } from './loops/loop.js';
import { loopOf } from './process-model.js';
import type { EvaluationContext, ExecutableProcess, FlowNode, SequenceFlow } from './process-model.js';
import { armBoundaryEvents, mapInputs, mapInputsOfCaught } from './prepare.js';
import { fillScope } from './scope.js';
import type { ElementInstance, IncidentCode, IncidentStep, Step } from './state.js';
import { ROOT_KEY } from './state.js';
import { TokenIndex } from './token-index.js';
import { contextAt } from './variables.js';

/** Work that follows from what has happened, taken in order until nothing is left. */
type QueuedStep =
  | {
      readonly kind: 'enter';
      readonly scope: number;
      readonly flow: SequenceFlow;
      /** The event has occurred already: nothing is waited for. */
      readonly occurred?: Variables;
    }
  | { readonly kind: Step; readonly key: number };

/** How an element instance comes to be. */
interface Opening {
  readonly flowId?: string;
  /** Its token waits for others. */
  readonly arriving?: true;
  /** What came with its event, which has occurred. */
  readonly occurred?: Variables;
  readonly starts?: true;
  /** The element instance that waits for it, as it is done for a compensation. */
  readonly compensates?: number;
  /** Of an iteration: which one it is, and its local variables. */
  readonly iteration?: number;
  readonly variables?: Variables;
}

/**
 * One command on its way through an instance: decides, emits events, applies them, and takes the steps that follow until every
 * element instance waits. Behaviours work through it; it lives as long as one call of `advance`.
 */
export class Execution {
  readonly events: ProcessEvent[] = [];
  readonly effects: Effect[] = [];
  readonly tokens: TokenIndex;
  readonly conditions: ConditionWatch;
  private readonly own: OwnKeys = new Set();
  private readonly queue: QueuedStep[] = [];
  private taken = 0;
  private iterations = 0;
  /** Scopes in which tokens have come, moved or gone. */
  private readonly moved = new Set<number>();
  /** Those of them that are ad-hoc sub-processes in which something was chosen. */
  private readonly movedAdHoc = new Set<number>();

  constructor(
    readonly process: ExecutableProcess,
    readonly state: StateDraft,
    readonly at: number,
    /** How many deliveries led to this command. */
    readonly hops: number,
    /** How many calls and ends of called instances did. */
    readonly calls = 0,
    private readonly decisions?: DecisionLookup,
  ) {
    this.tokens = new TokenIndex(state);
    this.conditions = new ConditionWatch(this);
  }

  /** Records what has happened and changes the state accordingly. */
  emit(event: ProcessEvent): void {
    this.tokens.follow(event);
    if (this.process.hasInclusiveJoins || this.process.hasAdHocSubProcesses) this.noteMove(event);
    apply(this.state, event, this.own);
    this.conditions.follow(event);
    this.events.push(event);
  }

  effect(effect: Effect): void {
    this.effects.push(effect);
  }

  /** Tells the caller, if there is one, how this instance has ended. */
  reportToCaller(outcome: CallOutcome): void {
    const { parent, escalated } = this.state;
    if (!parent) return;
    this.effect({ type: 'reportToCaller', parent, outcome, ...(escalated && { escalations: escalated }) });
  }

  nextKey(): number {
    return ++this.state.lastKey;
  }

  find(key: number): ElementInstance | undefined {
    return this.state.elementInstances.get(key);
  }

  /** @throws Error (a bug of ours) when it is not open. */
  instance(key: number): ElementInstance {
    const found = this.find(key);
    if (!found) throw new Error(`Expected an open element instance with key ${key}.`);
    return found;
  }

  /** The model's element with that id. @throws Error (a bug of ours) when there is none. */
  element(elementId: string): FlowNode {
    const found = this.process.elements.get(elementId);
    if (!found)
      throw new Error(`Expected element "${elementId}" in process "${this.process.bpmnProcessId}".`);
    return found;
  }

  /** Key of the scope around an open element instance. */
  scopeOf(key: number): number {
    return this.instance(key).scope ?? ROOT_KEY;
  }

  context(key: number, overlay?: Variables): EvaluationContext {
    return contextAt(this.state, key, this.at, overlay);
  }

  /** The decision that is called. @throws DecisionNeeded when the shell has not looked for it yet */
  decision(reference: DecisionReference): BoundDecision | MissingDecision {
    const found = this.decisions?.(reference);
    if (!found) throw new DecisionNeeded(reference);
    return found;
  }

  /** A token appears at an element without a sequence flow; with `occurred`, the element's event has occurred. */
  appear(element: FlowNode, scope: number, occurred?: Variables): void {
    const key = this.open(element, scope, occurred ? { occurred } : {});
    this.queue.push({ kind: occurred ? 'complete' : 'activate', key });
  }

  /** How many iterations this command may still start. */
  get iterationsLeft(): number {
    return ITERATION_LIMIT - this.iterations;
  }

  /** Makes an element instance without a sequence flow; what it does next is the caller's. @returns its key */
  open(element: FlowNode, scope: number, { occurred, ...how }: Opening = {}): number {
    const key = this.nextKey();
    const event = { type: 'elementActivated', key, elementId: element.id, scope, ...how } as const;
    const body = how.iteration === undefined ? loopOf(element)?.kind : undefined;
    this.emit(body ? { ...event, body } : event);
    if (occurred) this.receiveResult(key, occurred);
    return key;
  }

  /** A further iteration of an activity begins inside its body. `variables` are local to it. */
  startIteration(element: FlowNode, body: number, iteration: number, variables: Variables): void {
    // How often a loop is done nobody knows beforehand: it brings no steps, so that one without end stops soon.
    if (loopOf(element)?.kind === 'multiInstance') this.iterations++;
    this.activate(this.open(element, body, { iteration, variables }));
  }

  /** The element instance is entered: its inputs are mapped and it does what it does. */
  activate(key: number): void {
    this.queue.push({ kind: 'activate', key });
  }

  /** The token that was put on a sequence flow comes to the element behind it. */
  follow(flow: SequenceFlow, scope: number, occurred?: Variables): void {
    this.queue.push(occurred ? { kind: 'enter', scope, flow, occurred } : { kind: 'enter', scope, flow });
  }

  /**
   * Call it before an element puts several tokens on its way: a fork in a loop would multiply them faster than the limit of steps stops
   * them, and each that is left over becomes an incident. @throws IncidentError when there are more steps to take than a command may
   */
  checkFork(element: FlowNode, tokens: number): void {
    if (tokens <= 1 || this.queue.length - this.taken + tokens <= this.stepLimit) return;
    throw new IncidentError(
      'step-limit-exceeded',
      `Expected at most ${this.stepLimit} tokens to be under way in one command, but "${element.id}" would put ${tokens} more on their way. Is there a fork in a loop without a wait? Resolving goes on.`,
    );
  }

  /** Puts a token on a sequence flow of a scope, where no element has put one. */
  place(flow: SequenceFlow, scope: number): void {
    this.emit({ type: 'tokenPlaced', key: scope, flowId: flow.id });
    this.follow(flow, scope);
  }

  /** Takes away the tokens that are under way on sequence flows of a scope. */
  dropTokensOnFlows(scope: number): void {
    const isDropped = (step: QueuedStep) => step.kind === 'enter' && step.scope === scope;
    const waiting = this.queue.splice(this.taken);
    const flows = waiting.flatMap((step) => (step.kind === 'enter' && isDropped(step) ? [step.flow.id] : []));
    this.queue.push(...waiting.filter((step) => !isDropped(step)));
    if (flows.length > 0) this.emit({ type: 'tokensDropped', key: scope, flows });
  }

  /** The element is done: its outputs are mapped and its token moves on. */
  complete(key: number): void {
    this.queue.push({ kind: 'complete', key });
  }

  /** Takes a step that could not be taken before. */
  takeAgain(key: number, step: Step): void {
    this.queue.push({ kind: step, key });
  }

  /** Keeps what came with the job, task, message or error that ends the element, for its output mappings. */
  receiveResult(key: number, variables: Variables): void {
    if (Object.keys(variables).length > 0) this.emit({ type: 'resultReceived', key, variables });
  }

  /** Raises an incident at an element instance; it takes the place of one that is open there. */
  raiseIncident(key: number, code: IncidentCode, message: string, step: IncidentStep, jobKey?: number): void {
    this.resolveOpenIncident(key);
    const incidentKey = this.nextKey();
    const { elementId } = this.instance(key);
    this.emit({ type: 'incidentRaised', key, incidentKey, code, message, step });
    this.effect({
      type: 'raiseIncident',
      incidentKey,
      elementInstanceKey: key,
      elementId,
      code,
      message,
      ...(jobKey === undefined ? {} : { jobKey }),
    });
  }

  /** Closes the incident of an element instance, if it has one: what it stood for has been overcome. */
  resolveOpenIncident(key: number): void {
    const { incident } = this.instance(key);
    if (!incident) return;
    this.emit({ type: 'incidentResolved', key, incidentKey: incident.key });
    this.effect({ type: 'resolveIncident', incidentKey: incident.key });
  }

  /**
   * Takes steps until nothing is left to do. Past the limit what is left becomes incidents, so that nothing is lost; in a suspended
   * instance it is left for when that is resumed.
   */
  run(): void {
    for (;;) {
      this.conditions.settle();
      if (this.state.status !== 'active') return;
      if (this.taken === this.queue.length && !this.goesOn()) return;
      const step = this.queue[this.taken++];
      if (!step) return;
      if (this.state.suspended) this.postpone(step);
      else if (this.taken <= this.stepLimit) this.take(step);
      else this.park(step);
    }
  }

  /** Nothing is under way. @returns whether there is something that has waited for just that */
  private goesOn(): boolean {
    if (releaseInclusiveJoin(this, this.moved)) return true;
    return !this.state.suspended && giveTurns(this, this.movedAdHoc);
  }

  /** Call it before the event is applied. */
  private noteMove(event: ProcessEvent): void {
    switch (event.type) {
      case 'processInstanceMigrated':
        // The paths to a join may be others now, and so may the order of what was chosen.
        for (const { key } of event.elements) this.hasMoved(this.scopeOf(key));
        this.noteAdHoc();
        return;
      case 'processInstanceResumed':
        this.noteAdHoc();
        return;
      case 'elementActivated':
        this.hasMoved(event.scope);
        return;
      case 'tokenArrived':
      case 'elementCompleted':
      case 'elementCanceled':
        this.hasMoved(this.scopeOf(event.key));
        return;
      default:
        return;
    }
  }

  private hasMoved(scope: number): void {
    this.moved.add(scope);
    if (this.find(scope)?.adHoc) this.movedAdHoc.add(scope);
  }

  private noteAdHoc(): void {
    for (const [key, { adHoc }] of this.state.elementInstances.entries()) {
      if (adHoc) this.movedAdHoc.add(key);
    }
  }

  private get stepLimit(): number {
    return STEP_LIMIT + Math.min(this.iterations, ITERATION_LIMIT) * STEPS_PER_ITERATION;
  }

  private take(step: QueuedStep): void {
    if (step.kind === 'enter') {
      const key = this.admit(step);
      if (key === undefined) return;
      if (step.occurred) this.complete(key);
      else this.attempt(key, 'activate');
    } else if (this.find(step.key)) {
      this.attempt(step.key, step.kind);
    }
  }

  /** Makes the element instance, unless the token joins one that waits or its scope is gone. */
  private admit({ scope, flow, occurred }: Extract<QueuedStep, { kind: 'enter' }>): number | undefined {
    if (!this.find(scope)) return undefined;
    const { target } = flow;
    const behavior = behaviorOf(target);
    if (behavior.arrive) behavior.arrive(this, target, scope, flow);
    else if (startQuantityOf(target) > 1 || (!occurred && isHeldBack(this, scope, target)))
      gatherToken(this, target, scope, flow);
    else return this.open(target, scope, { flowId: flow.id, ...(occurred && { occurred }) });
    return undefined;
  }

  /** Takes one step of an element instance now; what makes it impossible becomes an incident. `ROOT_KEY`: the process is filled. */
  attempt(key: number, step: Step): void {
    let failing = step;
    try {
      if (step === 'complete') {
        mapInputsOfCaught(this, key);
        return leave(this, key);
      }
      if (key === ROOT_KEY) return fillScope(this, ROOT_KEY);
      const { elementId, loop, iteration } = this.instance(key);
      const element = this.element(elementId);
      if (!loop) mapInputs(this, element, key);
      if (step === 'activate' && iteration === undefined) armBoundaryEvents(this, element, key);
      failing = 'perform';
      if (loop) beginLoop(this, element, key);
      else behaviorOf(element).activate(this, element, key);
    } catch (error) {
      if (!(error instanceof IncidentError)) throw error;
      this.raiseIncident(key, error.code, error.message, failing);
    }
  }

  private postpone(step: QueuedStep): void {
    const stopped = this.stop(step);
    if (stopped) this.emit({ type: 'stepPostponed', ...stopped });
  }

  private park(step: QueuedStep): void {
    const stopped = this.stop(step);
    if (!stopped) return;
    const message = `Expected a command to take at most ${this.stepLimit} steps. Is there a loop without a wait? Resolving goes on.`;
    this.raiseIncident(stopped.key, 'step-limit-exceeded', message, stopped.step);
  }

  /** A step that is not taken now: its token is brought to the element, and stays there. */
  private stop(step: QueuedStep): { readonly key: number; readonly step: Step } | undefined {
    const key = step.kind === 'enter' ? this.admit(step) : step.key;
    if (key === undefined || !this.find(key)) return undefined;
    if (step.kind !== 'enter') return { key, step: step.kind };
    return { key, step: step.occurred ? 'complete' : 'activate' };
  }
}
