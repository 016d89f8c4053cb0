import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { createScriptCheck } from '../../../src/adapters/script/check-script.js';
import { readBpmn } from '../../../src/definitions/index.js';
import { bpmn } from '../../support/bpmn-builder.js';

describe('the check of scripts at deployment', () => {
  it('finds nothing wrong with what compiles, and runs nothing', async () => {
    const check = await createScriptCheck();
    for (const source of ['a + 1', 'next(null, { total: 1 })', 'while (true) {}', 'throw new BpmnError("E")'])
      assert.equal(check(source), undefined, source);
  });

  it('tells what is wrong and in which line', async () => {
    const check = await createScriptCheck();
    assert.equal(check('const a = 1;\nconst b = ;\n')?.line, 2);
    assert.match(check('(1')?.message ?? '', /expecting '\)'/);
  });

  it('stops at what nests too deep, and goes on to check others', async () => {
    const check = await createScriptCheck();
    assert.ok(check('('.repeat(100_000)) !== undefined);
    assert.equal(check(`${'(() => {'.repeat(30)}1${'})'.repeat(30)}`), undefined);
    assert.equal(check('1'), undefined);
  });

  it('refuses a model with a diagnostic of element and line', async () => {
    const checkScript = await createScriptCheck();
    const model = bpmn('p')
      .startEvent('s')
      .scriptTask('x', {
        attributes: { scriptFormat: 'javascript' },
        content: ['<bpmn:script>let a = 1;\nlet = = 2;</bpmn:script>'],
      })
      .endEvent('e');
    const resource = { name: 'p.bpmn', content: model.toXml() };
    const { ok, diagnostics } = await readBpmn(resource, { purpose: 'deploy', checkScript });
    assert.equal(ok, false);
    const [found] = diagnostics;
    assert.deepEqual([found?.code, found?.elementId], ['unsupported-script', 'x']);
    assert.match(found?.message ?? '', /JavaScript but found in line 2 of the script/);
    assert.ok((await readBpmn(resource, { purpose: 'load' })).ok);
  });
});
