import assert from 'node:assert/strict';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, it } from 'mocha';
import type { Store } from '../../src/runtime/ports.js';
import { copyRows, writeSql } from '../support/copy-rows.js';
import { oneTimer } from './models.js';
import { context, ok, useRuntime } from './use-runtime.js';

const many = 100_000;
const copy = 'copy-';
const copied = [
  { table: 'process_instance', ids: ['process_instance_id'] },
  { table: 'timer', ids: ['timer_id', 'process_instance_id'] },
] as const;
/** A hundred thousand of anything would take more, if it were only their ids. */
const grownMaxKib = 2_048;

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

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
    const before = heapKib();
    await test.replaceRuntime({ wrap });
    await test.asleep();
    return { asked: [...asked].sort(), longest, grownKib: heapKib() - before };
  };

  it('row 16: a hundred thousand waiting instances and timers, restart: it reads as little as with few, and keeps none of them in memory', async () => {
    await test.deploy(oneTimer('wait', 'P30D'));
    ok(await test.runtime.startProcessInstance(context, { bpmnProcessId: 'wait' }));
    const little = await startAndCount();
    for (const { table, ids } of copied) {
      const set = Object.fromEntries(ids.map((id) => [id, `'${copy}' || (1000000 + i)`]));
      await copyRows(test.databaseUrl, { table, where: `1 = 1`, from: 1, to: many, set });
    }
    try {
      const much = await startAndCount();
      process.stdout.write(
        `    ${much.asked.length} reads, ${Math.round(much.grownKib)} KiB more on the heap\n`,
      );
      assert.deepEqual(much.asked, little.asked);
      assert.equal(much.longest, 0);
      assert.ok(much.grownKib < grownMaxKib, `${much.grownKib} KiB more on the heap`);
    } finally {
      for (const { table, ids } of copied)
        await writeSql(test.databaseUrl, `DELETE FROM ${table} WHERE ${ids[0]} LIKE '${copy}%'`);
    }
  });
});

/** Without what nobody holds any more. */
function heapKib(): number {
  collectGarbage();
  return process.memoryUsage().heapUsed / 1_024;
}
