import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { ModifyProcessInstance } from '../../src/engine/command.js';
import type { RejectionCode } from '../../src/engine/rejection.js';
import { bpmn } from '../support/bpmn-builder.js';
import { multiInstance, standardLoop } from '../support/bpmn-loops.js';
import type { ProcessRun } from './process-run.js';
import { runOf } from './process-run.js';

type Instructions = Partial<Omit<ModifyProcessInstance, 'type'>>;

function commandOf(instructions: Instructions): ModifyProcessInstance {
  return { type: 'modifyProcessInstance', activate: [], cancel: [], move: [], ...instructions };
}

function modify(run: ProcessRun, instructions: Instructions): void {
  run.send(commandOf(instructions));
}

/** Expects the modification to be refused; answers what is wrong with which instruction. */
function refusal(run: ProcessRun, instructions: Instructions, code: RejectionCode): readonly string[] {
  const result = run.try(commandOf(instructions));
  assert.ok(!result.ok, 'Expected the modification to be refused.');
  assert.equal(result.rejection.code, code);
  return (result.rejection.errors ?? []).map(({ path, message }) => `${path}: ${message}`);
}

const straight = bpmn('p').startEvent('s').userTask('a').userTask('b').userTask('c').endEvent('e');

const nested = bpmn('p')
  .startEvent('s')
  .userTask('before')
  .subProcess(
    'outer',
    (outer) =>
      outer
        .startEvent('os')
        .subProcess('inner', (inner) => inner.startEvent('is').userTask('x').userTask('y').endEvent('ie'), {
          inputs: { local: '=n + 1' },
        })
        .userTask('z')
        .endEvent('oe'),
    { outputs: {} },
  )
  .endEvent('e')
  .boundaryEvent('late', { attachedTo: 'outer', timer: { duration: 'PT1H' } })
  .userTask('escalated')
  .endEvent('le');

const joined = bpmn('p')
  .startEvent('s')
  .parallelGateway('fork')
  .userTask('a')
  .parallelGateway('join')
  .userTask('after')
  .endEvent('e')
  .at('fork')
  .userTask('b')
  .connectTo('join')
  .at('fork')
  .userTask('c')
  .connectTo('join');

const many = bpmn('p')
  .startEvent('s')
  .subProcess('each', (inner) => inner.startEvent('is').userTask('x').userTask('y').endEvent('ie'), {
    content: multiInstance({ collection: '=[1, 2, 3]', item: 'item' }),
  })
  .userTask('after')
  .endEvent('e');

