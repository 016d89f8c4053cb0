import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'mocha';
import { type Failpoint, failpoint, failpoints, setFailpointHook } from '../../src/platform/failpoints.js';
import { configVariables } from '../../src/platform/config-variables.js';

describe('failpoints', () => {
  afterEach(() => setFailpointHook(undefined));

  it('do nothing unless code has set a hook, which no variable can', () => {
    for (const point of failpoints) failpoint(point);
    const suspicious = configVariables.filter((name) => /crash|fail|(?<!web)hook/i.test(name));
    assert.deepEqual(suspicious, []);
  });

  it('call the hook at each passage, until it is taken away', () => {
    const passed: Failpoint[] = [];
    setFailpointHook((point) => passed.push(point));
    failpoint('before-commit');
    failpoint('after-commit');
    setFailpointHook(undefined);
    failpoint('before-answer');
    assert.deepEqual(passed, ['before-commit', 'after-commit']);
  });
});
