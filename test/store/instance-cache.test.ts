import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { InstanceCache } from '../../src/store/instance-cache.js';
import { instanceRow } from './rows.js';

describe('the cache of process instances', () => {
  const put = (cache: InstanceCache, processInstanceId: string, length: number) =>
    cache.put(instanceRow({ processInstanceId }), length);

  it('answers what was put last', () => {
    const cache = new InstanceCache();
    put(cache, 'a', 10);
    const next = instanceRow({ processInstanceId: 'a', revision: 2 });
    cache.put(next, 10);
    assert.equal(cache.get('a'), next);
    cache.delete('a');
    assert.equal(cache.get('a'), undefined);
  });

  it('lets go of the longest unused when it is full', () => {
    const cache = new InstanceCache();
    const ids = Array.from({ length: 10 }, (_, index) => `i${index}`);
    ids.forEach((id) => put(cache, id, 1_500_000));
    cache.get('i0');
    put(cache, 'more', 1_500_000);
    assert.deepEqual(
      ids.filter((id) => cache.get(id) === undefined),
      ['i1'],
    );
    assert.ok(cache.get('more') !== undefined);
  });

  it('does not let one large document push out all others', () => {
    const cache = new InstanceCache();
    put(cache, 'a', 10);
    put(cache, 'huge', 5_000_000);
    assert.equal(cache.get('huge'), undefined);
    assert.ok(cache.get('a') !== undefined);
  });

  it('forgets everything when it is told to', () => {
    const cache = new InstanceCache();
    put(cache, 'a', 10);
    cache.clear();
    assert.equal(cache.get('a'), undefined);
  });
});