describe('a modification', () => {
  it('puts a token on any element, beside those that are there', async () => {
    const run = await runOf(straight);
    modify(run, { activate: [{ elementId: 'c', variables: { x: 1 } }] });
    assert.deepEqual([run.active(), run.variables()], [['a', 'c'], { x: 1 }]);
    run.completeTask('c');
    run.completeTask('a');
    run.completeTask('b');
    run.completeTask('c');
    assert.equal(run.state.status, 'completed');
  });

  it('moves a token, with variables that the element sees as it is entered', async () => {
    const run = await runOf(
      bpmn('p')
        .startEvent('s')
        .userTask('a')
        .serviceTask('job', { type: '=kind', inputs: { local: '=kind' } })
        .endEvent('e'),
    );
    const from = { key: run.keyOf('a') };
    modify(run, { move: [{ from, toElementId: 'job', variables: { kind: 'work' } }] });
    assert.deepEqual([run.active(), run.canceled('a')], [['job'], 1]);
    assert.deepEqual([run.jobs()[0]?.jobType, run.localOf('job')], ['work', { local: 'work' }]);
    run.completeJob('job');
    assert.equal(run.state.status, 'completed');
  });

  it('writes variables to the scope that holds them', async () => {
    const run = await runOf(nested, { variables: { n: 1 } });
    run.completeTask('before');
    modify(run, { activate: [{ elementId: 'y', variables: { local: 7, other: 8 } }] });
    assert.deepEqual([run.localOf('inner'), run.variables()], [{ local: 7 }, { n: 1, other: 8 }]);
  });

  it('moves every token of an element at once', async () => {
    const run = await runOf(straight);
    modify(run, { activate: [{ elementId: 'a' }] });
    modify(run, { move: [{ from: { elementId: 'a' }, toElementId: 'c' }] });
    assert.deepEqual(run.active(), ['c', 'c']);
  });

  it('makes the scopes around an element, each with its inputs and boundary events, once', async () => {
    const run = await runOf(nested, { variables: { n: 1 } });
    modify(run, {
      activate: [{ elementId: 'x' }, { elementId: 'y' }],
      cancel: [{ elementId: 'before' }],
    });
    assert.deepEqual(run.active(), ['x', 'y']);
    assert.deepEqual([run.activated('outer'), run.activated('inner'), run.activated('is')], [1, 1, 0]);
    assert.deepEqual([run.localOf('inner'), run.timers().length], [{ local: 2 }, 1]);
    run.fireTimer('late');
    assert.deepEqual(run.active(), ['escalated']);
  });

  it('uses a scope that is open, unless that is canceled with the same command', async () => {
    const run = await runOf(nested, { variables: { n: 1 } });
    run.completeTask('before');
    const outer = run.keyOf('outer');
    modify(run, { activate: [{ elementId: 'z' }] });
    assert.equal(run.keyOf('outer'), outer);
    modify(run, { activate: [{ elementId: 'z' }], cancel: [{ key: outer }] });
    assert.deepEqual([run.active(), run.canceled('outer'), run.activated('outer')], [['z'], 1, 2]);
    run.completeTask('z');
    assert.equal(run.state.status, 'completed');
  });

  it('asks which of several open scopes is meant', async () => {
    const run = await runOf(nested, { variables: { n: 1 } });
    modify(run, { activate: [{ elementId: 'outer' }] });
    run.completeTask('before');
    const [first, second] = [run.keyOf('outer', 0), run.keyOf('outer', 1)];
    const errors = refusal(run, { activate: [{ elementId: 'z' }] }, 'invalid-state');
    assert.match(errors.join(), /^\/activate\/0: .*found 2: name one with ancestorElementInstanceId/);
    modify(run, { activate: [{ elementId: 'z', ancestorKey: second }] });
    assert.equal(run.state.elementInstances.get(run.keyOf('z'))?.scope, second);
    modify(run, { activate: [{ elementId: 'y', ancestorKey: run.keyOf('inner') }] });
    assert.equal(run.state.elementInstances.get(run.keyOf('y'))?.scope, run.keyOf('inner'));
    const wrong = { elementId: 'before', ancestorKey: first };
    assert.match(refusal(run, { activate: [wrong] }, 'invalid-state').join(), /scope around "before"/);
    // A token that is moved stays in its own scope.
    modify(run, { move: [{ from: { key: run.keyOf('x', 1) }, toElementId: 'z' }] });
    assert.equal(run.state.elementInstances.get(run.keyOf('z', 1))?.scope, second);
  });

  it('cancels the scopes that it empties, and in the end the instance', async () => {
    const run = await runOf(nested, { variables: { n: 1 } });
    run.completeTask('before');
    modify(run, { activate: [{ elementId: 'before' }] });
    modify(run, { cancel: [{ elementId: 'x' }] });
    assert.deepEqual([run.active(), run.canceled('inner'), run.canceled('outer')], [['before'], 1, 1]);
    assert.equal(run.timers().length, 0);
    modify(run, { cancel: [{ key: run.keyOf('before') }] });
    assert.equal(run.state.status, 'canceled');
  });

  it('tells a caller that the instance was canceled', async () => {
    const parent = {
      processInstanceId: 'caller',
      elementInstanceKey: 1,
      callKey: 2,
      depth: 1,
      caughtErrors: { any: false, codes: [] },
    };
    const run = await runOf(straight, { parent });
    modify(run, { cancel: [{ elementId: 'a' }] });
    assert.deepEqual(run.sent('reportToCaller')[0]?.outcome, { kind: 'canceled' });
  });

  it('is done whole or not at all, and says what is wrong with each instruction', async () => {
    const run = await runOf(nested, { variables: { n: 1 } });
    const errors = refusal(
      run,
      {
        activate: [{ elementId: 'x' }, { elementId: 'nowhere' }, { elementId: 'late' }],
        cancel: [{ elementId: 'before' }, { key: 99 }, { elementId: 'z' }, { key: 0 }],
        move: [{ from: { elementId: 'y' }, toElementId: 'z' }],
      },
      'invalid-argument',
    );
    assert.deepEqual(
      errors.map((error) => error.split(':')[0]),
      ['/move/0', '/cancel/1', '/cancel/2', '/cancel/3', '/activate/1', '/activate/2'],
    );
    assert.deepEqual(run.active(), ['before']);
    const twice = { from: { elementId: 'before' }, toElementId: 'x' };
    assert.match(refusal(run, { move: [twice, twice] }, 'invalid-state').join(), /moved once/);
  });

  it('changes nothing when a scope that is to be made cannot be entered', async () => {
    const run = await runOf(
      bpmn('p')
        .startEvent('s')
        .userTask('a')
        .subProcess('sub', (inner) => inner.startEvent('is').userTask('x').endEvent('ie'))
        .endEvent('e')
        .boundaryEvent('late', { attachedTo: 'sub', timer: { duration: '=patience' } })
        .endEvent('le'),
    );
    const move = { from: { elementId: 'a' }, toElementId: 'x' };
    assert.match(refusal(run, { move: [move] }, 'invalid-state').join(), /^\/move\/0: .*the timer of "late"/);
    assert.deepEqual(run.active(), ['a']);
    run.setVariables({ patience: 'PT1H' });
    modify(run, { move: [move] });
    assert.deepEqual(run.active(), ['x']);
  });

  it('resolves incidents of what it cancels, and makes those of what it activates', async () => {
    const run = await runOf(
      bpmn('p').startEvent('s').serviceTask('job', { type: '=kind' }).userTask('a').endEvent('e'),
    );
    assert.deepEqual(run.incidents(), ['job: expression-failed']);
    modify(run, {
      activate: [{ elementId: 'job' }],
      move: [{ from: { elementId: 'job' }, toElementId: 'a' }],
    });
    assert.deepEqual([run.active(), run.incidents()], [['a', 'job'], ['job: expression-failed']]);
  });

  it('does not use a scope that has not begun', async () => {
    const run = await runOf(
      bpmn('p')
        .startEvent('s')
        .subProcess('sub', (inner) => inner.startEvent('is').userTask('x').endEvent('ie'))
        .endEvent('e')
        .boundaryEvent('late', { attachedTo: 'sub', timer: { duration: '=patience' } })
        .endEvent('le'),
    );
    assert.deepEqual(run.incidents(), ['sub: invalid-timer']);
    run.setVariables({ patience: 'PT1H' });
    modify(run, { activate: [{ elementId: 'x' }] });
    run.resolveIncident('sub');
    assert.deepEqual([run.active(), run.activated('sub')], [['x', 'x'], 2]);
  });
});

