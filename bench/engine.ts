import { readBpmn } from '../src/definitions/index.js';
import { advance, start } from '../src/engine/advance.js';
import type {
  Command,
  CommandEnvelope,
  InstanceCommand,
  StartProcessInstance,
} from '../src/engine/command.js';
import type { Effect } from '../src/engine/effect.js';
import type { ProcessEvent } from '../src/engine/event.js';
import type { Variables } from '../src/engine/json.js';
import type { ExecutableProcess } from '../src/engine/process-model.js';
import { documentOf, stateOf } from '../src/engine/state-document.js';
import type { ProcessInstanceState } from '../src/engine/state.js';
import type { ProcessBuilder } from '../test/support/bpmn-builder.js';
import { bpmnEngineRate } from './bpmn-engine.js';
import { cpuMs } from './cpu-time.js';
import {
  fanModel,
  largeModel,
  multiInstanceModel,
  nestedModel,
  orderModel,
  orderVariables,
  sequenceModel,
} from './engine-models.js';
import type { Table } from './table.js';

const at = Date.UTC(2026, 0, 1);
const warmUpMs = 4_000;
const roundMs = 1_000;
const rounds = 5;
/** Commands that arrive for one instance together and are stored together. */
const groupSize = 50;

/** After a command the state is stored and parsed again; or it is stored after each group of commands; or never. */
type Keeping = 'parsed' | 'stored' | 'none';

/** The pure engine on one core, without a store. */
export async function run(): Promise<readonly Table[]> {
  return [await orderTable(), await modelSizeTable(), await sideBySideTable(), await deploymentTable()];
}

async function orderTable(): Promise<Table> {
  const process = await read(orderModel());
  const work = measureOrders(process);
  const bare = measureOrders(process, 'none');
  const waiting = startOf(process, {});
  return {
    title: 'Orders through the engine, per second of processor time, median of five rounds',
    columns: ['', 'with state through JSON', 'without JSON'],
    rows: [
      ['element activations/s', Math.round(work.activations), Math.round(bare.activations)],
      ['commands/s', Math.round(work.commands), Math.round(bare.commands)],
      ['events/s', Math.round(work.events), Math.round(bare.events)],
      ['orders/s', Math.round(work.instances), Math.round(bare.instances)],
      ['µs per command', (1_000_000 / work.commands).toFixed(1), (1_000_000 / bare.commands).toFixed(1)],
      ['µs of JSON.parse(JSON.stringify(state))', microsecondsOfJson(process).toFixed(1), ''],
      [
        'bytes of state, waiting, twenty variables',
        JSON.stringify(startOf(process, orderVariables)).length,
        '',
      ],
      ['bytes of state, waiting, no variables', JSON.stringify(waiting).length, ''],
    ],
    notes: [
      'An order: twenty variables, 4 commands, 24 element activations, 5 FEEL conditions, a boundary timer.',
      'What bounds it: JSON takes a third to a half, the rest is spread evenly over about 17 events a command.',
    ],
  };
}

/** How fast this machine is at the moment, told by something that is not ours. */
function microsecondsOfJson(process: ExecutableProcess): number {
  const state = startOf(process, orderVariables);
  return microsecondsOf(() => copied(state));
}

interface Rates {
  readonly activations: number;
  readonly commands: number;
  readonly events: number;
  readonly instances: number;
}

function measureOrders(process: ExecutableProcess, keeping: Keeping = 'parsed'): Rates {
  for (const until = cpuMs() + warmUpMs; cpuMs() < until;) {
    for (let index = 0; index < 20; index++)
      runToEnd(process, orderVariables, { points: 7 }, keeping, () => undefined);
  }
  const results = Array.from({ length: rounds }, () => {
    const counted = { activations: 0, commands: 0, events: 0, instances: 0 };
    const began = cpuMs();
    let elapsed = 0;
    while (elapsed < roundMs) {
      for (let index = 0; index < 20; index++) {
        runToEnd(process, orderVariables, { points: 7 }, keeping, (events) => {
          counted.commands++;
          counted.events += events.length;
          for (const { type } of events) if (type === 'elementActivated') counted.activations++;
        });
        counted.instances++;
      }
      elapsed = cpuMs() - began;
    }
    const perSecond = (count: number) => (count / elapsed) * 1000;
    return {
      activations: perSecond(counted.activations),
      commands: perSecond(counted.commands),
      events: perSecond(counted.events),
      instances: perSecond(counted.instances),
    };
  });
  const sorted = results.sort((a, b) => a.activations - b.activations);
  const median = sorted[rounds >> 1];
  if (!median) throw new Error('Expected a round.');
  return median;
}

