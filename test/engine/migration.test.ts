import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { bpmn } from '../support/bpmn-builder.js';
import type { ScopeBuilder } from '../support/bpmn-builder.js';
import { multiInstance } from '../support/bpmn-loops.js';
import type { Model } from '../support/read-model.js';
import type { ProcessRun } from './process-run.js';
import { START_AT, runOf } from './process-run.js';

type Mappings = Readonly<Record<string, string>>;

async function migrated(run: ProcessRun, model: Model, mappings: Mappings = {}): Promise<void> {
  const result = await run.migrate(model, mappings);
  assert.ok(result.ok, result.ok ? '' : JSON.stringify(result.rejection));
}

/** Expects the migration to be refused, nothing changed; answers the reasons. */
async function refusal(run: ProcessRun, model: Model, mappings: Mappings = {}): Promise<readonly string[]> {
  const before = JSON.stringify(run.state);
  const result = await run.migrate(model, mappings);
  assert.ok(!result.ok, 'Expected the migration to be refused.');
  assert.equal(JSON.stringify(run.state), before);
  return (result.rejection.errors ?? []).map(
    ({ path, elementId = '', message }) => `${path} ${elementId}: ${message}`,
  );
}

const hour = 3_600_000;

describe('a migration', () => {
  it('lets jobs, user tasks and calls go on under their keys, by other ids', async () => {
    const run = await runOf(
      bpmn('p')
        .startEvent('s')
        .parallelGateway('fork')
        .serviceTask('job', { type: 'work' })
        .endEvent('e1')
        .at('fork')
        .userTask('task')
        .endEvent('e2')
        .at('fork')
        .callActivity('call', { processId: 'q' })
        .endEvent('e3'),
    );
    const [job, task, call] = [run.waitOfJob('job'), run.waitOfTask('task'), run.waitOfCall('call')];
    const target = bpmn('renamed')
      .startEvent('s')
      .parallelGateway('fork')
      .serviceTask('job2', { type: 'other' })
      .userTask('further')
      .endEvent('e1')
      .at('fork')
      .userTask('task2')
      .endEvent('e2')
      .at('fork')
      .callActivity('call', { processId: 'q' })
      .endEvent('e3');
    await migrated(run, target, { job: 'job2', task: 'task2' });
    assert.deepEqual(run.active(), ['call', 'job2', 'task2']);
    assert.deepEqual(run.jobs('job2')[0]?.jobType, 'work');
    await run.restart(target);
    run.send({ type: 'completeJob', ...job, variables: {} });
    run.send({ type: 'completeUserTask', ...task, variables: {} });
    run.send({ type: 'endCall', ...call, outcome: { kind: 'completed', variables: {} } });
    assert.deepEqual(run.active(), ['further']);
    run.completeTask('further');
    assert.equal(run.state.status, 'completed');
  });

  it('keeps what is waited for alike, with its due date, and arms anew what has changed', async () => {
    const model = (duration: string, name: string) =>
      bpmn('p')
        .startEvent('s')
        .userTask('task')
        .endEvent('e')
        .boundaryEvent('timer', { attachedTo: 'task', timer: { duration } })
        .endEvent('te')
        .boundaryEvent('message', { attachedTo: 'task', message: { name, correlationKey: '=k' } })
        .endEvent('me');
    const run = await runOf(model('PT1H', 'm'), { variables: { k: 'a' } });
    run.now += 600_000;
    run.setVariables({ k: 'b' });
    const kept = run.timer('timer');
    await migrated(run, model('PT1H', 'm'));
    assert.deepEqual(run.timer('timer'), kept);
    const [subscription] = run.rows.messageSubscriptions.values();
    assert.equal(subscription?.correlationKey, 'a');
    await migrated(run, model('PT2H', 'n'));
    assert.equal(run.timer('timer').dueAt, START_AT + 600_000 + 2 * hour);
    const [anew] = run.rows.messageSubscriptions.values();
    assert.deepEqual([anew?.messageName, anew?.correlationKey, run.rows.size], ['n', 'b', 3]);
  });

  it('arms events that are new, disarms those that are gone, and maps those that are named', async () => {
    const model = (...boundaries: readonly (readonly [string, 'PT1H' | 'PT2H'])[]) => {
      const process = bpmn('p').startEvent('s').userTask('task').endEvent('e');
      for (const [id, duration] of boundaries) {
        process.boundaryEvent(id, { attachedTo: 'task', timer: { duration } }).endEvent(`${id}End`);
      }
      return process;
    };
    const run = await runOf(model(['a', 'PT1H'], ['gone', 'PT2H']));
    run.now += 60_000;
    await migrated(run, model(['b', 'PT1H'], ['new', 'PT2H']), { a: 'b' });
    assert.deepEqual(
      run.timers().map(({ elementId, dueAt }) => [elementId, dueAt - START_AT]),
      [
        ['b', hour],
        ['new', 2 * hour + 60_000],
      ],
    );
    run.fireTimer('b');
    assert.equal(run.completed('bEnd'), 1);
  });

  it('does not arm again what has occurred', async () => {
    const model = bpmn('p')
      .startEvent('s')
      .userTask('task')
      .endEvent('e')
      .boundaryEvent('reminder', {
        attachedTo: 'task',
        interrupting: false,
        timer: { duration: 'PT1H' },
      })
      .endEvent('re');
    const run = await runOf(model);
    run.fireTimer('reminder');
    await migrated(run, model);
    assert.deepEqual(run.timers(), []);
  });

  it('maps a catch event and the events behind an event-based gateway', async () => {
    const model = (suffix: string, more: (process: ReturnType<typeof bpmn>) => void = () => undefined) => {
      const process = bpmn('p')
        .startEvent('s')
        .parallelGateway('fork')
        .intermediateCatchEvent(`catch${suffix}`, { message: { name: 'm', correlationKey: '="k"' } })
        .endEvent('e1')
        .at('fork')
        .eventBasedGateway(`gate${suffix}`)
        .intermediateCatchEvent(`timer${suffix}`, { timer: { duration: 'PT1H' } })
        .endEvent('e2')
        .at(`gate${suffix}`)
        .intermediateCatchEvent(`signal${suffix}`, { signal: 'g' })
        .endEvent('e3');
      more(process);
      return process;
    };
    const run = await runOf(model(''));
    const target = model('2', (process) =>
      process.at('gate2').intermediateCatchEvent('further', { signal: 'h' }).endEvent('e4'),
    );
    const ids = ['catch', 'gate', 'timer', 'signal'];
    await migrated(run, target, Object.fromEntries(ids.map((id) => [id, `${id}2`])));
    assert.deepEqual(run.active(), ['catch2', 'gate2']);
    assert.equal(run.timer('timer2').dueAt, START_AT + hour);
    run.message('m');
    run.signal('h');
    assert.deepEqual([run.state.status, run.completed('further')], ['completed', 1]);
  });

  it('goes on with the content of scopes, and arms their event sub-processes', async () => {
    const inner = (scope: ScopeBuilder, handler?: string) => {
      scope.startEvent('is').userTask('x').endEvent('ie');
      if (handler !== undefined) {
        scope.eventSubProcess(handler, (help) =>
          help.startEvent(`${handler}Start`, { signal: handler }).userTask(`${handler}Task`).endEvent('he'),
        );
      }
      return scope;
    };
    const run = await runOf(
      bpmn('p')
        .startEvent('s')
        .subProcess('sub', (scope) => inner(scope, 'old'))
        .endEvent('e'),
    );
    const target = bpmn('p')
      .startEvent('s')
      .subProcess('sub2', (scope) => inner(scope, 'new'))
      .endEvent('e');
    await migrated(run, target, { sub: 'sub2' });
    assert.equal(run.signal('old'), 0);
    assert.equal(run.signal('new'), 1);
    assert.deepEqual(run.active(), ['newTask']);
  });

  it('keeps the iterations of an activity that is done several times', async () => {
    const model = (id: string) =>
      bpmn('p')
        .startEvent('s')
        .subProcess(id, (scope) => scope.startEvent('is').userTask('x').endEvent('ie'), {
          content: multiInstance({ collection: '=[1, 2]', item: 'i' }),
        })
        .userTask('after')
        .endEvent('e');
    const run = await runOf(model('each'));
    run.completeTask('x');
    await migrated(run, model('every'), { each: 'every' });
    run.completeTask('x');
    assert.deepEqual(run.active(), ['after']);
  });

  it('maps the tokens that wait at an activity, which may be all that it needs', async () => {
    const model = (startQuantity: number) => {
      const process = bpmn('p').startEvent('s').parallelGateway('fork');
      for (const id of ['a', 'b', 'c', 'd']) process.at('fork').userTask(id).at(undefined);
      process.userTask('x', { attributes: { startQuantity } }).endEvent('e').at(undefined);
      for (const id of ['a', 'b', 'c', 'd']) process.flow(id, 'x', { id: `from_${id}` });
      return process.boundaryEvent('late', { attachedTo: 'x', timer: { duration: 'PT1H' } }).endEvent('f');
    };
    const run = await runOf(model(4));
    run.completeTask('a');
    run.completeTask('b');
    await migrated(run, model(3));
    assert.deepEqual([run.active(), run.rows.timers.size], [['c', 'd', 'x'], 0]);
    const refused = await refusal(run, model(1));
    assert.match(refused.join(), /the startQuantity of "x" to be at least 2, as so many tokens have arrived/);
    await migrated(run, model(2));
    assert.deepEqual([run.active(), run.rows.timers.size, run.rows.userTasks.size], [['c', 'd', 'x'], 1, 3]);
  });

  it('maps the tokens that wait at a join, which may be all that it needs', async () => {
    const model = (branches: readonly string[]) => {
      const process = bpmn('p').startEvent('s').parallelGateway('fork');
      for (const id of branches) process.at('fork').userTask(id).at(undefined);
      process.parallelGateway('join').userTask('after').endEvent('e').at(undefined);
      for (const id of branches) process.flow(id, 'join', { id: `from_${id}` });
      return process;
    };
    const run = await runOf(model(['a', 'b', 'c']));
    run.completeTask('a');
    run.completeTask('b');
    await migrated(run, model(['a', 'b', 'c', 'd']));
    assert.deepEqual(run.active(), ['c', 'join']);
    const refused = await refusal(run, model(['a', 'c', 'd']));
    assert.match(refused.join(), /the flow "from_b", on which a token has arrived at "join"/);
    await migrated(run, model(['a', 'c', 'd']), { from_b: 'from_d' });
    run.completeTask('c');
    assert.deepEqual(run.active(), ['after']);

    const alone = await runOf(model(['a', 'b', 'c']));
    alone.completeTask('a');
    alone.completeTask('b');
    alone.send({
      type: 'modifyProcessInstance',
      activate: [],
      cancel: [{ elementId: 'c' }],
      move: [],
    });
    await migrated(alone, model(['a', 'b']));
    assert.deepEqual(alone.active(), ['after']);
  });

  it('keeps incidents, which are resolved by the new model', async () => {
    const model = (type: string) => bpmn('p').startEvent('s').serviceTask('job', { type }).endEvent('e');
    const run = await runOf(model('=nobody'));
    await migrated(run, model('work'));
    assert.deepEqual(run.incidents(), ['job: expression-failed']);
    run.resolveIncident('job');
    run.completeJob('job');
    assert.equal(run.state.status, 'completed');
  });

  it('of a suspended instance waits with it', async () => {
    const model = (condition: string) =>
      bpmn('p')
        .startEvent('s')
        .userTask('task')
        .endEvent('e')
        .boundaryEvent('when', { attachedTo: 'task', condition })
        .userTask('then')
        .endEvent('we');
    const run = await runOf(model('=n > 5'), { variables: { n: 3 } });
    run.send({ type: 'suspendProcessInstance' });
    await migrated(run, model('=n > 2'));
    assert.deepEqual(run.active(), ['task']);
    run.send({ type: 'resumeProcessInstance' });
    assert.deepEqual(run.active(), ['then']);
  });
});

