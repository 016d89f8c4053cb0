import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { Store } from '../../src/runtime/ports.js';
import { oneTimer } from './models.js';
import { context, ok, useRuntime } from './use-runtime.js';

describe('a server that starts on a database with much in it', function () {
  this.timeout(60_000);
  const test = useRuntime();

  /** What is asked of the database between the start and the first sleep, and how many rows the longest answer has. */
  const startAndCount = async () => {
    const asked: string[] = [];
    let longest = 0;
    const wrap = (store: Store): Store => {
      const queries = new Proxy(store.queries, {
        get: (target, name) => {
          const query: unknown = Reflect.get(target, name, target);
          if (typeof query !== 'function') return query;
          return async (...args: unknown[]): Promise<unknown> => {
            asked.push(String(name));
            const answer: unknown = await Reflect.apply(query, target, args);
            if (Array.isArray(answer)) longest = Math.max(longest, answer.length);
            return answer;
          };
        },
      });
      return {
        ...{ isSerial: store.isSerial, queries },
        ping: () => store.ping(),
        openHints: (heard) => store.openHints(heard),
        close: () => store.close(),
        transact(work, options) {
          asked.push('transact');
          return store.transact(work, options);
        },
      };
    };
    await test.replaceRuntime({ wrap });
    await test.asleep();
    return { asked: [...asked].sort(), longest };
  };

  it('reads as little as on one with little: nothing of what waits is kept in memory', async () => {
    await test.deploy(oneTimer('wait', 'P30D'));
    const begin = (count: number) =>
      Promise.all(
        Array.from({ length: count }, async () =>
          ok(await test.runtime.startProcessInstance(context, { bpmnProcessId: 'wait' })),
        ),
      );
    await begin(2);
    const little = await startAndCount();
    for (let round = 0; round < 10; round++) await begin(100);
    const much = await startAndCount();
    assert.deepEqual(much, little);
    assert.equal(much.longest, 0);
  });
});
