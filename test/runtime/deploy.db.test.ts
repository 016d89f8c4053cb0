import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { bpmn, bpmnFile, type ProcessBuilder } from '../support/bpmn-builder.js';
import { messageStart, oneJob, oneUserTask, signalStart, timerStart } from './models.js';
import type { Problem } from '../../src/runtime/outcome.js';
import { context, ok, refusal, useRuntime } from './use-runtime.js';

describe('deploy', () => {
  const test = useRuntime();
  const deployFiles = (...files: readonly (readonly [string, string])[]) =>
    test.runtime.deploy(context, { resources: files.map(([name, content]) => ({ name, content })) });
  const publish = (name: string) => test.runtime.publishMessage(context, { name });

  it('makes a changed model the next version, and gives an unchanged one its present version again', async () => {
    const first = await test.deploy(oneJob());
    const again = await test.deploy(oneJob());
    assert.deepEqual(again.processDefinitions, first.processDefinitions);
    assert.equal(again.deploymentId, first.deploymentId);
    const changed = await test.deploy(oneJob('work', 'other'));
    assert.deepEqual(
      [first, again, changed].map(({ processDefinitions: [definition] }) => definition?.version),
      [1, 1, 2],
    );
    assert.equal((await test.tables()).process_definition.length, 2);
    const back = await test.deploy(oneJob());
    assert.equal(back.processDefinitions[0]?.version, 3);
  });

  it('says what is in the models', async () => {
    const { deploymentId, processDefinitions } = await test.deploy(
      bpmn('a', { name: 'A process', versionTag: 'v9' }).startEvent('s').endEvent('e'),
    );
    const [definition] = processDefinitions;
    assert.match(deploymentId ?? '', /^[0-9a-f-]{36}$/);
    const { processDefinitionId = '', ...rest } = definition ?? {};
    assert.deepEqual(rest, { bpmnProcessId: 'a', name: 'A process', version: 1, versionTag: 'v9' });
    const row = await test.runtime.queries.processDefinition(context.tenantId, processDefinitionId);
    assert.equal(row?.resourceName, 'model-0.bpmn');
  });

  it('takes several processes of one file', async () => {
    const both = bpmnFile([
      bpmn('a').startEvent('a-start').endEvent('a-end'),
      bpmn('b').startEvent('b-start').endEvent('b-end'),
    ]);
    const { processDefinitions } = ok(await deployFiles(['both.bpmn', both]));
    assert.deepEqual(
      processDefinitions.map(({ bpmnProcessId, version }) => [bpmnProcessId, version]),
      [
        ['a', 1],
        ['b', 1],
      ],
    );
    assert.equal((await test.tables()).resource.length, 1);
    await test.start('a');
    await test.start('b');
  });

  it('takes two different files of the same name', async () => {
    ok(await deployFiles(['model.bpmn', oneJob('a').toXml()], ['model.bpmn', oneUserTask('b').toXml()]));
    await test.start('a');
    await test.start('b');
  });

  it('makes no new version of what is unchanged beside something that is changed', async () => {
    await test.deploy(oneJob('a'), oneJob('b'));
    const { processDefinitions } = await test.deploy(oneJob('a'), oneJob('b', 'other'));
    assert.deepEqual(
      processDefinitions.map(({ version }) => version),
      [1, 2],
    );
  });

  it('is all or nothing, and hands on the diagnostics with their file', async () => {
    const broken = bpmn('broken').startEvent('s').serviceTask('no-type').endEvent('e').toXml();
    const before = await test.tables();
    const outcome = await deployFiles(['good.bpmn', oneJob().toXml()], ['broken.bpmn', broken]);
    refusal(outcome, 'invalid-model');
    assert.ok(!outcome.ok);
    const [error] = errorsOf(outcome.problem);
    assert.deepEqual(
      [error?.severity, error?.elementId, error?.resource],
      ['error', 'no-type', 'broken.bpmn'],
    );
    assert.ok(error?.code && error.message && error.line);
    assert.deepEqual(await test.tables(), before);
  });

  it('refuses the same process twice in a deployment', async () => {
    const outcome = await deployFiles(
      ['a.bpmn', oneJob().toXml()],
      ['b.bpmn', oneJob('work', 'other').toXml()],
    );
    refusal(outcome, 'invalid-model');
    assert.ok(!outcome.ok);
    const [error] = errorsOf(outcome.problem);
    assert.deepEqual([error?.code, error?.resource], ['duplicate-process', 'b.bpmn']);
  });

  it('refuses what is no model at all, without an exception', async () => {
    for (const content of [
      '',
      'hello',
      '<x/>',
      '<?xml version="1.0"?>',
      '{}',
      '\0',
      '<!DOCTYPE x>',
      '\ufeff',
    ]) {
      refusal(await deployFiles(['x.bpmn', content]), 'invalid-model');
    }
  });

  it('refuses names and ids that are too long to be kept, without an exception', async () => {
    const long = 'x'.repeat(1000);
    const models = [
      bpmn(long).startEvent('s').endEvent('e'),
      bpmn('a').startEvent(long).endEvent('e'),
      messageStart('a', long),
      signalStart('a', long),
    ];
    for (const model of models) refusal(await deployFiles(['x.bpmn', model.toXml()]), 'invalid-model');
    assert.deepEqual((await test.tables()).process_definition, []);
  });

  it('refuses start events whose expressions give nothing to start by, and says where', async () => {
    const models = [
      messageStart('a', '=1 + 1'),
      messageStart('a', '=string(null)'),
      signalStart('a', '=""'),
      timerStart('a', '="R3/nonsense"'),
      timerStart('a', '=null'),
    ];
    for (const model of models) {
      const outcome = await deployFiles(['x.bpmn', model.toXml()]);
      refusal(outcome, 'invalid-model');
      assert.ok(!outcome.ok);
      assert.equal(errorsOf(outcome.problem)[0]?.elementId, 'start');
      const dry = { resources: [{ name: 'x.bpmn', content: model.toXml() }], dryRun: true };
      refusal(await test.runtime.deploy(context, dry), 'invalid-model');
    }
    assert.deepEqual((await test.tables()).process_definition, []);
  });

  it('writes nothing on a dry run, and says what would be', async () => {
    await test.deploy(oneJob('a'), oneJob('b'));
    const before = await test.tables();
    const resources = [oneJob('a'), oneJob('b', 'other'), oneJob('c')].map((model, index) => ({
      name: `${index}.bpmn`,
      content: model.toXml(),
    }));
    const preview = ok(await test.runtime.deploy(context, { resources, dryRun: true }));
    assert.equal(preview.deploymentId, undefined);
    assert.deepEqual(
      preview.processDefinitions.map((definition) => [
        definition.bpmnProcessId,
        definition.version,
        definition.processDefinitionId !== undefined,
      ]),
      [
        ['a', 1, true],
        ['b', 2, false],
        ['c', 1, false],
      ],
    );
    const broken = { resources: [{ name: 'x', content: 'no' }], dryRun: true };
    refusal(await test.runtime.deploy(context, broken), 'invalid-model');
    assert.deepEqual(await test.tables(), before);
  });

  it('ten times at once gives each change a version of its own, and no number twice', async () => {
    const deployed = await Promise.all(
      Array.from({ length: 10 }, (_, index) =>
        deployFiles(['w.bpmn', oneJob('work', `type-${index % 5}`).toXml()]),
      ),
    );
    const versions = deployed.map((outcome) => ok(outcome).processDefinitions[0]?.version ?? 0);
    const { process_definition: rows } = await test.tables();
    const stored = rows.map(({ version }) => Number(version)).sort((a, b) => a - b);
    assert.deepEqual(
      stored,
      stored.map((_, index) => index + 1),
    );
    assert.equal(Math.max(...versions), stored.length);
  });

  it('of the same model ten times at once makes one version', async () => {
    const content = oneJob().toXml();
    const deployed = await Promise.all(Array.from({ length: 10 }, () => deployFiles(['w.bpmn', content])));
    assert.equal(
      new Set(deployed.map((outcome) => ok(outcome).processDefinitions[0]?.processDefinitionId)).size,
      1,
    );
  });

  describe('hands the starts on to the new version:', () => {
    it('messages and signals', async () => {
      await test.deploy(messageStart('a', 'one'), signalStart('b', 'one'));
      await test.deploy(messageStart('a', 'two'), signalStart('b', 'two'));
      assert.equal(ok(await publish('one')).outcome, 'discarded');
      const [started] = ok(await publish('two')).processInstanceIds;
      assert.equal((await test.instance(started ?? '')).version, 2);
      const signals = await Promise.all(
        ['one', 'two'].map((name) => test.runtime.broadcastSignal(context, { name })),
      );
      assert.deepEqual(
        signals.map((outcome) => ok(outcome).startedProcessInstances.length),
        [0, 1],
      );
    });

    it('timers, also when one fires at the same time', async () => {
      await test.deploy(timerStart('clock', 'R/PT1H'));
      for (let round = 2; round < 12; round++) {
        test.clock.advance(3_600_000); // The loop fires while the deployment replaces the timer.
        await test.deploy(timerStart('clock', `R/PT1H${round}M`));
        await test.rest();
        const timers = (await test.tables()).timer;
        assert.equal(
          timers.length,
          1,
          `Expected one start timer in round ${round} but found ${timers.length}.`,
        );
      }
    });

    it('no starts where the new version has none', async () => {
      await test.deploy(messageStart('a'), signalStart('b'), timerStart('c'));
      await test.deploy(oneJob('a'), oneJob('b'), oneJob('c'));
      const { timer, start_subscription: subscriptions } = await test.tables();
      assert.deepEqual([timer, subscriptions], [[], []]);
    });
  });

  describe('and delete again', () => {
    const idOf = async (model: ProcessBuilder) =>
      (await test.deploy(model)).processDefinitions[0]?.processDefinitionId ?? '';

    it('is refused while instances run, and done when they have ended', async () => {
      const id = await idOf(oneUserTask());
      const { processInstanceId } = await test.start('ask');
      assert.match(
        refusal(await test.runtime.deleteProcessDefinition(context, id), 'invalid-state'),
        /has 1\b/,
      );
      ok(await test.runtime.cancelProcessInstance(context, processInstanceId));
      ok(await test.runtime.deleteProcessDefinition(context, id));
      refusal(await test.runtime.deleteProcessDefinition(context, id), 'not-found');
      refusal(await test.runtime.startProcessInstance(context, { bpmnProcessId: 'ask' }), 'not-found');
      refusal(await test.runtime.startProcessInstance(context, { processDefinitionId: id }), 'not-found');
      assert.equal((await test.instance(processInstanceId)).state.status, 'canceled');
    });

    it('hands the starts back to the version before', async () => {
      await test.deploy(messageStart('a', 'one'), timerStart('c', 'R/PT1H'));
      const message = await idOf(messageStart('a', 'two'));
      const timer = await idOf(timerStart('c', 'R/PT2H'));
      ok(await test.runtime.deleteProcessDefinition(context, message));
      ok(await test.runtime.deleteProcessDefinition(context, timer));
      assert.equal(ok(await publish('two')).outcome, 'discarded');
      assert.equal(ok(await publish('one')).outcome, 'started');
      await test.pass(3_600_000);
      assert.deepEqual(
        (await test.instancesOf('c')).map(({ version }) => version),
        [1],
      );
    });

    it('does not start again what has started at its date', async () => {
      const model = (tag: string) =>
        bpmn('once')
          .startEvent('s', { name: tag, timer: { date: '2026-01-01T01:00:00Z' } })
          .userTask('u')
          .endEvent('e');
      await test.deploy(model('one'));
      await test.pass(3_600_000);
      const id = await idOf(timerStart('once', 'R/P1D'));
      ok(await test.runtime.deleteProcessDefinition(context, id));
      await test.pass(86_400_000);
      assert.equal((await test.instancesOf('once')).length, 1);
    });

    it('keeps its version number from being given out again', async () => {
      await test.deploy(oneUserTask());
      ok(await test.runtime.deleteProcessDefinition(context, await idOf(oneJob('ask', 'two'))));
      const [third] = (await test.deploy(oneJob('ask', 'three'))).processDefinitions;
      assert.equal(third?.version, 3);
      const first = await test.runtime.startProcessInstance(context, { bpmnProcessId: 'ask', version: 1 });
      ok(await test.runtime.cancelProcessInstance(context, ok(first).processInstanceId));
      ok(await test.runtime.deleteProcessDefinition(context, third.processDefinitionId ?? ''));
      ok(await test.runtime.deleteProcessDefinition(context, ok(first).processDefinitionId));
      assert.equal((await test.deploy(oneUserTask())).processDefinitions[0]?.version, 4);
    });

    it('of the last version leaves no starts', async () => {
      const ids = [await idOf(messageStart('a')), await idOf(signalStart('b')), await idOf(timerStart('c'))];
      for (const id of ids) ok(await test.runtime.deleteProcessDefinition(context, id));
      const { timer, start_subscription: subscriptions } = await test.tables();
      assert.deepEqual([timer, subscriptions], [[], []]);
      await test.pass(86_400_000);
    });

    it('at the moment of a start is done before it, or refused', async () => {
      for (let round = 0; round < 20; round++) {
        await test.deploy(oneUserTask());
        const id = await idOf(oneJob('ask', `type-${round}`));
        const [started, deleted] = await Promise.all([
          test.runtime.startProcessInstance(context, { bpmnProcessId: 'ask' }),
          test.runtime.deleteProcessDefinition(context, id),
        ]);
        const { processInstanceId, processDefinitionId } = ok(started);
        assert.equal(processDefinitionId === id, !deleted.ok);
        if (!deleted.ok) refusal(deleted, 'invalid-state');
        ok(await test.runtime.cancelProcessInstance(context, processInstanceId));
      }
    });

    it('of an older version changes no starts', async () => {
      const id = await idOf(messageStart('a', 'one'));
      await test.deploy(messageStart('a', 'two'));
      ok(await test.runtime.deleteProcessDefinition(context, id));
      assert.equal(ok(await publish('two')).outcome, 'started');
    });

    it('of something that nobody knows is not found', async () => {
      for (const id of ['', 'x', 'a\0b', '01890a5d-ac96-774b-bcce-b302099a8057']) {
        refusal(await test.runtime.deleteProcessDefinition(context, id), 'not-found');
      }
    });
  });
});

/** Without what is only told, such as a missing drawing. */
function errorsOf({ diagnostics = [] }: Problem) {
  return diagnostics.filter(({ severity }) => severity === 'error');
}