describe('a migration is refused, with a reason for each element,', () => {
  it('where what is active has no place in the target', async () => {
    const run = await runOf(
      bpmn('p')
        .startEvent('s')
        .parallelGateway('fork')
        .userTask('gone')
        .endEvent('e1')
        .at('fork')
        .userTask('other')
        .endEvent('e2')
        .at('fork')
        .userTask('moved')
        .endEvent('e3')
        .at('fork')
        .userTask('many')
        .endEvent('e4'),
    );
    const target = bpmn('p')
      .startEvent('s')
      .parallelGateway('fork')
      .serviceTask('other', { type: 'work' })
      .endEvent('e2')
      .at('fork')
      .subProcess('sub', (inner) => inner.startEvent('is').userTask('moved').endEvent('ie'))
      .endEvent('e3')
      .at('fork')
      .userTask('many', { content: multiInstance({ cardinality: '=2' }) })
      .endEvent('e4');
    const errors = await refusal(run, target);
    assert.equal(errors.length, 4);
    assert.match(errors[0] ?? '', /^\/mappings gone: .*the target has no element "gone"/);
    assert.match(errors[1] ?? '', /^\/mappings other: Expected "other" to be a userTask .* is a serviceTask/);
    assert.match(errors[2] ?? '', /^\/mappings moved: .*directly in the process.* is directly in "sub"/);
    assert.match(errors[3] ?? '', /^\/mappings many: .* it is a parallel multi-instance userTask/);
  });

  it('where a mapping names what there is not, or the same twice', async () => {
    const model = bpmn('p').startEvent('s').userTask('task').endEvent('e');
    const run = await runOf(model);
    assert.deepEqual((await refusal(run, model, { nobody: 'task', task: 'nowhere' })).length, 2);
  });

  it('where what is new cannot be armed', async () => {
    const run = await runOf(bpmn('p').startEvent('s').userTask('task').endEvent('e'));
    const target = bpmn('p')
      .startEvent('s')
      .userTask('task')
      .endEvent('e')
      .boundaryEvent('late', { attachedTo: 'task', timer: { duration: '=patience' } })
      .endEvent('le');
    assert.match((await refusal(run, target)).join(), /^\/mappings late: .*the timer of "late"/);
  });

  it('where the instance has ended', async () => {
    const model = bpmn('p').startEvent('s').endEvent('e');
    const result = await (await runOf(model)).migrate(model);
    assert.ok(!result.ok);
    assert.equal(result.rejection.code, 'invalid-state');
  });
});

