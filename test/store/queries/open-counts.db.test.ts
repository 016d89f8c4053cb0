import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { openCountLimits } from '../../../src/store/queries/open-counts.js';
import { definitionRow, incidentRow, insertDeployment, instanceRow, jobRow, timerRow } from '../rows.js';
import { useTestStore } from '../use-test-store.js';

describe('what is open', () => {
  const test = useTestStore();

  it('is counted by process, in every version and tenant, without what has ended', async () => {
    await test.write((tx) => {
      insertDeployment(tx);
      tx.definitions.insert(definitionRow({ processDefinitionId: 'v1', bpmnProcessId: 'p', version: 1 }));
      tx.definitions.insert(definitionRow({ processDefinitionId: 'v2', bpmnProcessId: 'p', version: 2 }));
      tx.definitions.insert(definitionRow({ processDefinitionId: 'q', bpmnProcessId: 'q', version: 1 }));
      for (const [id, processDefinitionId] of Object.entries({ a: 'v1', b: 'v2', c: 'q' })) {
        const row = instanceRow({ processInstanceId: id, processDefinitionId });
        tx.processInstances.insert(row);
        tx.jobs.insert(jobRow({ jobId: `${id}-1`, processInstanceId: id, processDefinitionId }));
      }
      const ended = instanceRow({ processInstanceId: 'd', processDefinitionId: 'q', endedAt: 1 });
      tx.processInstances.insert({ ...ended, state: { ...ended.state, status: 'completed' } });
      tx.timers.insert(timerRow({ processDefinitionId: 'v2' }));
      tx.incidents.insert(incidentRow({ incidentId: 'i1', processDefinitionId: 'v1' }));
      tx.incidents.insert(incidentRow({ incidentId: 'i2', processDefinitionId: 'v1' }));
      tx.incidents.resolve('i2', 1);
    });
    const { processInstances, jobs, timers, incidents, cut } = await test.store.queries.openCounts();
    const sums = (counts: typeof jobs) =>
      counts.map(({ bpmnProcessId, count }) => `${bpmnProcessId} ${count}`).sort();
    assert.deepEqual(sums(processInstances), ['p 1', 'p 1', 'q 1']);
    assert.deepEqual(sums(jobs), ['p 2', 'q 1']);
    assert.deepEqual(sums(timers), ['p 1']);
    assert.deepEqual(sums(incidents), ['p 1']);
    assert.deepEqual(cut, []);
  });

  it('is counted up to a bound, which is told', async () => {
    await test.write((tx) => {
      insertDeployment(tx);
      tx.definitions.insert(definitionRow({ processDefinitionId: 'v1', bpmnProcessId: 'p' }));
      for (let count = 0; count <= openCountLimits.rows; count += 1)
        tx.timers.insert(timerRow({ timerId: `t${count}`, processDefinitionId: 'v1' }));
    });
    const { timers, cut } = await test.store.queries.openCounts();
    assert.deepEqual(timers, [{ bpmnProcessId: 'p', count: openCountLimits.rows }]);
    assert.deepEqual(cut, ['timers']);
  });
});
