import type { z } from 'zod';
import { auditFields, exportAuditEntries, searchAuditEntries } from '../../contract/audit-entries.js';
import type { Queries, SearchRequest } from '../../runtime/queries.js';
import type { AuditRow } from '../../runtime/ports.js';
import { route, type Services, streamed } from '../handler.js';
import { searchRequestOf } from '../request/search-request.js';
import type { StreamOutput } from '../respond/stream-output.js';
import { auditView } from '../views/audit-view.js';
import { searchView } from '../views/search-view.js';

/** Entries that are read at a time: the most that wait in memory for a reader. */
const exportedTogether = 500;

/** How long a reader may take nothing of what waits for it. */
const stalledMs = 30_000;

export const auditRoutes = [
  route(searchAuditEntries, async ({ body, context }, { runtime, redact }) => {
    const request = searchRequestOf(auditFields, body);
    const found = await runtime.queries.searchAuditEntries(context.tenantId, request);
    return searchView(found, (row) => auditView(row, redact));
  }),

  route(exportAuditEntries, ({ query, context, onCallerGone, openStream }, services) =>
    services.waitingRoom.during(onCallerGone, async (signal) => {
      const pages = pagesOf(services.runtime.queries, context.tenantId, filterOf(query, services));
      // What cannot be read is told while there is still a status to tell it with.
      const first = await pages.next();
      const out = openStream();
      try {
        for (let page = first; !page.done; page = await pages.next()) {
          if (signal.aborted || !(await writePage(page.value, out, services))) {
            out.drop();
            return streamed;
          }
        }
        out.end();
      } catch (error) {
        services.logger.warn({ err: error }, 'an export of the audit log was cut off');
        out.drop();
      }
      return streamed;
    }),
  ),
];

/** Answers whether the reader has kept up. */
async function writePage(
  rows: readonly AuditRow[],
  out: StreamOutput,
  { redact }: Pick<Services, 'redact'>,
): Promise<boolean> {
  for (const row of rows) out.write(`${JSON.stringify(auditView(row, redact))}\n`);
  return !out.isBehind || (await out.caughtUp(stalledMs));
}

async function* pagesOf(
  queries: Pick<Queries, 'auditEntries'>,
  tenantId: string,
  filter: SearchRequest['filter'],
): AsyncGenerator<readonly AuditRow[], undefined> {
  const sort = [{ field: 'at', order: 'asc' }] as const;
  let after: string | undefined;
  do {
    const page = { limit: exportedTogether, ...(after === undefined ? {} : { after }) };
    const { items, endCursor } = await queries.auditEntries(tenantId, { filter, sort, page });
    yield items;
    after = endCursor;
  } while (after !== undefined);
  return undefined;
}

/** Nothing that is written meanwhile: otherwise a busy server would never come to the end. */
function filterOf(
  { from, to, ...others }: z.output<typeof exportAuditEntries.request.query>,
  { clock }: Pick<Services, 'clock'>,
): SearchRequest['filter'] {
  const equal = Object.entries(others).filter(([, value]) => value !== undefined);
  return {
    ...Object.fromEntries(equal.map(([name, value]) => [name, { $eq: value }])),
    at: {
      ...(from === undefined ? {} : { $gte: Date.parse(from) }),
      ...(to === undefined ? { $lte: clock.now() } : { $lt: Date.parse(to) }),
    },
  };
}