describe('a migration with an inclusive join', () => {
  const model = (condition: string, withC: boolean) => {
    const process = bpmn('p').startEvent('s').inclusiveGateway('fork');
    process.at('fork').when('=true').userTask('a').inclusiveGateway('join').userTask('after').endEvent('e');
    process.at('fork').when(condition).userTask('b');
    if (withC) process.connectTo('join');
    else process.endEvent('apart');
    return process;
  };

  it('releases a join to which nothing leads any more', async () => {
    const run = await runOf(model('=true', true));
    run.completeTask('a');
    assert.deepEqual(run.active(), ['b', 'join']);
    await migrated(run, model('=true', true));
    assert.deepEqual(run.active(), ['b', 'join']);
    await migrated(run, model('=true', false));
    assert.deepEqual(run.active(), ['after', 'b']);
  });
});

describe('a migration of a parallel multiple event', () => {
  const model = (id: string, name = 'a') =>
    bpmn('p')
      .startEvent('s')
      .intermediateCatchEvent(id, {
        message: { name, correlationKey: '="k"' },
        signal: 'b',
        attributes: { parallelMultiple: true },
      })
      .endEvent('e');
  it('keeps the parts that have occurred', async () => {
    const run = await runOf(model('both'));
    run.message('a');
    await migrated(run, model('other'), { both: 'other' });
    run.signal('b');
    assert.equal(run.state.status, 'completed');
  });

  it('waits for all parts again where they have changed', async () => {
    const run = await runOf(model('both'));
    run.message('a');
    await migrated(run, model('both', 'c'));
    run.signal('b');
    assert.deepEqual(run.active(), ['both']);
    run.message('c');
    assert.equal(run.state.status, 'completed');
  });
});

