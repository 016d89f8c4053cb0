import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { Variables } from '../../src/engine/json.js';
import type { IncidentCode } from '../../src/engine/state.js';
import { incidentCodes } from '../../src/engine/state.js';
import { bpmn, type ProcessBuilder } from '../support/bpmn-builder.js';
import { multiInstance } from '../support/bpmn-loops.js';
import { oneCall, oneJob, oneUserTask } from './models.js';
import { all, context, ok, refusal, useRuntime } from './use-runtime.js';

const long = 'x'.repeat(300);

interface Trouble {
  readonly what: string;
  readonly model: ProcessBuilder;
  readonly variables?: Variables;
  readonly code: IncidentCode;
}

const start = () => bpmn('p').startEvent('start');

/** Models and data that cannot go on, each with the code that tells why. Those of jobs and calls have suites of their own. */
const troubles: readonly Trouble[] = [
  {
    what: 'a correlation key that is missing',
    model: start()
      .intermediateCatchEvent('x', { message: { name: 'm', correlationKey: '=key' } })
      .endEvent('e'),
    code: 'expression-failed',
  },
  {
    what: 'a correlation key that is too long to be kept',
    model: start()
      .intermediateCatchEvent('x', { message: { name: 'm', correlationKey: '=key' } })
      .endEvent('e'),
    variables: { key: long },
    code: 'expression-failed',
  },
  {
    what: 'a job type that is too long to be kept',
    model: start().serviceTask('x', { type: '=key' }).endEvent('e'),
    variables: { key: long },
    code: 'expression-failed',
  },
  {
    what: 'an assignee that is too long to be kept',
    model: start().userTask('x', { assignee: '=key' }).endEvent('e'),
    variables: { key: long },
    code: 'expression-failed',
  },
  {
    what: 'a candidate group that is too long to be kept',
    model: start().userTask('x', { candidateGroups: '=[key]' }).endEvent('e'),
    variables: { key: long },
    code: 'expression-failed',
  },
  {
    what: 'a signal name that is too long to be kept',
    model: start().intermediateCatchEvent('x', { signal: '=key' }).endEvent('e'),
    variables: { key: long },
    code: 'expression-failed',
  },
  {
    what: 'the key of a thrown message that is too long to be kept',
    model: start().endEvent('x', { message: 'm', publish: { correlationKey: '=key', timeToLive: '=1000' } }),
    variables: { key: long },
    code: 'expression-failed',
  },
  {
    what: 'the id of a thrown message that is too long to be kept',
    model: start().endEvent('x', { message: 'm', publish: { messageId: '=key', timeToLive: '=1000' } }),
    variables: { key: long },
    code: 'expression-failed',
  },
  {
    what: 'a timer that is none',
    model: start()
      .intermediateCatchEvent('x', { timer: { duration: '=key' } })
      .endEvent('e'),
    variables: { key: 'tomorrow' },
    code: 'invalid-timer',
  },
  {
    what: 'a gateway without a way out',
    model: start()
      .exclusiveGateway('x')
      .when('=key > 1')
      .endEvent('e')
      .at('x')
      .when('=key > 2')
      .endEvent('f'),
    variables: { key: 0 },
    code: 'no-flow-taken',
  },
  {
    what: 'an activity that is to be done too often',
    model: start()
      .task('x', { content: multiInstance({ cardinality: '=key' }) })
      .endEvent('e'),
    variables: { key: 10_001 },
    code: 'iteration-limit-exceeded',
  },
  {
    what: 'a loop without a wait',
    model: start().exclusiveGateway('x').task('t').connectTo('x'),
    code: 'step-limit-exceeded',
  },
];