describe('a modification at a join', () => {
  it('counts a moved token as arrived by its own flow, whichever comes first', async () => {
    for (const later of ['b', 'c']) {
      const run = await runOf(joined);
      modify(run, { move: [{ from: { elementId: 'a' }, toElementId: 'join' }] });
      assert.deepEqual(run.active(), ['b', 'c', 'join']);
      run.completeTask(later);
      run.completeTask(later === 'b' ? 'c' : 'b');
      assert.deepEqual(run.active(), ['after']);
    }
  });

  it('completes a join that waits for the token alone', async () => {
    const run = await runOf(joined);
    run.completeTask('b');
    run.completeTask('c');
    modify(run, { move: [{ from: { elementId: 'a' }, toElementId: 'join' }] });
    assert.deepEqual(run.active(), ['after']);
  });

  it('takes all its tokens at once', async () => {
    const run = await runOf(joined);
    const move = ['a', 'b', 'c'].map((id) => ({ from: { elementId: id }, toElementId: 'join' }));
    modify(run, { move });
    assert.deepEqual(run.active(), ['after']);
  });

  it('helps a join that would starve', async () => {
    const run = await runOf(joined);
    modify(run, { cancel: [{ elementId: 'a' }, { elementId: 'b' }] });
    run.completeTask('c');
    assert.deepEqual(run.active(), ['join']);
    modify(run, { activate: [{ elementId: 'join' }] });
    assert.deepEqual(run.active(), ['join']);
    modify(run, { activate: [{ elementId: 'join' }] });
    assert.deepEqual(run.active(), ['after']);
  });

  it('moves a token away from it', async () => {
    const run = await runOf(joined);
    run.completeTask('a');
    modify(run, { move: [{ from: { elementId: 'join' }, toElementId: 'a' }] });
    assert.deepEqual(run.active(), ['a', 'b', 'c']);
  });
});