describe('a migration of an ad-hoc sub-process', () => {
  const model = (...ids: readonly string[]) =>
    bpmn('p')
      .startEvent('s')
      .adHocSubProcess(
        'choice',
        (inner) => {
          for (const id of ids) inner.at(undefined).userTask(id);
          return inner;
        },
        { attributes: { ordering: 'Sequential' }, activeElements: '=["x", "y"]' },
      )
      .endEvent('e');

  it('takes along what was chosen and waits for its turn', async () => {
    const run = await runOf(model('x', 'y'));
    assert.match((await refusal(run, model('x', 'z'))).join(), /"y", which was chosen and waits/);
    await migrated(run, model('x', 'z'), { y: 'z' });
    run.completeTask('x');
    assert.deepEqual(run.active(), ['z']);
    run.completeTask('z');
    assert.equal(run.state.status, 'completed');
  });
});

describe('a migration of what can be compensated', () => {
  const shop = (prefix: string, handled = true) => {
    const model = bpmn('p').startEvent('s');
    model.subProcess(`${prefix}sub`, (inner) => {
      inner.startEvent(`${prefix}i`).task(`${prefix}a`);
      return handled ? inner.compensatedBy(`${prefix}u`) : inner;
    });
    return model.userTask('w').endEvent('e', { compensate: true });
  };
  const ids = Object.fromEntries(['sub', 'i', 'a', 'u'].map((id) => [id, `x${id}`]));

  it('remembers it under its new id', async () => {
    const run = await runOf(shop(''));
    await migrated(run, shop('x'), ids);
    run.completeTask('w');
    run.completeJob('xu');
    assert.equal(run.state.status, 'completed');
  });

  it('goes on while it is compensated', async () => {
    const run = await runOf(shop(''));
    run.completeTask('w');
    await migrated(run, shop('x'), ids);
    run.completeJob('xu');
    assert.equal(run.state.status, 'completed');
  });

  it('is refused where the activity is gone, or its handler is', async () => {
    const run = await runOf(shop(''));
    const [reason] = await refusal(run, shop('x'));
    assert.match(reason ?? '', /"sub", which has completed/);
    const [other] = await refusal(run, shop('', false));
    assert.match(other ?? '', /"a" to have a compensation handler, as "a" has completed/);
    run.completeTask('w');
    run.completeJob('u');
    assert.equal(run.state.status, 'completed');
  });
});