describe('incidents', () => {
  const test = useRuntime();

  for (const { what, model, variables = {}, code } of troubles) {
    it(`${code}: ${what}, seen in every view, raised anew when resolved without remedy, gone with the instance`, async () => {
      await test.deploy(model);
      const { processInstanceId } = await test.start('p', variables);
      const [incident, ...others] = await test.openIncidents();
      assert.deepEqual([incident?.code, others], [code, []]);
      const incidentId = incident?.incidentId ?? '';
      const elementId = incident?.elementId ?? '';
      assert.ok(
        code === 'step-limit-exceeded' || elementId === 'x',
        `Expected it at x but found ${elementId}.`,
      );
      assert.ok((await test.instance(processInstanceId)).hasIncident);
      const { items } = await test.runtime.queries.elementInstances(context.tenantId, processInstanceId, {
        limit: 1000,
      });
      assert.ok(items.length < 1000 ? items.some((item) => item.incidentId === incidentId) : true);
      const { processDefinitionId } = await test.instance(processInstanceId);
      const statistics = await test.runtime.queries.elementStatistics(context.tenantId, processDefinitionId);
      assert.equal(statistics.find((each) => each.elementId === elementId)?.incidents, 1);
      const withIncident = { ...all, filter: { hasIncident: { $eq: true } } };
      assert.equal(
        (await test.runtime.queries.searchProcessInstances(context.tenantId, withIncident)).items.length,
        1,
      );

      ok(await test.runtime.resolveIncident(context, incidentId));
      await test.rest();
      refusal(await test.runtime.resolveIncident(context, incidentId), 'invalid-state');
      const [again] = await test.openIncidents();
      assert.equal(again?.code, code);
      assert.notEqual(again.incidentId, incidentId);

      ok(await test.runtime.cancelProcessInstance(context, processInstanceId));
      assert.deepEqual(await test.openIncidents(), []);
      assert.ok(!(await test.instance(processInstanceId)).hasIncident);
      refusal(await test.runtime.resolveIncident(context, again.incidentId), 'invalid-state');
    });
  }

  it('are all tested here, with the jobs or with the calls', () => {
    const elsewhere: readonly IncidentCode[] = [
      ...([
        'job-retries-exhausted',
        'uncaught-error',
        'called-process-not-found',
        'called-instance-canceled',
      ] as const),
      ...(['call-depth-exceeded', 'call-tree-limit-exceeded', 'delivery-chain-exceeded'] as const),
      // With the decisions.
      ...(['called-decision-not-found', 'decision-failed'] as const),
    ];
    const tested = new Set([...troubles.map(({ code }) => code), ...elsewhere]);
    assert.deepEqual([...tested].sort(), Object.keys(incidentCodes).sort());
  });

  it('go when the trouble has been mended', async () => {
    await test.deploy(troubles[0]?.model ?? assert.fail());
    const { processInstanceId } = await test.start('p');
    ok(await test.runtime.setVariables(context, processInstanceId, { variables: { key: 'k' } }));
    ok(await test.runtime.resolveIncident(context, (await test.openIncidents())[0]?.incidentId ?? ''));
    assert.ok(!(await test.instance(processInstanceId)).hasIncident);
    assert.deepEqual(await test.openIncidents(), []);
    ok(await test.runtime.correlateMessage(context, { name: 'm', correlationKey: 'k' }));
    assert.equal((await test.instance(processInstanceId)).state.status, 'completed');
  });

  it('go when a boundary event cancels their element', async () => {
    await test.deploy(
      start()
        .subProcess('sub', (inner) =>
          inner.startEvent('s').serviceTask('x', { type: '=missing' }).endEvent('se'),
        )
        .endEvent('e')
        .boundaryEvent('late', { attachedTo: 'sub', timer: { duration: 'PT1H' } })
        .endEvent('given-up'),
    );
    const { processInstanceId } = await test.start('p');
    assert.equal((await test.openIncidents()).length, 1);
    await test.pass(3_600_000);
    assert.deepEqual(await test.openIncidents(), []);
    const row = await test.instance(processInstanceId);
    assert.deepEqual([row.hasIncident, row.state.status], [false, 'completed']);
  });

  it('of two at once are two, and the instance has one until both are resolved', async () => {
    await test.deploy(
      start()
        .parallelGateway('fork')
        .serviceTask('a', { type: '=one' })
        .endEvent('e')
        .at('fork')
        .serviceTask('b', { type: '=two' })
        .endEvent('f'),
    );
    const { processInstanceId } = await test.start('p');
    ok(await test.runtime.setVariables(context, processInstanceId, { variables: { one: '1', two: '2' } }));
    for (const left of [1, 0]) {
      const [incident] = await test.openIncidents();
      ok(await test.runtime.resolveIncident(context, incident?.incidentId ?? ''));
      assert.equal((await test.instance(processInstanceId)).hasIncident, left > 0);
    }
  });

  it('resolved by many at once are resolved once', async () => {
    await test.deploy(oneJob('p', 'work', { retries: 1 }));
    await test.start('p');
    const { jobId, fence } = await test.takeOne('work');
    ok(await test.runtime.failJob(context, jobId, { fence, errorMessage: 'no' }));
    const id = (await test.openIncidents())[0]?.incidentId ?? '';
    const results = await Promise.all(
      Array.from({ length: 10 }, () => test.runtime.resolveIncident(context, id)),
    );
    assert.equal(results.filter(({ ok: done }) => done).length, 1);
    for (const result of results) if (!result.ok) refusal(result, 'invalid-state');
  });

  it('do not keep other deliveries from being consumed', async () => {
    await test.deploy(oneCall('caller', 'missing'), oneCall('good', 'ask'), oneUserTask('ask'));
    for (let index = 0; index < 120; index++) {
      ok(await test.runtime.startProcessInstance(context, { bpmnProcessId: 'caller' }));
    }
    await test.start('good');
    assert.equal((await test.instancesOf('ask')).length, 1);
    assert.equal((await test.openIncidents()).length, 120);
  });

  it('that nobody knows are not found', async () => {
    await test.deploy(oneUserTask());
    const { processInstanceId } = await test.start('ask');
    for (const id of [
      '',
      'x',
      'a\0b',
      processInstanceId,
      `${processInstanceId}-1`,
      `${processInstanceId}-99`,
    ]) {
      refusal(await test.runtime.resolveIncident(context, id), 'not-found');
    }
  });
});
