import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { STEP_LIMIT } from '../../src/engine/limits.js';
import { bpmn } from '../support/bpmn-builder.js';
import { ProcessRun, processesOf, runOf } from './process-run.js';

describe('step limit', () => {
  it('stops a loop without a wait, visibly; resolving goes on and loses nothing', async () => {
    const run = await runOf(
      bpmn('p')
        .startEvent('s')
        .scriptTask('count', { expression: '=if n = null then 1 else n + 1', resultVariable: 'n' })
        .exclusiveGateway('g')
        .when('=n >= 4000')
        .endEvent('e')
        .at('g')
        .otherwise()
        .connectTo('count'),
    );
    assert.equal(run.incidents().length, 1);
    assert.match(run.incidents()[0] ?? '', /step-limit-exceeded/);
    const [incident] = run.incidentRows();
    assert.match(incident?.message ?? '', /at most 10000 steps/);
    run.resolveIncident(incident?.elementId ?? '');
    assert.deepEqual(
      [run.state.status, run.variables().n, run.completed('count')],
      ['completed', 4000, 4000],
    );
  }).timeout(20_000);

  it('parks every branch that is under way', async () => {
    const loops = 3;
    const model = bpmn('p').startEvent('s').parallelGateway('fork');
    for (let index = 0; index < loops; index++) {
      model.at('fork').exclusiveGateway(`l${index}`).when('=stop != true').connectTo(`l${index}`).otherwise();
      if (index === 0) model.parallelGateway('join').endEvent('e');
      else model.connectTo('join');
    }
    const run = await runOf(model);
    assert.equal(run.incidents().length, loops);
    run.setVariables({ stop: true });
    for (const { elementId } of run.incidentRows()) run.resolveIncident(elementId);
    assert.deepEqual([run.state.status, run.completed('e')], ['completed', 1]);
  }).timeout(20_000);

  it('may fall on anything: a sub-process, its end, the end of the process, a join, the flow behind a gateway that waits', async () => {
    // Each length puts the limit at another step of what follows.
    for (let shift = 0; shift < 24; shift++) {
      const model = bpmn('p').startEvent('s');
      for (let index = 0; index < shift; index++) model.task(`shift${index}`);
      model
        .exclusiveGateway('loop')
        .when('=modulo(n, 1660) < 1659')
        .scriptTask('count', { expression: '=n + 1', resultVariable: 'n' })
        .exclusiveGateway('back')
        .connectTo('loop')
        .at('loop')
        .otherwise()
        .subProcess('sub', (inner) =>
          inner
            .startEvent('is')
            .parallelGateway('fork')
            .task('a')
            .parallelGateway('join')
            .endEvent('ie')
            .at('fork')
            .connectTo('join'),
        )
        .endEvent('e');
      const run = await runOf(model, { variables: { n: 0 } });
      for (let round = 0; run.incidentRows().length > 0; round++) {
        assert.ok(round < 5);
        for (const { elementInstanceKey, incidentKey } of run.incidentRows())
          run.send({ type: 'resolveIncident', elementInstanceKey, incidentKey });
      }
      assert.deepEqual(
        [run.state.status, run.completed('sub'), run.completed('e')],
        ['completed', 1, 1],
        `shift ${shift}`,
      );
    }
  }).timeout(60_000);

  it('lets 20,000 tasks in a row be done in a few commands, without recursion', async () => {
    const count = 20_000;
    const model = bpmn('p').startEvent('s');
    for (let index = 0; index < count; index++) model.task(`t${index}`);
    const [process] = await processesOf(model.endEvent('e'), 'load');
    assert.ok(process);
    const run = new ProcessRun(process);
    let resolves = 0;
    for (; run.state.status === 'active'; resolves++)
      run.resolveIncident(run.incidentRows()[0]?.elementId ?? '');
    assert.equal(run.state.status, 'completed');
    assert.equal(resolves, Math.floor((2 * count + 4) / STEP_LIMIT));
    assert.equal(run.countOf('elementCompleted'), count + 2);
  }).timeout(60_000);
});
