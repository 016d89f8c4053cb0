import { readFileSync, readdirSync } from 'node:fs';

type Json = unknown;
type Variables = Readonly<Record<string, Json>>;

/** One answer of a simulated worker. */
export interface WorkerAnswer {
  readonly variables?: Variables;
  readonly error?: string;
  readonly fail?: string;
}

/** What must be seen from outside once the engine has come to rest. */
export interface Expectation {
  readonly state?: string | readonly string[];
  readonly states?: readonly string[];
  readonly completed?: Readonly<Record<string, number>>;
  readonly canceled?: Readonly<Record<string, number>>;
  readonly active?: readonly string[];
  readonly incidents?: readonly string[];
  readonly order?: readonly (readonly [string, string])[];
  readonly variables?: Variables;
  readonly absent?: readonly string[];
  readonly variablesOf?: Readonly<Record<string, Variables>>;
  readonly instances?: number;
  readonly served?: Readonly<Record<string, number>>;
  readonly timers?: readonly string[];
}

export interface Start {
  readonly process: string;
  readonly variables?: Variables;
}

/** One thing done to the engine. Exactly one of the naming fields is given; `nth` counts the active instances of the element, oldest first. */
export interface ScenarioStep {
  readonly expect?: Expectation;
  readonly completeTask?: string;
  readonly completeJob?: string;
  readonly throwError?: string;
  readonly errorCode?: string;
  /** Throws an escalation from an open user task or job. */
  readonly escalate?: string;
  readonly escalationCode?: string;
  readonly fireTimer?: string;
  readonly resolveIncident?: string;
  readonly message?: string;
  readonly correlationKey?: string;
  readonly timeToLiveMs?: number;
  readonly messageId?: string;
  readonly status?: number;
  readonly signal?: string;
  /** Has the conditional start events of this process evaluated. */
  readonly evaluateConditions?: string;
  readonly setVariables?: Variables;
  readonly start?: Start;
  readonly deploy?: string;
  /** The performer of this ad-hoc sub-process chooses `elementIds`; `status` is the HTTP status of the answer, 204 by default. */
  readonly activate?: string;
  readonly elementIds?: readonly string[];
  /** The server is stopped and started again. */
  readonly restart?: true;
  /** The oldest process instance is suspended, or resumed. */
  readonly suspend?: true;
  readonly resume?: true;
  /** Time passes. */
  readonly advanceMs?: number;
  readonly variables?: Variables;
  readonly nth?: number;
}

/** A BPMN model, what is done to it, and what the standard says must come of it. */
export interface Scenario {
  readonly name: string;
  readonly group: string;
  readonly model: string | readonly string[];
  readonly deploy?: 'rejected';
  readonly diagnosticAt?: string | readonly string[];
  readonly start?: Start;
  readonly workers?: Readonly<Record<string, readonly WorkerAnswer[] | WorkerAnswer>>;
  readonly steps?: readonly ScenarioStep[];
  readonly expect?: Expectation;
  readonly why: string;
}

const folder = new URL('./', import.meta.url);

/** A scenario with the file it stands in, below `scenarios/`. */
export interface FiledScenario extends Scenario {
  readonly file: string;
}

/** Every scenario, in the order of the files. */
export function allScenarios(): readonly FiledScenario[] {
  const scenarios = new URL('scenarios/', folder);
  return readdirSync(scenarios)
    .filter((file) => file.endsWith('.json'))
    .sort()
    .flatMap((file) => {
      const found = JSON.parse(readFileSync(new URL(file, scenarios), 'utf8')) as Scenario[];
      return found.map((scenario) => ({ ...scenario, file }));
    });
}

/** The text of a model named in a scenario. */
export function modelText(name: string): string {
  return readFileSync(new URL(name, folder), 'utf8');
}

const renamed: readonly RegExp[] = [
  /(<bpmn:process\b[^>]*\bid=")([^"]+)(?=")/g,
  /(<bpmn:(?:message|signal)\b[^>]*\bname=")([^"]+)(?=")/g,
  /(<zeebe:taskDefinition\b[^>]*\btype=")([^"=][^"]*)(?=")/g,
  /(<zeebe:calledElement\b[^>]*\bprocessId=")([^"=][^"]*)(?=")/g,
  /(<bpmn:participant\b[^>]*\bprocessRef=")([^"]+)(?=")/g,
];

/** The model with process ids, message and signal names and job types of this run alone, so that one server can take many runs. */
export function ofRun(model: string, run: string): string {
  return renamed
    .reduce(
      (text, pattern) =>
        text.replace(pattern, (_match, head: string, name: string) => `${head}${name}${run}`),
      model,
    )
    .replaceAll('__RUN__', run);
}