/** Whether the size of the model matters to a command: one job of a sequence, in models of 10 and of 1,000 elements. */
async function modelSizeTable(): Promise<Table> {
  const rows: [number, number][] = [];
  for (const size of [10, 1_000]) {
    const process = await read(sequenceModel(size));
    rows.push([size, microsecondsPerCommand(process)]);
  }
  const [small, large] = rows;
  const ratio = small && large ? large[1] / small[1] : NaN;
  return {
    title: 'One command in a small and in a large model',
    columns: ['elements', 'µs per command'],
    rows: rows.map(([size, cost]) => [size, cost.toFixed(2)]),
    notes: [`Ratio ${ratio.toFixed(2)}.`],
  };
}

function microsecondsPerCommand(process: ExecutableProcess): number {
  const state = startOf(process, {});
  const command = commandFor(startEffects(process, {}), {});
  if (!command) throw new Error('Expected something to wait.');
  return microsecondsOf(() => advance(process, state, envelope(command)));
}

/** The median of some rounds, the first of which warms up. */
function microsecondsOf(act: () => unknown): number {
  const costs = Array.from({ length: rounds + 1 }, () => {
    const began = cpuMs();
    let count = 0;
    for (; cpuMs() - began < roundMs / 2; count += 1_000) for (let index = 0; index < 1_000; index++) act();
    return ((cpuMs() - began) / count) * 1000;
  });
  const sorted = costs.slice(1).sort((a, b) => a - b);
  return sorted[rounds >> 1] ?? NaN;
}

/** Instances per second, to three digits. */
function rate(perSecond: number): string {
  return perSecond >= 1_000 ? Math.round(perSecond).toLocaleString('en') : perSecond.toPrecision(3);
}

async function sideBySideTable(): Promise<Table> {
  const models = [
    ...[3, 10, 30].map((length) => [`sequence of ${length} jobs`, sequenceModel(length)] as const),
    ...[10, 100].map((width) => [`${width} jobs at once, joined`, fanModel(width)] as const),
    ...[100, 1_000].flatMap((times) => [
      [`multi-instance, ${times} jobs at once`, multiInstanceModel(times, false)] as const,
      [`multi-instance, ${times} jobs one by one`, multiInstanceModel(times, true)] as const,
    ]),
    ['a job in 10 nested sub-processes', nestedModel(10)] as const,
  ];
  const rows: (string | number)[][] = [];
  for (const [title, model] of models) {
    const parsed = await ownInstancesPerSecond(model, 'parsed');
    const stored = await ownInstancesPerSecond(model, 'stored');
    const bare = await ownInstancesPerSecond(model, 'none');
    const other = await bpmnEngineRate(model.toXml());
    const ratio = (perSecond: number) => `${Math.round((perSecond / other) * 10) / 10}×`;
    const cells = [parsed, stored, bare].flatMap((own) => [rate(own), ratio(own)]);
    rows.push([title, ...cells, rate(other)]);
  }
  return {
    title: 'Instances per second, beside bpmn-engine',
    columns: [
      'model',
      'parsed and stored',
      'ratio',
      `stored per ${groupSize} commands`,
      'ratio',
      'without JSON',
      'ratio',
      'bpmn-engine',
    ],
    rows,
    notes: [
      'bpmn-engine keeps its state in memory here; ours goes through JSON after every command, as after a restart before each;',
      `or is written after every ${groupSize}, as when so many clients are at one instance; or not at all.`,
      'What many open jobs cost: JSON parses and writes them all.',
      'The model was read before in both; bpmn-engine makes its elements anew for every instance.',
    ],
  };
}