describe('a modification of an activity that is done several times', () => {
  it('activates the whole of it, and cancels the whole of it', async () => {
    const run = await runOf(many);
    modify(run, { activate: [{ elementId: 'each' }], cancel: [{ elementId: 'each' }] });
    assert.deepEqual([run.active(), run.activated('x')], [['x', 'x', 'x'], 6]);
  });

  it('activates inside of an iteration that is named, and makes none', async () => {
    const run = await runOf(many);
    assert.match(
      refusal(run, { activate: [{ elementId: 'y' }] }, 'invalid-state').join(),
      /found 3: name one with ancestorElementInstanceId/,
    );
    const iteration = run.state.elementInstances.get(run.keyOf('x', 1))?.scope ?? 0;
    modify(run, { activate: [{ elementId: 'y', ancestorKey: iteration }] });
    assert.equal(run.state.elementInstances.get(run.keyOf('y'))?.scope, iteration);
    modify(run, { move: [{ from: { elementId: 'each' }, toElementId: 'after' }] });
    assert.match(refusal(run, { activate: [{ elementId: 'y' }] }, 'invalid-state').join(), /activate "each"/);
  });

  it('moves a token inside of its own iteration', async () => {
    const run = await runOf(many);
    const scope = run.state.elementInstances.get(run.keyOf('x', 2))?.scope;
    modify(run, { move: [{ from: { key: run.keyOf('x', 2) }, toElementId: 'y' }] });
    assert.equal(run.state.elementInstances.get(run.keyOf('y'))?.scope, scope);
    for (const id of ['x', 'x', 'y', 'y', 'y']) run.completeTask(id);
    assert.deepEqual(run.active(), ['after']);
  });

  it('goes on without an iteration that is canceled', async () => {
    const run = await runOf(many);
    const iteration = run.state.elementInstances.get(run.keyOf('x'))?.scope ?? 0;
    modify(run, { cancel: [{ key: iteration }, { key: run.keyOf('x', 1) }] });
    for (const id of ['x', 'y']) run.completeTask(id);
    assert.deepEqual(run.active(), ['after']);
  });

  it('starts the next iteration in the place of one that is canceled', async () => {
    const run = await runOf(
      bpmn('p')
        .startEvent('s')
        .userTask('each', {
          content: multiInstance({ collection: '=[1, 2]', item: 'item', sequential: true }),
        })
        .userTask('after')
        .endEvent('e'),
    );
    modify(run, { cancel: [{ key: run.tasks('each')[0]?.elementInstanceKey ?? 0 }] });
    assert.equal(run.tasks('each').length, 1);
    run.completeTask('each');
    assert.deepEqual(run.active(), ['after']);
  });
});

