import assert from 'node:assert/strict';
import { readBpmn } from '../../src/definitions/index.js';
import type { ReadModelResult, ReadPurpose } from '../../src/definitions/index.js';
import type { Advance } from '../../src/engine/advance.js';
import type { InstanceCommand } from '../../src/engine/commands/registry.js';
import type { ExecutableProcess } from '../../src/engine/process-model.js';
import { ProcessRun, RejectedStart } from '../engine/process-run.js';
import { disturb, drain, shownCommands } from '../property/driver.js';
import type { Random } from './random.js';
import { assertSoundResult } from './sound-result.js';

/** How long one file may keep one process busy with reading, and with running, in milliseconds of processor time. */
const readTimeMsMax = 2_000;
const runTimeMsMax = 10_000;

const disturbancesMax = 25;
/** As many commands are given after the disturbances; a process that is not at rest then repeats itself. */
const drainCommandsMax = 40;

/** What became of an instance of a mutated model when everything was done that can be done. */
export type Ending =
  | 'completed'
  | 'terminated'
  | 'canceled'
  /** Goes round, or grows: after the last command there is still something to do. */
  | 'goes on'
  /** Nothing can be done; tokens wait at joins, which are open element instances of their gateways. */
  | 'waits at a join'
  /** No start event by which a caller could start it. */
  | 'not started';

export interface Verdict {
  /** The code of the first error; undefined when the file deploys. */
  readonly refused?: string;
  readonly endings: readonly Ending[];
}

/** Tokens that double as they go round are stopped by the engine at its limit of steps; what is open then is too much to check often. */
const openMax = 500;
/**
 * A loop without a wait is stopped at the same limit at each command, and remembers what it may have to compensate: some such
 * commands show what there is to see.
 */
const eventsMax = 50_000;

class Grown extends Error {}

/** A run that ends when it has grown too large to be held to its promises after each command. */
class BoundedRun extends ProcessRun {
  override try(command: InstanceCommand, hops = 0): Advance {
    const isLarge = this.state.elementInstances.size > openMax;
    if (isLarge || this.events.length > eventsMax) throw new Grown();
    return super.try(command, hops);
  }
}

/** Reads a file, and runs what deploys. Throws for everything that must never be. */
export async function checkFile(xml: string, random: Random): Promise<Verdict> {
  const result = await read(xml, 'deploy');
  await read(xml, 'load');
  if (!result.ok) {
    return {
      refused: result.diagnostics.find(({ severity }) => severity === 'error')?.code ?? '',
      endings: [],
    };
  }
  return {
    endings: result.processes.flatMap(({ process }) => [runOnce(process, random), runOnce(process, random)]),
  };
}

async function read(content: string, purpose: ReadPurpose): Promise<ReadModelResult> {
  const started = process.cpuUsage();
  const result = await readBpmn({ name: 'fuzz.bpmn', content }, { purpose });
  assertQuick(started, readTimeMsMax, 'Reading');
  assertSoundResult(content, result);
  return result;
}

function runOnce(definition: ExecutableProcess, random: Random): Ending {
  const started = process.cpuUsage();
  const run = startedRun(definition, random);
  if (run === undefined) return 'not started';
  try {
    const choices = Array.from({ length: random.pick(disturbancesMax) }, () => random.pick(10_000));
    disturb(run, choices);
    const isAtRest = drain(run, drainCommandsMax);
    assertQuick(started, runTimeMsMax, 'Running');
    if (run.state.status !== 'active') return run.state.status;
    return isAtRest ? 'waits at a join' : 'goes on';
  } catch (error) {
    if (error instanceof Grown) return 'goes on';
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`${reason}\nin ${definition.bpmnProcessId} after:\n${shownCommands(run.attempted)}`, {
      cause: error,
    });
  }
}

/** Starts the process at its none start event, else at any other. */
function startedRun(definition: ExecutableProcess, random: Random): BoundedRun | undefined {
  const ids = definition.scope.startEvents.map(({ id }) => id);
  const choices = [undefined, ...(ids.length === 0 ? [] : [random.from(ids)])];
  for (const startElementId of random.oneIn(4) ? choices.reverse() : choices) {
    try {
      const chosen = startElementId === undefined ? {} : { startElementId };
      return new BoundedRun(definition, { variables: { n: random.pick(5) }, ...chosen });
    } catch (error) {
      if (!(error instanceof RejectedStart)) throw error;
      assert.match(error.message, /^Expected /);
    }
  }
  return undefined;
}

function assertQuick(started: NodeJS.CpuUsage, limitMs: number, what: string): void {
  const { user, system } = process.cpuUsage(started);
  const spentMs = (user + system) / 1_000;
  assert.ok(spentMs <= limitMs, `${what} took ${spentMs.toFixed(0)} ms; expected at most ${limitMs} ms`);
}
