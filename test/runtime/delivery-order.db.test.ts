import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'mocha';
import { type Store, StoreUnavailable, type Transaction } from '../../src/runtime/ports.js';
import { bpmn } from '../support/bpmn-builder.js';
import { context, ok, useRuntime } from './use-runtime.js';

/** Throws `count` messages or signals, numbered, in one command. */
function sender(id: string, what: 'message' | 'signal', correlationKey = '=order') {
  const thrown = what === 'message' ? { message: 'paid', publish: { correlationKey } } : { signal: 'paid' };
  return bpmn(id)
    .startEvent('start')
    .exclusiveGateway('again')
    .intermediateThrowEvent('throw', { ...thrown, inputs: { note: '=n' }, outputs: { n: '=n + 1' } })
    .exclusiveGateway('enough')
    .when('=n <= last')
    .connectTo('again')
    .at('enough')
    .otherwise()
    .userTask('rest')
    .connectTo('again');
}

/** Writes down what it gets, in the order of its coming, until it is closed. */
function receiver(id: string, what: 'message' | 'signal') {
  return bpmn(id)
    .startEvent('start')
    .userTask('task')
    .endEvent('end')
    .boundaryEvent('note', {
      attachedTo: 'task',
      interrupting: false,
      ...(what === 'message' ? { message: { name: 'paid', correlationKey: '=order' } } : { signal: 'paid' }),
      outputs: { notes: '=append(notes, note)' },
    })
    .endEvent('noted');
}

const upTo = (last: number) => Array.from({ length: last }, (_, index) => index + 1);

describe('what one instance throws', () => {
  /** Whether a transaction that is about an instance fails, and how. */
  let failure: (processInstanceId: string) => Error | undefined = () => undefined;
  const wrap = (store: Store): Store => ({
    ...{ isSerial: store.isSerial, queries: store.queries },
    ...{ ping: () => store.ping(), close: () => store.close() },
    openHints: (heard) => store.openHints(heard),
    transact: (work, options) => store.transact((tx) => work(failing(tx)), options),
  });
  const failing = (tx: Transaction): Transaction =>
    new Proxy(tx, {
      get(target, name) {
        const port: unknown = Reflect.get(target, name, target);
        if (typeof port === 'function')
          return (...args: unknown[]): unknown => Reflect.apply(port, target, args);
        if (name !== 'processInstances') return port;
        const load: Transaction['processInstances']['load'] = (tenantId, id) => {
          const error = failure(id);
          return error ? Promise.reject(error) : target.processInstances.load(tenantId, id);
        };
        return { ...target.processInstances, load };
      },
    });
  const test = useRuntime({ wrap });
  beforeEach(() => {
    failure = () => undefined;
  });

  const notes = async (processInstanceId: string) => (await test.variables(processInstanceId))['notes'];
  const start = async (bpmnProcessId: string, variables: Readonly<Record<string, string | number>>) =>
    ok(
      await test.runtime.startProcessInstance(context, {
        bpmnProcessId,
        variables: { notes: [], n: 1, ...variables },
      }),
    ).processInstanceId;

  for (const what of ['message', 'signal'] as const) {
    it(`in one command arrives in that order: ${what}s`, async () => {
      await test.deploy(sender('sender', what), receiver('receiver', what));
      const receivers = [];
      for (let index = 0; index < 3; index++) receivers.push(await start('receiver', { order: `o${index}` }));
      for (let index = 0; index < 3; index++) {
        if (what === 'message' || index === 0) await start('sender', { order: `o${index}`, last: 25 });
      }
      await test.rest();
      for (const id of receivers) assert.deepEqual(await notes(id), upTo(25));
    });
  }

  it('in one command after the other arrives in that order', async () => {
    await test.deploy(sender('sender', 'message'), receiver('receiver', 'message'));
    const id = await start('receiver', { order: 'o' });
    await start('sender', { order: 'o', last: 3 });
    for (const last of [5, 9, 20]) {
      const [task] = (await test.userTasks()).filter(
        ({ bpmnProcessId, state }) => bpmnProcessId === 'sender' && state === 'created',
      );
      ok(await test.runtime.completeUserTask(context, task?.userTaskId ?? '', { variables: { last } }));
    }
    await test.rest();
    assert.deepEqual(await notes(id), upTo(20));
  });

  it('to an instance that is suspended arrives in that order when it is resumed', async () => {
    await test.deploy(sender('sender', 'message'), receiver('receiver', 'message'));
    await test.deploy(sender('signaler', 'signal'), receiver('listener', 'signal'));
    const ids = [await start('receiver', { order: 'o' }), await start('listener', { order: 'o' })];
    for (const id of ids) ok(await test.runtime.suspendProcessInstance(context, id));
    await start('sender', { order: 'o', last: 25 });
    await start('signaler', { order: 'o', last: 25 });
    await test.rest();
    for (const id of ids) {
      assert.deepEqual(await notes(id), []);
      ok(await test.runtime.resumeProcessInstance(context, id));
    }
    await test.rest();
    for (const id of ids) assert.deepEqual(await notes(id), upTo(25));
  });

  it('keeps its order while the database is away for one of them', async () => {
    test.expectsErrors = true;
    await test.deploy(sender('sender', 'message'), receiver('receiver', 'message'));
    const id = await start('receiver', { order: 'o' });
    let failures = 0;
    // Every third attempt to reach the receiver fails.
    failure = (about) =>
      about === id && ++failures % 3 === 0 ? new StoreUnavailable('away for a moment') : undefined;
    await start('sender', { order: 'o', last: 10 });
    await test.until(async () => {
      test.clock.advance(500);
      return test.isAtRest();
    }, 'everything to arrive');
    assert.ok(failures > 10);
    assert.deepEqual(await notes(id), upTo(10));
  });

  it('goes on behind something that fails for a reason of its own, which is tried again by itself', async () => {
    test.expectsErrors = true;
    const key = '=if n = 2 then "broken" else "sound"';
    await test.deploy(sender('sender', 'message', key), receiver('receiver', 'message'));
    const broken = await start('receiver', { order: 'broken' });
    const sound = await start('receiver', { order: 'sound' });
    failure = (about) => (about === broken ? new Error('on purpose') : undefined);
    await start('sender', { last: 5 });
    await test.until(async () => (await test.tables()).delivery.length === 1, 'the others to arrive');
    assert.deepEqual(await notes(sound), [1, 3, 4, 5]);
    failure = () => undefined;
    await test.until(async () => {
      test.clock.advance(500);
      return test.isAtRest();
    }, 'it to arrive');
    assert.deepEqual(await notes(broken), [2]);
  });
});
