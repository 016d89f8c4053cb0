import type { Scenario, ScenarioStep, WorkerAnswer } from '../conformance/scenario.js';
import type { Variables } from '../../src/engine/json.js';
import type { ExecutableProcess } from '../../src/engine/process-model.js';
import { ProcessRun, processesOf } from '../engine/process-run.js';
import type { Observation } from './observation.js';
import { NotDrivable, namedElements } from './observation.js';

/** Runs a scenario of one instance through the engine and its checks. @throws NotDrivable, or an error for a model that does not deploy */
export async function observeOwn(scenario: Scenario, xml: string): Promise<readonly Observation[]> {
  const { start, steps = [] } = scenario;
  if (!start) throw new NotDrivable('starts by a message or signal');
  const processes = await processesOf(xml);
  const process = processes.find(({ bpmnProcessId }) => bpmnProcessId === start.process);
  if (!process) throw new NotDrivable('has no such process');
  const run = new ProcessRun(process, { variables: (start.variables ?? {}) as Variables });
  const workers = new Workers(scenario.workers ?? {});
  const observations: Observation[] = [];
  settle(run, workers);
  for (const step of steps) {
    if (step.expect) observations.push(observe(run, scenario));
    else take(run, step);
    settle(run, workers);
  }
  return [...observations, observe(run, scenario)];
}

/** Serves jobs and hands the instance its own signals and messages until nothing is left to do. */
function settle(run: ProcessRun, workers: Workers): void {
  workers.serve(run);
  for (let sent = run.rows.sent.shift(); sent; sent = run.rows.sent.shift()) {
    if (sent.type === 'broadcastSignal') run.signal(sent.signalName, sent.variables);
    if (sent.type === 'publishMessage') correlate(run, sent.messageName, sent.correlationKey, sent.variables);
    if (sent.type === 'startCalledInstance') throw new NotDrivable('calls a process');
    workers.serve(run);
  }
}

function take(run: ProcessRun, step: ScenarioStep): void {
  const { variables: given = {}, nth = 0 } = step;
  const variables = given as Variables;
  if (step.completeTask !== undefined) run.completeTask(step.completeTask, variables, nth);
  else if (step.completeJob !== undefined) run.completeJob(step.completeJob, variables, nth);
  else if (step.throwError !== undefined)
    run.throwError(step.throwError, step.errorCode ?? '', variables, nth);
  else if (step.fireTimer !== undefined) run.fireTimer(step.fireTimer, nth);
  else if (step.signal !== undefined) run.signal(step.signal, variables);
  else if (step.setVariables) run.setVariables(step.setVariables as Variables);
  else if (step.message !== undefined) correlate(run, step.message, step.correlationKey, variables);
  else throw new NotDrivable(`has a step ${Object.keys(step).join(' ')}`);
}

/** A message that nobody waits for is lost here. */
function correlate(run: ProcessRun, name: string, correlationKey = '', variables: Variables): void {
  const waits = [...run.rows.messageSubscriptions.values()];
  if (waits.some((wait) => wait.messageName === name && wait.correlationKey === correlationKey))
    run.message(name, variables, correlationKey);
}

function observe(run: ProcessRun, scenario: Scenario): Observation {
  if (run.incidents().length > 0) throw new NotDrivable('has an incident');
  if (run.rows.sent.some(({ type }) => type === 'startCalledInstance'))
    throw new NotDrivable('calls a process');
  return {
    hasEnded: run.state.status !== 'active',
    completed: Object.fromEntries(namedElements(scenario).map((id) => [id, run.completed(id)])),
    active: run
      .active()
      .flatMap((id) => waitingElements(run.process, id))
      .sort(),
  };
}

/** What is seen of an element with a token: itself, the events behind an event-based gateway, nothing of a join. */
function waitingElements({ elements }: ExecutableProcess, id: string): readonly string[] {
  const element = elements.get(id);
  if (!element || element.type === 'parallelGateway') return [];
  return element.type === 'eventBasedGateway' ? element.outgoing.map(({ target }) => target.id) : [id];
}

/** Answers the jobs of the types that a scenario serves, in the order given, the last answer repeating. */
class Workers {
  private readonly served = new Map<string, number>();

  constructor(private readonly answers: NonNullable<Scenario['workers']>) {}

  serve(run: ProcessRun): void {
    for (let job = this.next(run); job; job = this.next(run)) {
      const { elementInstanceKey, jobKey: waitKey, jobType } = job;
      const { variables = {}, error, fail } = this.answer(jobType);
      const command = { elementInstanceKey, waitKey, variables: variables as Variables };
      if (fail !== undefined) throw new NotDrivable('has a job that fails');
      if (error === undefined) run.send({ type: 'completeJob', ...command });
      else run.send({ type: 'throwJobError', ...command, errorCode: error });
    }
  }

  private next(run: ProcessRun) {
    return run.jobs().find(({ jobType, retries }) => retries > 0 && Object.hasOwn(this.answers, jobType));
  }

  private answer(jobType: string): WorkerAnswer {
    const answers = [this.answers[jobType] ?? {}].flat();
    const count = this.served.get(jobType) ?? 0;
    this.served.set(jobType, count + 1);
    return answers[Math.min(count, answers.length - 1)] ?? {};
  }
}
