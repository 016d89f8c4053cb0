import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { JsonValue } from '../../src/engine/json.js';
import {
  type FieldFilter,
  InvalidCursor,
  type ProcessInstanceRow,
  type SearchRequest,
} from '../../src/runtime/ports.js';
import { endedInstance, instanceRow, jobRow, someTime, tenantId } from './rows.js';
import { useTestStore } from './use-test-store.js';

describe('searches', () => {
  const test = useTestStore();

  const insert = (
    ...rows: readonly (Partial<ProcessInstanceRow> & { readonly processInstanceId: string })[]
  ) => test.write((tx) => rows.forEach((row) => tx.processInstances.insert(instanceRow(row))));

  const search = (request: Partial<SearchRequest>) =>
    test.store.queries.searchProcessInstances(tenantId, {
      filter: {},
      sort: [],
      page: { limit: 100 },
      ...request,
    });

  const find = async (request: Partial<SearchRequest>): Promise<readonly string[]> =>
    (await search(request)).items.map(({ processInstanceId }) => processInstanceId);

  const filtered = (field: string, filter: FieldFilter) => find({ filter: { [field]: filter } });

  it('answers an instance without its document, with what its state tells', async () => {
    const failed = instanceRow({ processInstanceId: 'b', businessKey: 'k', hasIncident: true });
    const terminated: ProcessInstanceRow = {
      ...failed,
      endedAt: someTime + 1,
      state: { ...failed.state, status: 'terminated', errorCode: 'E1' },
    };
    await insert({ processInstanceId: 'a' }, terminated);
    const summary = {
      tenantId,
      processDefinitionId: 'definition-1',
      bpmnProcessId: 'order',
      version: 1,
      startedAt: someTime,
      suspended: false,
    };
    assert.deepEqual((await search({})).items, [
      { ...summary, processInstanceId: 'a', hasIncident: false, status: 'active' },
      {
        ...summary,
        processInstanceId: 'b',
        hasIncident: true,
        businessKey: 'k',
        endedAt: someTime + 1,
        status: 'terminated',
        errorCode: 'E1',
      },
    ]);
  });

  it('compares texts, numbers, times and booleans', async () => {
    await insert(
      { processInstanceId: 'a', version: 1, businessKey: 'B', startedAt: someTime },
      { processInstanceId: 'b', version: 2, businessKey: 'a', startedAt: someTime + 1, hasIncident: true },
      endedInstance(instanceRow({ processInstanceId: 'c', version: 10 }), someTime + 5),
    );
    assert.deepEqual(await filtered('processInstanceId', { $eq: 'b' }), ['b']);
    assert.deepEqual(await filtered('version', { $gt: 1, $lt: 10 }), ['b']);
    assert.deepEqual(await filtered('version', { $gte: 2, $lte: 10 }), ['b', 'c']);
    assert.deepEqual(await filtered('version', { $gt: 1.5 }), ['b', 'c']);
    assert.deepEqual(await filtered('version', { $lt: 1e300 }), ['a', 'b', 'c']);
    assert.deepEqual(await filtered('version', { $in: [1, 10, 99] }), ['a', 'c']);
    assert.deepEqual(await filtered('version', { $in: [] }), []);
    assert.deepEqual(await filtered('startedAt', { $gt: someTime }), ['b']);
    assert.deepEqual(await filtered('hasIncident', { $eq: true }), ['b']);
    assert.deepEqual(await filtered('hasIncident', { $neq: true }), ['a', 'c']);
    assert.deepEqual(await filtered('state', { $eq: 'completed' }), ['c']);
    assert.deepEqual(await filtered('state', { $in: ['active', 'canceled'] }), ['a', 'b']);
    assert.deepEqual(await filtered('businessKey', { $gte: 'a' }), ['b']);
    assert.deepEqual(await filtered('suspended', { $eq: false }), ['a', 'b', 'c']);
  });

  it('knows absent values: they exist not, equal nothing, and differ from everything', async () => {
    await insert({ processInstanceId: 'a' }, { processInstanceId: 'b', businessKey: 'k' });
    assert.deepEqual(await filtered('businessKey', { $exists: true }), ['b']);
    assert.deepEqual(await filtered('businessKey', { $exists: false }), ['a']);
    assert.deepEqual(await filtered('businessKey', { $neq: 'k' }), ['a']);
    assert.deepEqual(await filtered('businessKey', { $neq: 'x' }), ['a', 'b']);
    assert.deepEqual(await filtered('businessKey', { $lt: 'z' }), ['b']);
  });

  it('asks for all conditions of a filter', async () => {
    await insert(
      { processInstanceId: 'a', businessKey: 'k', version: 1 },
      { processInstanceId: 'b', businessKey: 'k', version: 2 },
      { processInstanceId: 'c', businessKey: 'l', version: 2 },
    );
    assert.deepEqual(await find({ filter: { businessKey: { $eq: 'k' }, version: { $eq: 2 } } }), ['b']);
  });

  it('matches patterns with regard to case, and takes escaped and special characters as they are', async () => {
    const keys = [
      'Order-1',
      'order-1',
      'order-12',
      'or*er',
      'or?er',
      'or[d]er',
      'or%er',
      'or_er',
      'or\\er',
      '😀x',
    ];
    await insert(...keys.map((businessKey, index) => ({ processInstanceId: `i${index}`, businessKey })));
    const like = async (pattern: string): Promise<readonly string[]> =>
      (await filtered('businessKey', { $like: pattern })).map((id) => keys[Number(id.slice(1))] ?? '');
    assert.deepEqual(await like('order-*'), ['order-1', 'order-12']);
    assert.deepEqual(await like('order-1?'), ['order-12']);
    assert.deepEqual(await like('?rder-1'), ['Order-1', 'order-1']);
    assert.deepEqual(await like('or\\*er'), ['or*er']);
    assert.deepEqual(await like('or\\?er'), ['or?er']);
    assert.deepEqual(await like('or[d]er'), ['or[d]er']);
    assert.deepEqual(await like('or%er'), ['or%er']);
    assert.deepEqual(await like('or_er'), ['or_er']);
    assert.deepEqual(await like('or\\\\er'), ['or\\er']);
    assert.deepEqual(await like('?x'), ['😀x']);
    assert.deepEqual((await like('***')).length, keys.length);
    assert.deepEqual(await like('order-1\\'), []);
    assert.deepEqual(await like(''), []);
  });

  it('finds instances by the values of variables, all of those that are given', async () => {
    await insert(...['a', 'b', 'c'].map((processInstanceId) => ({ processInstanceId })));
    const put = (id: string, values: Readonly<Record<string, JsonValue | undefined>>) =>
      test.write((tx) => {
        const variables = Object.entries(values).map(([name, value]) => ({
          name,
          value: value === undefined ? undefined : JSON.stringify(value),
        }));
        tx.variables.put(tenantId, id, variables);
      });
    await put('a', { amount: 10, express: true, city: 'Köln', none: null });
    await put('b', { amount: 10, express: false, long: 'x'.repeat(1000) });
    await put('c', { amount: '10', city: 'Bonn' });
    const byVariables = (values: Readonly<Record<string, JsonValue>>) =>
      find({ variables: Object.entries(values).map(([name, value]) => ({ name, value })) });
    assert.deepEqual(await byVariables({ amount: 10 }), ['a', 'b']);
    assert.deepEqual(await byVariables({ amount: '10' }), ['c']);
    assert.deepEqual(await byVariables({ amount: 10, express: true }), ['a']);
    assert.deepEqual(await byVariables({ none: null }), ['a']);
    assert.deepEqual(await byVariables({ city: 'köln' }), []);
    assert.deepEqual(await byVariables({ long: 'x'.repeat(1000) }), []);
    await put('a', { amount: 11, city: undefined });
    assert.deepEqual(await byVariables({ amount: 10 }), ['b']);
    assert.deepEqual(await byVariables({ amount: 11 }), ['a']);
    assert.deepEqual(await byVariables({ city: 'Köln' }), []);
  });

  it('sorts by the bytes of texts, with absent values after all others, or before them in descending order', async () => {
    const keys = ['a', 'B', undefined, 'ä', 'Z', '€', '😀'];
    await insert(
      ...keys.map((businessKey, index) => ({
        processInstanceId: `i${index}`,
        ...(businessKey === undefined ? {} : { businessKey }),
      })),
    );
    const sorted = async (order: 'asc' | 'desc'): Promise<readonly unknown[]> =>
      (await search({ sort: [{ field: 'businessKey', order }] })).items.map(({ businessKey }) => businessKey);
    const ascending = ['B', 'Z', 'a', 'ä', '€', '😀', undefined];
    assert.deepEqual(await sorted('asc'), ascending);
    assert.deepEqual(await sorted('desc'), ascending.toReversed());
  });

  describe('pages', () => {
    const orders: readonly SearchRequest['sort'][] = [
      [],
      [{ field: 'startedAt', order: 'asc' }],
      [{ field: 'startedAt', order: 'desc' }],
      [{ field: 'businessKey', order: 'asc' }],
      [{ field: 'businessKey', order: 'desc' }],
      [
        { field: 'endedAt', order: 'desc' },
        { field: 'businessKey', order: 'asc' },
        { field: 'version', order: 'desc' },
      ],
      [{ field: 'processInstanceId', order: 'desc' }],
    ];
    const count = 300;

    const insertMany = () =>
      insert(
        ...Array.from({ length: count }, (_, index) => ({
          processInstanceId: `i${String((index * 7) % count).padStart(3, '0')}`,
          version: 1 + (index % 2),
          startedAt: someTime + (index % 5),
          ...(index % 3 === 0 ? {} : { businessKey: `k${index % 4}` }),
          ...(index % 2 === 0 ? {} : { endedAt: someTime + (index % 3) }),
        })),
      );

    it('put together are the whole, forwards and backwards, among equal and absent values', async function () {
      this.timeout(60_000);
      await insertMany();
      for (const sort of orders) {
        const all = await find({ sort, page: { limit: count } });
        assert.equal(new Set(all).size, count);
        for (const limit of [37, 299]) {
          assert.deepEqual(await walk(sort, limit, 'after'), all);
          assert.deepEqual(await walk(sort, limit, 'before'), all);
        }
      }
    });

    async function walk(
      sort: SearchRequest['sort'],
      limit: number,
      direction: 'after' | 'before',
    ): Promise<readonly string[]> {
      const found: string[] = [];
      const start = direction === 'after' ? { limit } : { limit: 1, from: count - 1 };
      let result = await search({ sort, page: start });
      while (result.items.length > 0) {
        const ids = result.items.map(({ processInstanceId }) => processInstanceId);
        if (direction === 'after') found.push(...ids);
        else found.unshift(...ids);
        const cursor = direction === 'after' ? result.page.endCursor : result.page.startCursor;
        assert.ok(cursor !== undefined);
        result = await search({ sort, page: { limit, [direction]: cursor } });
      }
      assert.deepEqual(result.page, { totalItems: count, hasMoreTotalItems: false });
      return found;
    }

    it('begin at a place by number, and count the whole', async () => {
      await insertMany();
      const result = await search({ page: { limit: 2, from: 100 } });
      assert.deepEqual(
        result.items.map(({ processInstanceId }) => processInstanceId),
        ['i100', 'i101'],
      );
      assert.equal(result.page.totalItems, count);
    });

    it('refuse a cursor of another order, and what is none', async () => {
      await insertMany();
      const { page } = await search({ sort: [{ field: 'startedAt', order: 'asc' }], page: { limit: 1 } });
      const cursorOf = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
      const order = 'processInstanceId asc';
      const wrong = [
        page.endCursor ?? '',
        '',
        '###',
        cursorOf(['startedAt asc', 1]),
        cursorOf([order]),
        cursorOf([order, 1]),
        cursorOf([order, null]),
        cursorOf([order, ['i001']]),
        cursorOf({ order }),
      ];
      for (const after of wrong) {
        await assert.rejects(search({ page: { limit: 1, after } }), InvalidCursor);
        await assert.rejects(search({ page: { limit: 1, before: after } }), InvalidCursor);
      }
      assert.deepEqual(await find({ page: { limit: 1, after: cursorOf([order, 'i001']) } }), ['i002']);
    });
  });

  it('counts to 10,000 and says that there are more', async function () {
    this.timeout(60_000);
    const insertJobs = (from: number) =>
      test.write((tx) => {
        for (let index = from; index < from + 5_000; index += 1)
          tx.jobs.insert(jobRow({ jobId: `job-${index}` }));
      });
    await insertJobs(0);
    await insertJobs(5_000);
    const count = async (): Promise<unknown> =>
      (await test.store.queries.searchJobs(tenantId, { filter: {}, sort: [], page: { limit: 1 } })).page;
    const cursors = (await count()) as object;
    assert.deepEqual(cursors, { ...cursors, totalItems: 10_000, hasMoreTotalItems: false });
    await test.write((tx) => tx.jobs.insert(jobRow({ jobId: 'job-one-more' })));
    assert.deepEqual(await count(), { ...cursors, totalItems: 10_000, hasMoreTotalItems: true });
  });

  it('refuses a field that it does not know', async () => {
    await assert.rejects(filtered('document', { $eq: 'x' }), RangeError);
    await assert.rejects(find({ sort: [{ field: 'tenantId', order: 'asc' }] }), RangeError);
  });

  it('takes SQL in values, patterns and names of variables as the text that it is', async () => {
    await insert({ processInstanceId: 'a', businessKey: "'; DROP TABLE job; --" });
    const hostile = ["'", "' OR '1'='1", '") OR 1=1 --', '$1', '?', '??', ':name', "\\'; --"];
    for (const text of hostile) {
      assert.deepEqual(await filtered('businessKey', { $eq: text }), []);
      assert.deepEqual(await filtered('businessKey', { $in: [text] }), []);
      assert.deepEqual(await find({ variables: [{ name: text, value: text }] }), []);
      assert.deepEqual(await find({ filter: { businessKey: { $like: `x${text}` } } }), []);
    }
    assert.deepEqual(await filtered('businessKey', { $eq: "'; DROP TABLE job; --" }), ['a']);
  });
});
