import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { documentOf, stateOf } from '../../src/engine/state-document.js';
import { bpmn } from '../support/bpmn-builder.js';
import { multiInstance } from '../support/bpmn-loops.js';
import { InstanceAlone } from './alone.js';

const model = bpmn('p')
  .startEvent('s')
  .serviceTask('work', { type: 'work', content: multiInstance({ collection: '=list', item: 'item' }) })
  .endEvent('e');

describe('the document of a state', () => {
  it('of any size is the JSON of the state, after every command, and gives the state again', async () => {
    for (const size of [3, 63, 64, 200]) {
      const run = await InstanceAlone.of(model, { list: Array.from({ length: size }, (_, n) => `"${n}"\n`) });
      for (const [elementInstanceKey, { waits = [] }] of run.state.elementInstances.entries()) {
        const document = documentOf(run.state);
        assert.deepEqual(JSON.parse(document), JSON.parse(JSON.stringify(run.state)));
        assert.deepEqual(stateOf(document), run.state);
        const [wait] = waits;
        if (wait) run.send({ type: 'completeJob', elementInstanceKey, waitKey: wait.key, variables: {} });
      }
      assert.equal(run.state.status, 'completed');
    }
  });

  it('of any release is read: element instances by key', () => {
    const document =
      '{"schema":1,"processInstanceId":"i","status":"active","lastKey":2,"at":7,"elementInstances":{"0":{"elementId":"p","tokens":1},"1":{"elementId":"t","scope":0,"waits":[{"kind":"job","key":2}]}}}';
    const state = stateOf(document);
    assert.equal(state.elementInstances.get(1)?.elementId, 't');
    assert.equal(documentOf(state), document);
  });
});
