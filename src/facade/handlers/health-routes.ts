import { getLiveness, getMetrics, getOpenApi, getReadiness } from '../../contract/health.js';
import { done, route } from '../handler.js';
import { refuse } from '../respond/refusal.js';

export const healthRoutes = [
  route(getLiveness, async () => done(200, { status: 'alive' })),

  route(getReadiness, async (_call, { readiness, stopping, logger, queueIsUp }) => {
    if (stopping.aborted) throw refuse('service-unavailable', 'The server is stopping.');
    const { ready, reasons } = await readiness();
    const isUp = queueIsUp();
    // A queue that is away is no reason to keep requests from the server: their jobs wait.
    const queue = isUp === undefined ? {} : { queue: isUp ? ('up' as const) : ('down' as const) };
    if (ready) return done(200, { status: 'ready', ...queue });
    logger.warn({ reasons }, 'the server is not ready');
    throw refuse('service-unavailable', `The server is not ready. ${reasons.join(' ')}`);
  }),

  route(getMetrics, async (_call, { metrics }) => done(200, await metrics())),

  route(getOpenApi, async (_call, { openApi }) => {
    const { document, text } = openApi();
    return { ...done(200, document), text };
  }),
];
