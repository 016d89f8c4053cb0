import type { Request, Response } from 'express';
import type { Clock } from '../platform/clock.js';
import type { Logger } from '../platform/logger.js';
import { exchangeOf } from './request/exchange.js';

/** Writes one line when the answer is complete or the caller has gone; neither bodies nor the query are in it. */
export function logRequest(req: Request, res: Response, logger: Logger, clock: Clock): void {
  if (!logger.isLevelEnabled('info')) return;
  const { method, path } = req;
  res.once('close', () => {
    const { requestId, traceparent, operationId, principal, tenantId, sourceAddress, receivedAt } =
      exchangeOf(req);
    const line = {
      requestId,
      traceparent,
      method,
      path,
      operationId,
      actor: principal?.id,
      tenantId,
      processInstanceId: instanceOf(req.params['processInstanceId']),
      sourceAddress,
      status: res.statusCode,
      durationMs: Math.max(0, clock.now() - receivedAt),
      ...(res.writableFinished ? {} : { callerGone: true }),
    };
    logger.info(line, 'request');
  });
}

/** As the caller has written it: longer ones than any id are not. */
function instanceOf(given: unknown): string | undefined {
  return typeof given === 'string' && given.length <= 255 ? given : undefined;
}