/** What a deployment reads: XML to an executable process, once cold and then warm. */
async function deploymentTable(): Promise<Table> {
  const content = largeModel(1_000).toXml();
  const costs: number[] = [];
  for (let round = 0; round <= rounds; round++) {
    const began = cpuMs();
    const result = await readBpmn({ name: 'large.bpmn', content }, { purpose: 'deploy' });
    if (!result.ok) throw new Error(JSON.stringify(result.diagnostics));
    costs.push(cpuMs() - began);
  }
  const [first = NaN, ...later] = costs;
  const median = later.sort((a, b) => a - b)[rounds >> 1] ?? NaN;
  return {
    title: 'Reading a file of 1,000 elements, as a deployment does',
    columns: ['', 'ms'],
    rows: [
      ['the first time', first.toFixed(0)],
      ['median of the next', median.toFixed(0)],
    ],
    notes: [`The file has ${content.length} characters, 200 conditions and 400 other expressions.`],
  };
}

async function ownInstancesPerSecond(model: ProcessBuilder, keeping: Keeping): Promise<number> {
  const process = await read(model);
  const began = cpuMs();
  let count = 0;
  for (; cpuMs() - began < roundMs; count++) runToEnd(process, {}, {}, keeping, () => undefined);
  return (count / (cpuMs() - began)) * 1000;
}

/** Starts an instance and completes whatever waits, the oldest first, until it has ended. */
function runToEnd(
  process: ExecutableProcess,
  variables: Variables,
  result: Variables,
  keeping: Keeping,
  onEvents: (events: readonly ProcessEvent[]) => void,
): void {
  const first = start(process, envelope(startCommand(variables)));
  if (!first.ok) throw new Error(first.rejection.message);
  onEvents(first.events);
  let state = kept(first.state, keeping, 0);
  let commands = 0;
  const waiting = [...first.effects];
  while (state.status === 'active') {
    const command = commandFor(waiting, result);
    if (!command) throw new Error(`Expected something to wait in ${JSON.stringify(state)}.`);
    const next = advance(process, state, envelope(command));
    if (!next.ok) throw new Error(next.rejection.message);
    onEvents(next.events);
    state = kept(next.state, keeping, ++commands);
    waiting.push(...next.effects);
  }
}

/** Takes the oldest job or task out of the effects and completes it. */
function commandFor(effects: Effect[], variables: Variables): InstanceCommand | undefined {
  for (let effect = effects.shift(); effect; effect = effects.shift()) {
    if (effect.type === 'createJob') {
      const { elementInstanceKey, jobKey: waitKey } = effect;
      return { type: 'completeJob', elementInstanceKey, waitKey, variables };
    }
    if (effect.type === 'createUserTask') {
      const { elementInstanceKey, userTaskKey: waitKey } = effect;
      return { type: 'completeUserTask', elementInstanceKey, waitKey, variables };
    }
  }
  return undefined;
}

function kept(state: ProcessInstanceState, keeping: Keeping, commands: number): ProcessInstanceState {
  if (keeping === 'parsed') return copied(state);
  if (keeping === 'stored' && commands % groupSize === 0) documentOf(state);
  return state;
}

function copied(state: ProcessInstanceState): ProcessInstanceState {
  return stateOf(documentOf(state));
}

function startOf(process: ExecutableProcess, variables: Variables): ProcessInstanceState {
  const result = start(process, envelope(startCommand(variables)));
  if (!result.ok) throw new Error(result.rejection.message);
  return result.state;
}

function startEffects(process: ExecutableProcess, variables: Variables): Effect[] {
  const result = start(process, envelope(startCommand(variables)));
  if (!result.ok) throw new Error(result.rejection.message);
  return [...result.effects];
}

function startCommand(variables: Variables): StartProcessInstance {
  const processInstanceId = '019b5c3e-7a40-7000-8000-0123456789ab';
  return { type: 'startProcessInstance', processInstanceId, variables };
}

function envelope<C extends Command>(command: C): CommandEnvelope<C> {
  return { tenantId: 'default', actor: 'bench', at, hops: 0, command };
}

async function read(model: ProcessBuilder): Promise<ExecutableProcess> {
  const result = await readBpmn({ name: 'bench.bpmn', content: model.toXml() }, { purpose: 'load' });
  if (!result.ok) throw new Error(JSON.stringify(result.diagnostics));
  const [first] = result.processes;
  if (!first) throw new Error('Expected a process.');
  return first.process;
}
