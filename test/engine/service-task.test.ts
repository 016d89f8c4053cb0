import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { bpmn } from '../support/bpmn-builder.js';
import { runOf } from './process-run.js';
import { itWaits } from './wait-state.js';

describe('service task (BPMN 2.0.2 §13.3.3)', () => {
  itWaits({
    element: (scope) => scope.serviceTask('x', { type: 'work' }),
    occur: (run) => run.completeJob('x'),
    isActivity: true,
  });

  it('creates a job with type, retries, priority and headers', async () => {
    const run = await runOf(
      bpmn('p')
        .startEvent('s')
        .serviceTask('x', { type: '="do-" + what', retries: '=n', priority: 7, headers: { to: 'crm' } }),
      { variables: { what: 'it', n: 5 } },
    );
    assert.deepEqual(run.jobs(), [
      {
        jobKey: 3,
        elementInstanceKey: 2,
        elementId: 'x',
        jobType: 'do-it',
        retries: 5,
        priority: 7,
        headers: { to: 'crm' },
      },
    ]);
  });

  it('merges the result of the job into the process instance', async () => {
    const run = await runOf(bpmn('p').startEvent('s').serviceTask('x', { type: 'work' }), {
      variables: { kept: 1, changed: 1 },
    });
    run.completeJob('x', { changed: 2, added: { deep: [null, true] } });
    assert.deepEqual(run.variables(), { kept: 1, changed: 2, added: { deep: [null, true] } });
  });

  for (const [what, options, message] of [
    [
      'a job type that is null',
      { type: '=missing' },
      /job type of "x".*non-empty string.*null; is a variable missing/,
    ],
    ['a job type that is empty', { type: '=""' }, /non-empty string.*gave ""/],
    ['no retries', { type: 'a', retries: '=0' }, /retries of "x".*from 1 to 1000.*0/],
    ['retries that are no whole number', { type: 'a', retries: '=1.5' }, /whole number.*1\.5/],
    ['a priority out of range', { type: 'a', priority: '=10 ** 12' }, /priority.*1000000000000/],
  ] as const) {
    it(`raises an incident for ${what}, and creates no job`, async () => {
      const run = await runOf(bpmn('p').startEvent('s').serviceTask('x', options));
      assert.deepEqual(run.incidents(), ['x: expression-failed']);
      assert.match(run.incidentRow('x').message, message);
      assert.deepEqual(run.jobs(), []);
    });
  }

  it('refuses a second completion, and one of a job that was canceled', async () => {
    const model = bpmn('p')
      .startEvent('s')
      .serviceTask('x', { type: 'work' })
      .userTask('y')
      .boundaryEvent('b', { attachedTo: 'x', signal: 'stop' })
      .userTask('z');
    const run = await runOf(model);
    const complete = { type: 'completeJob', ...run.waitOfJob('x'), variables: {} } as const;
    run.send(complete);
    run.rejects(complete, 'invalid-state', /to wait for job 4 but it does not/);
    const stopped = await runOf(model);
    stopped.signal('stop');
    stopped.rejects(complete, 'invalid-state');
    assert.deepEqual(stopped.active(), ['z']);
  });
});
