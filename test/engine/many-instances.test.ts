import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { bpmn } from '../support/bpmn-builder.js';
import { multiInstance } from '../support/bpmn-loops.js';
import { cpuTimeMs } from '../support/cpu-time.js';
import type { Model } from '../support/read-model.js';
import { InstanceAlone } from './alone.js';

const few = 250;
/** A look at each of them per command would make a command this many times as expensive. */
const times = 32;
const commandsTimed = 200;

const arms = () => bpmn('p').startEvent('s').parallelGateway('fork').task('first');

const models: Readonly<Record<string, Model>> = {
  'in a parallel multi-instance activity': bpmn('p')
    .startEvent('s')
    .userTask('work', { content: multiInstance({ cardinality: '=size' }) })
    .endEvent('e'),
  'with tokens waiting at a parallel join': arms()
    .parallelGateway('join')
    .endEvent('e')
    .at('fork')
    .userTask('work')
    .connectTo('join')
    .at('fork')
    .userTask('other')
    .connectTo('join'),
  'while an inclusive join waits for them': arms()
    .inclusiveGateway('join')
    .endEvent('e')
    .at('fork')
    .userTask('work')
    .exclusiveGateway('x')
    .when('=ok')
    .connectTo('join')
    .at('x')
    .otherwise()
    .endEvent('e2'),
};

/** An instance with so many tokens at `work`. */
async function instanceWith(model: Model, size: number): Promise<InstanceAlone> {
  const run = await InstanceAlone.of(model, { ok: false, size });
  for (let open = run.waiting('work').length; open < size; open += few) {
    const activate = Array.from({ length: Math.min(few, size - open) }, () => ({ elementId: 'work' }));
    run.send({ type: 'modifyProcessInstance', activate, cancel: [], move: [] });
  }
  return run;
}

async function timePerCommand(run: InstanceAlone): Promise<number> {
  const waiting = run.waiting('work');
  let next = 0;
  const spent: number[] = [];
  for (let round = 0; round < 3; round++) {
    const part = waiting.slice(next, (next += commandsTimed / 4));
    const complete = ({ key, waitKey }: (typeof part)[number]): void =>
      run.send({ type: 'completeUserTask', elementInstanceKey: key, waitKey, variables: {} });
    spent.push(await cpuTimeMs(() => part.forEach(complete)));
  }
  return Math.min(...spent);
}

describe('a command in an instance with many open element instances', () => {
  for (const [title, model] of Object.entries(models)) {
    it(`costs the same as with few, ${title}`, async () => {
      const some = await instanceWith(model, few);
      const many = await instanceWith(model, few * times);
      await timePerCommand(await instanceWith(model, few)); // The first is slower: code is compiled.
      const [forFew, forMany] = [await timePerCommand(some), await timePerCommand(many)];
      assert.ok(
        forMany < Math.max(forFew, 0.5) * (times / 4),
        `Expected ${forMany} ms with ${times} times as many to be about the ${forFew} ms with ${few}.`,
      );
    });
  }
});
