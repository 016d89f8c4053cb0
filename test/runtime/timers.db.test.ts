import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { bpmn } from '../support/bpmn-builder.js';
import { oneTimer, oneUserTask, timerStart } from './models.js';
import { context, ok, refusal, useRuntime } from './use-runtime.js';

const hour = 3_600_000;

describe('timers', () => {
  const test = useRuntime();
  const status = async (id: string) => (await test.instance(id)).state.status;
  const timersOf = (id: string) => test.runtime.queries.timersOf(context.tenantId, id);

  it('fire when they are due, not before', async () => {
    await test.deploy(oneTimer());
    const { processInstanceId } = await test.start('wait');
    const [timer] = await timersOf(processInstanceId);
    assert.deepEqual([timer?.elementId, timer?.dueAt], ['catch', test.clock.now() + hour]);
    await test.pass(hour - 1);
    assert.equal(await status(processInstanceId), 'active');
    await test.pass(1);
    assert.equal(await status(processInstanceId), 'completed');
    assert.deepEqual(await timersOf(processInstanceId), []);
  });

  it('fire at once when they are due at once, or have been', async () => {
    await test.deploy(
      oneTimer('now', 'PT0S'),
      bpmn('past')
        .startEvent('s')
        .intermediateCatchEvent('c', { timer: { date: '2001-01-01T00:00:00Z' } })
        .endEvent('e'),
    );
    for (const id of ['now', 'past']) {
      const { processInstanceId } = await test.start(id);
      assert.equal(await status(processInstanceId), 'completed');
    }
  });

  it('may be ten years away', async () => {
    await test.deploy(oneTimer('wait', 'P10Y'));
    const { processInstanceId } = await test.start('wait');
    const due = (await timersOf(processInstanceId))[0]?.dueAt ?? 0;
    assert.equal(due, Date.parse('2036-01-01T00:00:00Z'));
    await test.pass(due - test.clock.now() - 1);
    assert.equal(await status(processInstanceId), 'active');
    await test.pass(1);
    assert.equal(await status(processInstanceId), 'completed');
  });

  it('that came due while no server ran fire when one starts', async () => {
    await test.deploy(oneTimer());
    const { processInstanceId } = await test.start('wait');
    await test.restart({ started: false });
    test.clock.advance(hour + 5);
    assert.equal(await status(processInstanceId), 'active');
    test.runtime.start();
    await test.rest();
    assert.equal(await status(processInstanceId), 'completed');
  });

  it('that another node has set fire here', async () => {
    await test.deploy(oneTimer());
    const started = ok(await test.createRuntime().startProcessInstance(context, { bpmnProcessId: 'wait' }));
    await test.pass(hour);
    assert.equal(await status(started.processInstanceId), 'completed');
  });

  it('due on several nodes fire once', async () => {
    await test.deploy(
      bpmn('p')
        .startEvent('start')
        .userTask('task')
        .endEvent('end')
        .boundaryEvent('tick', { attachedTo: 'task', interrupting: false, timer: { cycle: 'R/PT1H' } })
        .endEvent('ticked'),
      timerStart('clock', 'R/PT1H'),
    );
    const { processInstanceId } = await test.start('p');
    const others = [test.createRuntime(), test.createRuntime()];
    for (const other of others) other.start();
    for (let round = 0; round < 5; round++) await test.pass(hour);
    await Promise.all(others.map((other) => other.stop()));
    const ticks = (await test.path(processInstanceId)).filter((step) => step === 'ticked:completed');
    assert.equal(ticks.length, 5);
    assert.equal((await test.instancesOf('clock')).length, 5);
  });

  it('of which hundreds are due at once all fire', async () => {
    await test.deploy(oneTimer());
    await Promise.all(
      Array.from({ length: 350 }, () =>
        test.runtime.startProcessInstance(context, { bpmnProcessId: 'wait' }),
      ),
    );
    await test.pass(hour);
    const open = (await test.instancesOf('wait')).filter(({ status: state }) => state === 'active');
    assert.deepEqual(open, []);
  });

  it('of one instance that are due together fire both', async () => {
    await test.deploy(
      bpmn('p')
        .startEvent('start')
        .parallelGateway('fork')
        .intermediateCatchEvent('a', { timer: { duration: 'PT1H' } })
        .parallelGateway('join')
        .endEvent('end')
        .at('fork')
        .intermediateCatchEvent('b', { timer: { duration: 'PT1H' } })
        .connectTo('join'),
    );
    const { processInstanceId } = await test.start('p');
    await test.pass(hour);
    assert.equal(await status(processInstanceId), 'completed');
  });

  it('race: an interrupting one and the work it interrupts', async () => {
    await test.deploy(
      bpmn('p')
        .startEvent('start')
        .userTask('task')
        .endEvent('done')
        .boundaryEvent('late', { attachedTo: 'task', timer: { duration: 'PT1H' } })
        .endEvent('given-up'),
    );
    for (let round = 0; round < 10; round++) {
      const { processInstanceId } = await test.start('p');
      const [task] = (await test.userTasks()).filter((row) => row.processInstanceId === processInstanceId);
      test.clock.advance(hour);
      const completed = await test.runtime.completeUserTask(context, task?.userTaskId ?? '', {});
      await test.rest();
      const path = await test.path(processInstanceId);
      assert.equal(path.includes('done:completed'), completed.ok);
      assert.equal(path.includes('given-up:completed'), !completed.ok);
    }
  });

  it('that are interrupted do not fire', async () => {
    await test.deploy(
      bpmn('p')
        .startEvent('start')
        .userTask('task')
        .endEvent('done')
        .boundaryEvent('late', { attachedTo: 'task', timer: { duration: 'PT1H' } })
        .endEvent('given-up'),
    );
    const { processInstanceId } = await test.start('p');
    ok(await test.runtime.completeUserTask(context, (await test.userTasks())[0]?.userTaskId ?? '', {}));
    assert.deepEqual((await test.tables()).timer, []);
    await test.pass(2 * hour);
    assert.ok(!(await test.path(processInstanceId)).some((step) => step.startsWith('late')));
  });

  describe('of a cycle', () => {
    const cyclic = (cycle: string) =>
      bpmn('p')
        .startEvent('start')
        .userTask('task')
        .endEvent('end')
        .boundaryEvent('tick', { attachedTo: 'task', interrupting: false, timer: { cycle } })
        .endEvent('ticked');
    const ticks = async (id: string) =>
      (await test.path(id)).filter((step) => step === 'ticked:completed').length;

    it('keep their rhythm however late they are served', async () => {
      await test.deploy(cyclic('R/PT1H'));
      const { processInstanceId } = await test.start('p');
      const start = test.clock.now();
      await test.pass(hour + 7);
      assert.equal((await timersOf(processInstanceId))[0]?.dueAt, start + 2 * hour);
      await test.pass(hour);
      assert.equal((await timersOf(processInstanceId))[0]?.dueAt, start + 3 * hour);
      assert.equal(await ticks(processInstanceId), 2);
    });

    it('make up by one for those missed while no server ran', async () => {
      await test.deploy(cyclic('R/PT1H'));
      const { processInstanceId } = await test.start('p');
      const start = test.clock.now();
      await test.restart({ started: false });
      test.clock.advance(10 * hour + 1);
      test.runtime.start();
      await test.rest();
      assert.equal(await ticks(processInstanceId), 1);
      assert.equal((await timersOf(processInstanceId))[0]?.dueAt, start + 11 * hour);
    });

    it('end after so many', async () => {
      await test.deploy(cyclic('R3/PT1H'));
      const { processInstanceId } = await test.start('p');
      for (const left of [2, 1, 0]) {
        assert.equal((await timersOf(processInstanceId))[0]?.repetitionsLeft, left);
        await test.pass(hour);
      }
      assert.deepEqual(await timersOf(processInstanceId), []);
      await test.pass(hour);
      assert.equal(await ticks(processInstanceId), 3);
    });
  });

  describe('triggered by somebody', () => {
    it('fire now, and not again', async () => {
      await test.deploy(oneTimer());
      const { processInstanceId } = await test.start('wait');
      const timerId = (await timersOf(processInstanceId))[0]?.timerId ?? '';
      ok(await test.runtime.triggerTimer(context, processInstanceId, timerId));
      assert.equal(await status(processInstanceId), 'completed');
      refusal(await test.runtime.triggerTimer(context, processInstanceId, timerId), 'invalid-state');
      await test.pass(2 * hour);
    });

    it('while the loop fires them fire once', async () => {
      await test.deploy(oneTimer());
      for (let round = 0; round < 10; round++) {
        const { processInstanceId } = await test.start('wait');
        const timerId = (await timersOf(processInstanceId))[0]?.timerId ?? '';
        test.clock.advance(hour);
        const outcome = await test.runtime.triggerTimer(context, processInstanceId, timerId);
        if (!outcome.ok) refusal(outcome, 'invalid-state');
        await test.rest();
        assert.equal(await status(processInstanceId), 'completed');
      }
    });

    it('are not found where there are none', async () => {
      await test.deploy(oneTimer(), oneUserTask(), timerStart());
      const { processInstanceId } = await test.start('wait');
      const other = await test.start('ask');
      const timerId = (await timersOf(processInstanceId))[0]?.timerId ?? '';
      const startTimer = (await test.tables()).timer.find((row) => row['process_instance_id'] === null);
      const ids = [
        '',
        'x',
        `${processInstanceId}-999`,
        `${other.processInstanceId}-1`,
        String(startTimer?.['timer_id']),
      ];
      for (const id of [...ids, 'a\0b']) {
        refusal(await test.runtime.triggerTimer(context, processInstanceId, id), 'not-found');
      }
      for (const id of [other.processInstanceId, '', 'x', 'a\0b']) {
        refusal(await test.runtime.triggerTimer(context, id, timerId), 'not-found');
      }
      assert.equal((await timersOf(processInstanceId)).length, 1);
    });
  });

  describe('that start processes', () => {
    it('start one instance at each tick, as often as they say, across restarts', async () => {
      await test.deploy(timerStart('clock', 'R3/PT1H'));
      await test.pass(hour);
      await test.restart();
      await test.pass(hour);
      await test.restart({ started: false });
      test.clock.advance(5 * hour);
      test.runtime.start();
      await test.rest();
      await test.pass(5 * hour);
      assert.equal((await test.instancesOf('clock')).length, 3);
      assert.deepEqual((await test.tables()).timer, []);
    });

    it('start at each tick of a cron expression, across restarts, until a new version takes over', async () => {
      await test.deploy(timerStart('clock', 'CRON_TZ=Europe/Berlin 0 0 9 * * ?'));
      await test.pass(8 * hour);
      assert.equal((await test.instancesOf('clock')).length, 1, 'Expected 9 o’clock in Berlin to be 8 UTC.');
      await test.restart();
      await test.pass(24 * hour);
      assert.equal((await test.instancesOf('clock')).length, 2);
      await test.deploy(timerStart('clock', '0 30 8 * * ?'));
      await test.pass(24 * hour);
      await test.pass(24 * hour);
      assert.deepEqual(
        (await test.instancesOf('clock')).map(({ version }) => version),
        [1, 1, 2, 2],
      );
      assert.equal((await test.tables()).timer.length, 1);
    });

    it('start once at a date', async () => {
      await test.deploy(
        bpmn('once')
          .startEvent('s', { timer: { date: '2026-01-01T01:00:00Z' } })
          .endEvent('e'),
      );
      await test.pass(hour);
      await test.pass(hour);
      assert.equal((await test.instancesOf('once')).length, 1);
    });

    it('begin anew with a new version', async () => {
      await test.deploy(timerStart('clock', 'R3/PT1H'));
      await test.pass(hour + 1);
      await test.deploy(timerStart('clock', 'R2/PT2H'));
      await test.pass(hour);
      assert.equal((await test.instancesOf('clock')).length, 1);
      await test.pass(hour);
      await test.pass(2 * hour);
      await test.pass(20 * hour);
      assert.deepEqual(
        (await test.instancesOf('clock')).map(({ version }) => version),
        [1, 2, 2],
      );
    });
  });
});
