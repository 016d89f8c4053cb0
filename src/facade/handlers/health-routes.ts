import { getLiveness, getOpenApi, getReadiness } from '../../contract/health.js';
import { done, route } from '../handler.js';
import { refuse } from '../respond/refusal.js';

export const healthRoutes = [
  route(getLiveness, async () => done(200, { status: 'alive' })),

  route(getReadiness, async (_call, { runtime, stopping, logger }) => {
    if (stopping.aborted) throw refuse('service-unavailable', 'The server is stopping.');
    const { ready, reasons } = await runtime.readiness();
    if (ready) return done(200, { status: 'ready' });
    // Anybody may ask, and a reason may name the database.
    logger.warn({ reasons }, 'the server is not ready');
    throw refuse('service-unavailable', 'The server is not ready; its log tells why.');
  }),

  route(getOpenApi, async (_call, { openApi }) => done(200, openApi)),
];
