import { EventEmitter } from 'node:events';
import { Engine } from 'bpmn-engine';
import type { Scenario, ScenarioStep, WorkerAnswer } from '../conformance/scenario.js';
import { compileFeelExpression } from '../../src/definitions/feel/index.js';
import type { Observation } from './observation.js';
import { NotDrivable, StepNotReached, namedElements } from './observation.js';

/** The part of bpmn-engine's interfaces that is used, which its own types tell only in part. */
interface Activity {
  readonly id: string;
  readonly type: string;
  readonly executionId?: string;
  readonly content: { readonly executionId: string; readonly output?: unknown };
  readonly owner: { readonly type: string; readonly attachedTo?: unknown };
  signal(message?: unknown): void;
  getPostponed?(): readonly Activity[];
}

interface ServiceCall {
  readonly id: string;
  readonly jobType: string;
  readonly callback: (error: Error | null, output?: unknown) => void;
}

/** How long the other engine may take over one scenario. */
const limitMs = 2_000;

/**
 * Runs a scenario in bpmn-engine, driven as its documentation says: tasks are signalled, jobs are service functions, messages and
 * signals go by their id, timers are held still and fired by hand. FEEL is evaluated by ours, over one set of variables, so that only the flow
 * is compared. @throws NotDrivable
 */
export async function observeOther(scenario: Scenario, xml: string): Promise<readonly Observation[]> {
  const driver = new OtherEngine(scenario, xml);
  try {
    return await driver.observe();
  } finally {
    driver.stop();
  }
}

class OtherEngine {
  private readonly variables: Record<string, unknown>;
  private readonly completed = new Map<string, number>();
  private readonly services: ServiceCall[] = [];
  private readonly timers = new HeldTimers();
  private readonly served = new Map<string, number>();
  private readonly jobTypes: ReadonlyMap<string, string>;
  private readonly engine: ReturnType<typeof Engine>;
  private failure: Error | undefined;

  constructor(
    private readonly scenario: Scenario,
    private readonly xml: string,
  ) {
    // Its own counts of such an activity are those of the whole, and its collections are not those of zeebe:loopCharacteristics.
    if (/LoopCharacteristics[ >]/.test(xml))
      throw new NotDrivable('has an activity that is done several times');
    if (xml.includes('<zeebe:script ')) throw new NotDrivable('has a script in FEEL');
    this.variables = { ...scenario.start?.variables };
    this.jobTypes = jobTypesOf(xml);
    this.engine = Engine({
      name: scenario.name,
      source: xml,
      timers: this.timers,
      expressions: { resolveExpression: (text: unknown) => this.resolve(text) },
      extensions: { host: (activity: HostedActivity) => this.extend(activity) },
    } as never);
    this.engine.on('error', (error: Error) => {
      this.failure = error;
    });
  }

  async observe(): Promise<readonly Observation[]> {
    const listener = new EventEmitter();
    listener.on('activity.end', ({ id }: Activity) => {
      this.completed.set(id, (this.completed.get(id) ?? 0) + 1);
    });
    await withinLimit(this.engine.execute({ listener } as never)).catch((error: Error) => {
      throw new NotDrivable(`cannot be loaded: ${error.message}`);
    });
    const observations: Observation[] = [];
    this.serve();
    for (const step of this.scenario.steps ?? []) {
      if (step.expect) observations.push(this.look());
      else this.take(step);
      this.serve();
    }
    return [...observations, this.look()];
  }

  stop(): void {
    this.engine.removeAllListeners();
    this.engine.on('error', () => undefined);
    void this.engine.stop()?.catch(() => undefined);
  }

  private look(): Observation {
    if (this.failure) throw new NotDrivable(`fails: ${this.failure.message}`);
    return {
      hasEnded: this.engine.state !== 'running',
      completed: Object.fromEntries(
        namedElements(this.scenario).map((id) => [id, this.completed.get(id) ?? 0]),
      ),
      active: this.waiting()
        .filter(({ owner }) => !owner.attachedTo)
        .map(({ id }) => id)
        .sort(),
    };
  }

  /** Activities that wait, at every depth; a sub-process waits by what is in it. */
  private waiting(): readonly Activity[] {
    const execution = this.engine.execution as unknown as { getPostponed(): readonly Activity[] } | undefined;
    const leaves = (activity: Activity): readonly Activity[] => {
      if (/^bpmn:(SubProcess|AdHocSubProcess|Transaction)$/.test(activity.owner.type))
        return (activity.getPostponed?.() ?? []).filter(({ id }) => id !== activity.id).flatMap(leaves);
      return /(Task|Event)$/.test(activity.owner.type) ? [activity] : [];
    };
    return (execution?.getPostponed() ?? []).flatMap(leaves);
  }

  private take(step: ScenarioStep): void {
    const { variables = {}, nth = 0 } = step;
    if (step.completeTask !== undefined) this.signalTask(step.completeTask, variables, nth);
    else if (step.completeJob !== undefined) this.answer(step.completeJob, nth, { variables });
    else if (step.throwError !== undefined)
      this.answer(step.throwError, nth, { variables, error: step.errorCode ?? '' });
    else if (step.fireTimer !== undefined) this.timers.fire(step.fireTimer, nth);
    else if (step.message !== undefined) this.send('message', step.message, variables);
    else if (step.signal !== undefined) this.send('signal', step.signal, variables);
    else throw new NotDrivable(`has a step ${Object.keys(step).join(' ')}`);
  }

