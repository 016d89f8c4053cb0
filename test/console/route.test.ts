import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { everyInstance, hashOf, routeOf, type Route } from '../../src/console/route.js';

describe('addresses of the page', () => {
  const nasty = 'a b&c=d?#%/"<script>';
  const routes: readonly Route[] = [
    { page: 'definitions', pageNumber: 1 },
    { page: 'definitions', pageNumber: 3 },
    { page: 'instances', search: everyInstance, pageNumber: 1 },
    { page: 'instance', processInstanceId: nasty },
    {
      page: 'instances',
      search: {
        processDefinitionId: nasty,
        businessKey: nasty,
        state: 'active',
        variableName: nasty,
        variableValue: '{"a": "?"}',
      },
      pageNumber: 2,
    },
  ];

  for (const route of routes) {
    it(`are read as they were written: ${hashOf(route)}`, () => {
      assert.match(hashOf(route), /^#\/[\w%.*+=&?/-]*$/);
      assert.deepEqual(routeOf(hashOf(route)), route);
    });
  }

  it('begin at the definitions, and are nothing where they are unknown', () => {
    assert.deepEqual(routeOf(''), { page: 'definitions', pageNumber: 1 });
    for (const unknown of ['#/elsewhere', '#/instances/', '#/instances/a/b', '#/instances/%E0%A4%A', '#x']) {
      assert.equal(routeOf(unknown), undefined, unknown);
    }
  });

  it('have the first page where the number of the page is none', () => {
    for (const number of ['0', '-1', '1e3', 'x', '99999999999']) {
      assert.deepEqual(routeOf(`#/?page=${number}`), { page: 'definitions', pageNumber: 1 });
    }
  });
});