describe('a modification of event sub-processes', () => {
  const model = bpmn('p')
    .startEvent('s')
    .userTask('a')
    .endEvent('e')
    .eventSubProcess('help', (inner) =>
      inner
        .startEvent('called', { message: { name: 'm', correlationKey: '="k"' }, interrupting: false })
        .userTask('x')
        .userTask('y')
        .endEvent('he'),
    );

  it('starts one beside what is there, each time anew', async () => {
    const run = await runOf(model);
    modify(run, { activate: [{ elementId: 'help' }] });
    modify(run, { activate: [{ elementId: 'help' }] });
    assert.deepEqual([run.active(), run.activated('help')], [['a', 'x', 'x'], 2]);
  });

  it('activates inside of one, which is made', async () => {
    const run = await runOf(model);
    modify(run, { activate: [{ elementId: 'y' }], cancel: [{ elementId: 'a' }] });
    assert.deepEqual(run.active(), ['y']);
    run.completeTask('y');
    assert.equal(run.state.status, 'completed');
  });
});

describe('modification of what has not begun', () => {
  const model = bpmn('p')
    .startEvent('s')
    .userTask('a')
    .endEvent('e')
    .eventSubProcess('es', (inner) =>
      inner
        .startEvent('ss', { message: { name: 'm', correlationKey: '=k' } })
        .userTask('h')
        .endEvent('he'),
    );
  const held = async () => {
    const run = await runOf(model, { startElementId: 's' });
    assert.deepEqual(run.active(), ['s']);
    return run;
  };

  it('arms the event sub-processes of a scope whose start event goes', async () => {
    const run = await held();
    const move = [{ from: { key: run.keyOf('s') }, toElementId: 'a' }];
    run.setVariables({ k: 'k-1' });
    modify(run, { move });
    assert.deepEqual(run.active(), ['a']);
    run.message('m', {}, 'k-1');
    assert.deepEqual(run.active(), ['h']);
  });

  it('is refused where they cannot be armed, as the scope would run without them', async () => {
    const run = await held();
    const move = [{ from: { key: run.keyOf('s') }, toElementId: 'a' }];
    run.rejects(commandOf({ move }), 'invalid-state', /event sub-processes/);
    assert.deepEqual(run.active(), ['s']);
    modify(run, { cancel: [{ key: run.keyOf('s') }] });
    assert.equal(run.state.status, 'canceled');
  });
});

describe('a modification beside what is not there to go on', () => {
  it('is refused where the process itself has not begun, as it would begin once more', async () => {
    const run = await runOf(
      bpmn('p')
        .startEvent('s')
        .userTask('a')
        .endEvent('e')
        .eventSubProcess('es', (inner) =>
          inner.startEvent('ss', { message: { name: 'm', correlationKey: '=k' } }).endEvent('he'),
        ),
    );
    const [reason] = refusal(run, { activate: [{ elementId: 'a' }] }, 'invalid-state');
    assert.match(reason ?? '', /Expected the process to have begun/);
    run.setVariables({ k: 'k-1' });
    run.resolveIncident('p');
    assert.deepEqual([run.active(), run.activated('a')], [['a'], 1]);
  });

  it('makes a sub-process anew where one is open for a compensation alone', async () => {
    const run = await runOf(
      bpmn('p')
        .startEvent('s')
        .subProcess('sub', (inner) =>
          inner.startEvent('i').task('a').compensatedBy('u').userTask('b').endEvent('ie'),
        )
        .userTask('c')
        .endEvent('e', { compensate: true }),
    );
    run.completeTask('b');
    run.completeTask('c');
    assert.deepEqual(run.active(), ['e', 'u']);
    modify(run, { activate: [{ elementId: 'b' }] });
    run.completeTask('b');
    assert.equal(run.activated('c'), 2);
  });

  it('makes a transaction anew where one is being canceled', async () => {
    const run = await runOf(
      bpmn('p')
        .startEvent('s')
        .transaction('tx', (inner) =>
          inner
            .startEvent('i')
            .task('a')
            .compensatedBy('u')
            .exclusiveGateway('g')
            .when('=stop')
            .endEvent('cancel', { cancel: true })
            .at('g')
            .otherwise()
            .userTask('b')
            .endEvent('ie'),
        )
        .endEvent('e')
        .boundaryEvent('cb', { attachedTo: 'tx', cancel: true })
        .endEvent('ce'),
      { variables: { stop: true } },
    );
    modify(run, { activate: [{ elementId: 'b' }] });
    run.completeJob('u');
    assert.deepEqual([run.completed('ce'), run.active()], [1, ['b']]);
    run.completeTask('b');
    assert.deepEqual([run.completed('e'), run.state.status], [1, 'completed']);
  });
});