  private signalTask(id: string, variables: object, nth: number): void {
    const task = this.waiting().filter((activity) => activity.id === id)[nth];
    if (!task) throw new StepNotReached(`does not wait at ${id}`);
    Object.assign(this.variables, variables);
    task.signal({ ...variables });
  }

  /** By the id that the definitions give the message or signal; variables come with it. */
  private send(kind: 'message' | 'signal', name: string, variables: object): void {
    const id = new RegExp(`<bpmn:${kind}\\b[^>]*\\bid="([^"]+)"[^>]*\\bname="${name}"`).exec(this.xml)?.[1];
    if (id === undefined) throw new NotDrivable(`has no ${kind} named ${name} plainly`);
    Object.assign(this.variables, variables);
    (this.engine.execution as unknown as { signal(message: object): void }).signal({ id, ...variables });
  }

  /** Serves the jobs of the types that the scenario names, as its workers answer. */
  private serve(): void {
    const workers = this.scenario.workers ?? {};
    for (;;) {
      const call = this.services.find(({ jobType }) => Object.hasOwn(workers, jobType));
      if (!call) return;
      const answers = [workers[call.jobType] ?? {}].flat();
      const count = this.served.get(call.jobType) ?? 0;
      this.served.set(call.jobType, count + 1);
      if (count > 500) throw new StepNotReached('goes on for ever');
      this.finish(call, answers[Math.min(count, answers.length - 1)] ?? {});
    }
  }

  private answer(id: string, nth: number, answer: WorkerAnswer): void {
    const call = this.services.filter((candidate) => candidate.id === id)[nth];
    if (!call) throw new NotDrivable(`has no service call of ${id}`);
    this.finish(call, answer);
  }

  private finish(call: ServiceCall, { variables = {}, error, fail }: WorkerAnswer): void {
    if (fail !== undefined) throw new NotDrivable('has a job that fails');
    this.services.splice(this.services.indexOf(call), 1);
    Object.assign(this.variables, variables);
    if (error === undefined) call.callback(null, variables);
    else call.callback(Object.assign(new Error(error), { code: error }));
  }

  /** Jobs become service functions that wait for their answer; manual tasks do not wait. */
  private extend(activity: HostedActivity): void {
    const { id, type, behaviour } = activity;
    if (type === 'bpmn:ServiceTask' || type === 'bpmn:SendTask') {
      const { services } = this;
      const jobType = this.jobTypes.get(id) ?? id;
      behaviour.Service = function Service() {
        const own: ServiceCall[] = [];
        return {
          execute(_message: unknown, callback: ServiceCall['callback']) {
            const call = { id, jobType, callback };
            own.push(call);
            services.push(call);
          },
          discard: () =>
            own.forEach((call) => services.includes(call) && services.splice(services.indexOf(call), 1)),
          stop: () => undefined,
        };
      };
    }
    if (type === 'bpmn:ManualTask') activity.on('wait', (api: Activity) => api.signal());
  }

  /** FEEL after `=`; anything else is what it says. */
  private resolve(text: unknown): unknown {
    if (typeof text !== 'string' || !text.startsWith('=')) return text;
    const compiled = compileFeelExpression(text.slice(1));
    if (!compiled.ok) throw new NotDrivable(`has an expression ${text}`);
    const get = (name: string) => this.variables[name];
    return compiled.evaluate({ get, now: 0 });
  }
}

interface HostedActivity {
  readonly id: string;
  readonly type: string;
  readonly behaviour: { Service?: () => unknown };
  on(event: string, listener: (api: Activity) => void): void;
}

interface HeldTimer {
  readonly id: string;
  readonly callback: (...args: readonly unknown[]) => void;
  readonly args: readonly unknown[];
}

/** Timers that run down when they are told to. */
class HeldTimers {
  executing: HeldTimer[] = [];

  register(owner: { readonly id: string }) {
    return {
      setTimeout: (callback: HeldTimer['callback'], _delay: number, ...args: readonly unknown[]) => {
        const timer = { id: owner.id, callback, args };
        this.executing.push(timer);
        return timer;
      },
      clearTimeout: (timer: HeldTimer) => this.clearTimeout(timer),
    };
  }

  setTimeout(callback: HeldTimer['callback'], _delay: number, ...args: readonly unknown[]) {
    return this.register({ id: '' }).setTimeout(callback, 0, ...args);
  }

  clearTimeout(timer: HeldTimer): void {
    this.executing = this.executing.filter((other) => other !== timer);
  }

  fire(id: string, nth: number): void {
    const timer = this.executing.filter((candidate) => candidate.id === id)[nth];
    if (!timer) throw new StepNotReached(`has no timer of ${id}`);
    this.clearTimeout(timer);
    timer.callback(...timer.args);
  }
}

function jobTypesOf(xml: string): ReadonlyMap<string, string> {
  const found = xml.matchAll(
    /<bpmn:(?:service|send)Task\b[^>]*\bid="([^"]+)"[^]*?<zeebe:taskDefinition\b[^>]*\btype="([^"]+)"/g,
  );
  return new Map([...found].map(([, id = '', type = '']) => [id, type]));
}

async function withinLimit<T>(promise: Promise<T>): Promise<T> {
  let timeout: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timeout = setTimeout(() => reject(new NotDrivable(`takes more than ${limitMs} ms`)), limitMs);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timeout);
  }
}
