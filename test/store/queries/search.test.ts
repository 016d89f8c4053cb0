import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { SearchRequest } from '../../../src/runtime/ports.js';
import { sqliteDialect } from '../../../src/store/dialect.js';
import type { Search } from '../../../src/store/queries/search.js';
import { runSearch } from '../../../src/store/queries/search.js';
import type { SqlRow } from '../../../src/store/sql-value.js';

const search: Search<string> = {
  table: 'thing',
  columns: 'name',
  decode: ([name]) => String(name),
  fields: new Map([['name', { column: 'name', kind: 'text', isNullable: false }]]),
  idField: 'name',
  within: () => [],
};

/** What a search for a page reads, in a table that has these rows on the page and a hundred in all. */
async function searched(rows: readonly SqlRow[], page: SearchRequest['page']) {
  const texts: string[] = [];
  const reader = {
    dialect: sqliteDialect,
    readAll: (reads: readonly { readonly statement: { readonly sql: string } }[]) => {
      texts.push(...reads.map(({ statement }) => statement.sql));
      return Promise.resolve(
        reads.map(({ statement }) => (statement.sql.startsWith('SELECT count') ? [[100]] : rows)),
      );
    },
  };
  const request = { filter: { name: { $neq: '?' } }, sort: [], page };
  const { page: found } = await runSearch(reader, search, 't', request);
  return { texts, totalItems: found.totalItems };
}

describe('a search', () => {
  it('counts nothing where the first page has all there is', async () => {
    assert.deepEqual(await searched([['a', 'a']], { limit: 2 }), {
      texts: [
        'SELECT name, name FROM thing WHERE thing.tenant_id = $1 AND (name IS DISTINCT FROM $2) ORDER BY name asc LIMIT $3',
      ],
      totalItems: 1,
    });
  });

  for (const [page, rows] of [
    [{ limit: 1 }, [['a', 'a']]],
    [{ limit: 2, from: 1 }, [['a', 'a']]],
    [{ limit: 2, from: 200 }, []],
    [{ limit: 2, after: Buffer.from('["name asc","a"]').toString('base64url') }, []],
  ] as const) {
    it(`counts where there may be more: ${JSON.stringify(page)}`, async () => {
      const { texts, totalItems } = await searched(rows, page);
      assert.equal(totalItems, 100);
      assert.match(
        texts[1] ?? '',
        /^SELECT count\(\*\) FROM \(SELECT 1 FROM thing WHERE .* LIMIT \$3\) AS matching$/,
      );
    });
  }
});
