import assert from 'node:assert/strict';
import { RouteTable } from '../../src/facade/route-table.js';

describe('the routes by path', () => {
  const table = new RouteTable<string>();
  for (const path of ['/v1/jobs/{jobId}', '/v1/jobs/search', '/v1/jobs/{jobId}/complete', '/healthz'])
    table.add(path, path);

  it('finds what is fixed before what is anything', () => {
    assert.deepEqual(table.find('/v1/jobs/search'), { value: '/v1/jobs/search', params: {} });
    assert.deepEqual(table.find('/healthz'), { value: '/healthz', params: {} });
  });

  it('answers the parameters decoded', () => {
    const params = { jobId: 'a/b c' };
    assert.deepEqual(table.find('/v1/jobs/a%2Fb%20c'), { value: '/v1/jobs/{jobId}', params });
    assert.deepEqual(table.find('/v1/jobs/a%2Fb%20c/complete')?.params, params);
  });

  it('finds nothing for a parameter without a character, another case, or a slash at the end', () => {
    for (const path of ['/v1/jobs/', '/V1/jobs/1', '/healthz/', '/v1/jobs//complete', '/v1/jobs/1/'])
      assert.equal(table.find(path), undefined, path);
  });

  it('throws for a parameter that is not percent-encoded UTF-8', () => {
    assert.throws(() => table.find('/v1/jobs/%ff'), URIError);
  });
});
