import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { randomOf } from '../fuzz/random.js';
import { blockArbitrary, processOf } from '../property/block.js';
import { assertConsistent } from '../support/consistency.js';
import { bpmn, type ProcessBuilder } from '../support/bpmn-builder.js';
import { context, useRuntime } from './use-runtime.js';
import type { TableRow } from '../support/read-tables.js';

const models = Number(process.env['TEST_MODELS'] ?? 5);
const firstSeed = Number(process.env['TEST_SEED'] ?? 1);
const stepsMax = 12;

/** What somebody could do now; `at` is the same in each play of one path, whatever ids there are. */
interface Action {
  readonly at: string;
  do(): Promise<unknown>;
}

describe('a random process on a random path', function () {
  this.timeout(60_000 + models * 20_000);
  const test = useRuntime();

  const textOf = (row: TableRow, column: string): string => String(row[column]);
  const actions = async (tenantId: string, n: number): Promise<readonly Action[]> => {
    const { runtime } = test;
    const { job, user_task, timer, message_subscription, signal_subscription, incident } =
      await test.tables();
    const of = (rows: readonly TableRow[]) => rows.filter((row) => row['tenant_id'] === tenantId);
    const asked = { ...context, tenantId };
    const variables = { n };
    const found: Action[] = [
      ...of(job).flatMap((row): Action[] => {
        const jobId = textOf(row, 'job_id');
        const at = `${row['state'] === 'failed' ? 'failed ' : ''}job ${row['element_id']}`;
        return [
          { at, do: () => runtime.completeJob(asked, jobId, { variables }) },
          { at: `${at} error`, do: () => runtime.throwJobError(asked, jobId, { errorCode: 'E1' }) },
        ];
      }),
      ...of(user_task)
        .filter((row) => row['state'] === 'created')
        .map((row) => ({
          at: `task ${row['element_id']}`,
          do: () => runtime.completeUserTask(asked, textOf(row, 'user_task_id'), { variables }),
        })),
      ...of(timer).map((row) => ({
        at: `timer ${row['element_id']}`,
        do: () => runtime.triggerTimer(asked, textOf(row, 'process_instance_id'), textOf(row, 'timer_id')),
      })),
      ...of(message_subscription).map((row) => ({
        at: `message ${row['message_name']}`,
        do: () =>
          runtime.publishMessage(asked, {
            name: textOf(row, 'message_name'),
            correlationKey: textOf(row, 'correlation_key'),
            variables,
          }),
      })),
      ...of(signal_subscription).map((row) => ({
        at: `signal ${row['signal_name']}`,
        do: () => runtime.broadcastSignal(asked, { name: textOf(row, 'signal_name'), variables }),
      })),
      ...of(incident)
        .filter((row) => row['resolved_at'] === null)
        .map((row) => ({
          at: `incident ${row['element_id']}`,
          do: () => runtime.resolveIncident(asked, textOf(row, 'incident_id')),
        })),
    ];
    return found.sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
  };

  /** What has come of it, without ids, times and keys. */
  const resultOf = async (tenantId: string) => {
    const { element_instance, process_instance } = await test.tables();
    return process_instance
      .filter((row) => row['tenant_id'] === tenantId)
      .map((row) => {
        const isOwn = (other: TableRow): boolean =>
          other['process_instance_id'] === row['process_instance_id'];
        const path = element_instance.filter(isOwn).map((one) => `${one['element_id']} ${one['state']}`);
        return `${row['bpmn_process_id']} ${row['status']} ${row['has_incident']}: ${path.sort().join(', ')}`;
      })
      .sort();
  };

  /** Plays the path that the seed chooses, in a tenant of its own; answers what was seen after each step. */
  const play = async (
    tenantId: string,
    model: ProcessBuilder,
    seed: number,
    between: () => Promise<void>,
  ) => {
    const random = randomOf(seed);
    const asked = { ...context, tenantId };
    const called = bpmn('q').startEvent('qs').userTask('qt').endEvent('qe');
    const resources = [model, called].map((one, index) => ({ name: `${index}.bpmn`, content: one.toXml() }));
    const deployed = await test.runtime.deploy(asked, { resources });
    assert.ok(deployed.ok, JSON.stringify(deployed));
    const seen: unknown[] = [];
    const step = async (what: string): Promise<void> => {
      await test.rest();
      test.clock.advance(1); // Ids of different servers are in order from one millisecond to the next.
      await between();
      seen.push([what, await resultOf(tenantId)]);
    };
    const started = await test.runtime.startProcessInstance(asked, {
      bpmnProcessId: 'p',
      variables: { n: 0 },
    });
    assert.ok(started.ok, JSON.stringify(started));
    await step('start');
    for (let count = 1; count <= stepsMax; count++) {
      const possible = await actions(tenantId, count);
      if (possible.length === 0) break;
      const action = random.from(possible);
      await action.do();
      await step(action.at);
    }
    const { processInstanceId } = started.value;
    await test.runtime.cancelProcessInstance(asked, processInstanceId);
    await step('cancel');
    const { state } = await (async () => {
      const row = await test.runtime.queries.processInstance(tenantId, processInstanceId);
      return row ?? assert.fail('Expected the instance.');
    })();
    assert.notEqual(state.status, 'active');
    return seen;
  };

  it('row 3: random process, random path, restart after each step: it reaches its end, the state is the same across each restart', async () => {
    const blocks = fc.sample(blockArbitrary(true), { seed: firstSeed, numRuns: models });
    for (const [index, block] of blocks.entries()) {
      const seed = firstSeed + index;
      const model = processOf(block);
      const undisturbed = await play(`calm-${index}`, model, seed, () => Promise.resolve());
      let restarts = 0;
      const disturbed = await play(`disturbed-${index}`, model, seed, () =>
        (restarts += 1) % 5 === 0 ? test.restart() : test.replaceRuntime(),
      );
      assert.deepEqual(disturbed, undisturbed, `model ${index} of TEST_SEED=${firstSeed}:\n${model.toXml()}`);
    }
    await assertConsistent(test.databaseUrl, { atRest: true });
  });
});