describe('a migration that would lose or double something is refused', () => {
  it('where a transaction that is being canceled could not be left', async () => {
    const model = (cancel: boolean) => {
      const process = bpmn('p')
        .startEvent('s')
        .transaction('tx', (inner) =>
          inner
            .startEvent('i')
            .task('a')
            .compensatedBy('u')
            .endEvent('ie', cancel ? { cancel: true } : {}),
        )
        .endEvent('e');
      return cancel
        ? process.boundaryEvent('cb', { attachedTo: 'tx', cancel: true }).endEvent('ce')
        : process;
    };
    const run = await runOf(model(true));
    const [reason] = await refusal(run, model(false));
    assert.match(reason ?? '', /"tx" to have a cancel boundary event, as "tx" is being canceled/);
    run.completeJob('u');
    assert.deepEqual([run.completed('ce'), run.state.status], [1, 'completed']);
  });

  it('where two events that are waited for would become one', async () => {
    const model = (...ids: readonly string[]) => {
      const process = bpmn('p').startEvent('s').userTask('task').endEvent('e');
      for (const id of ids) {
        process
          .boundaryEvent(id, { attachedTo: 'task', timer: { duration: 'PT1H' }, interrupting: false })
          .endEvent(`${id}e`);
      }
      return process;
    };
    const run = await runOf(model('x', 'y'));
    const [reason] = await refusal(run, model('x'), { y: 'x' });
    assert.match(reason ?? '', /"x" and "y", which "task" waits for, to be mapped to different events/);
    await migrated(run, model('x'));
    assert.equal(run.timers().length, 1);
  });

  it('where iterations that are to follow would have no item', async () => {
    const model = (options: { cardinality?: string; collection?: string; item?: string }) =>
      bpmn('p')
        .startEvent('s')
        .userTask('task', { content: multiInstance({ sequential: true, ...options }) })
        .endEvent('e');
    const run = await runOf(model({ cardinality: '=2' }), { variables: { xs: [1, 2] } });
    const target = model({ collection: '=xs', item: 'x' });
    const [reason] = await refusal(run, target);
    assert.match(reason ?? '', /"task" to have a cardinality as "task" has, of which 1 iterations/);
    run.completeTask('task');
    await migrated(run, target);
  });
});