describe('a modification of an ad-hoc sub-process', () => {
  const model = (completionCondition?: string) =>
    bpmn('p')
      .startEvent('s')
      .userTask('before')
      .adHocSubProcess('choice', (inner) => inner.userTask('x').at(undefined).userTask('y'), {
        ...(completionCondition === undefined ? {} : { completionCondition }),
      })
      .userTask('after')
      .endEvent('e');

  it('puts tokens inside of one that is open, or made', async () => {
    const run = await runOf(model());
    modify(run, { move: [{ from: { elementId: 'before' }, toElementId: 'x' }] });
    modify(run, { activate: [{ elementId: 'y' }] });
    assert.deepEqual([run.active(), run.activated('choice')], [['x', 'y'], 1]);
    run.completeTask('x');
    run.completeTask('y');
    assert.deepEqual(run.active(), ['after']);
  });

  it('leaves one open in which something may still be chosen', async () => {
    const run = await runOf(model('=ready = true'));
    modify(run, { move: [{ from: { elementId: 'before' }, toElementId: 'x' }] });
    modify(run, { cancel: [{ elementId: 'x' }] });
    assert.deepEqual(run.active(), ['choice']);
    modify(run, { activate: [{ elementId: 'y' }] });
    run.completeTask('y', { ready: true });
    assert.deepEqual(run.active(), ['after']);
  });

  it('cancels one in which nothing is left', async () => {
    const run = await runOf(model());
    modify(run, { move: [{ from: { elementId: 'before' }, toElementId: 'x' }] });
    modify(run, { cancel: [{ elementId: 'x' }] });
    assert.equal(run.state.status, 'canceled');
  });
});

describe('a modification of what is compensated', () => {
  it('takes the handler at work with the throw event that waits for it', async () => {
    const model = bpmn('p').startEvent('s').task('a').compensatedBy('ua').task('b').compensatedBy('ub');
    const run = await runOf(model.intermediateThrowEvent('th', { compensate: true }).endEvent('e'));
    modify(run, { cancel: [{ elementId: 'th' }] });
    assert.deepEqual([run.jobs(), run.activated('ua'), run.state.status], [[], 0, 'canceled']);
  });
});

describe('a modification of a standard loop', () => {
  const model = bpmn('p')
    .startEvent('s')
    .userTask('a', { content: standardLoop({ condition: '=loopCounter < n' }) })
    .endEvent('e');

  it('goes on after an iteration that is canceled, as long as its condition is true, and ends with the whole', async () => {
    for (const whole of [false, true]) {
      const run = await runOf(model, { variables: { n: 3 } });
      const [body, iteration] = [run.keyOf('a'), run.keyOf('a', 1)];
      modify(run, { cancel: [{ key: whole ? body : iteration }] });
      assert.equal(run.state.status, whole ? 'canceled' : 'active');
      if (whole) continue;
      run.completeTask('a');
      run.completeTask('a');
      assert.deepEqual([run.completed('e'), run.state.status], [1, 'completed']);
    }
  });

  it('is refused where the condition fails', async () => {
    const run = await runOf(model, { variables: { n: 3 } });
    run.setVariables({ n: 'many' });
    refusal(run, { cancel: [{ key: run.keyOf('a', 1) }] }, 'invalid-state');
    assert.equal(run.state.status, 'active');
  });
});
