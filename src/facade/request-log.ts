import type { Request, Response } from 'express';
import type { Clock } from '../platform/clock.js';
import type { Logger } from '../platform/logger.js';
import type { HttpMeter } from './http-metrics.js';
import type { TraceSpan } from '../platform/tracing.js';
import { exchangeOf } from './request/exchange.js';

/** The caller has gone before the answer; no answer has it. */
const callerGone = 499;

/**
 * Measures the request, tells of it, and writes one line, when the answer is complete or the caller has gone; neither bodies nor the query are in
 * it.
 */
export function noteRequest(
  req: Request,
  res: Response,
  parts: {
    readonly logger: Logger;
    readonly clock: Clock;
    readonly meter: HttpMeter | undefined;
    readonly span: TraceSpan | undefined;
  },
): void {
  const { logger, clock, meter, span } = parts;
  const isLogged = logger.isLevelEnabled('info');
  if (!isLogged && meter === undefined && span === undefined) return;
  const began = clock.elapsed();
  res.once('close', () => {
    const durationMs = clock.elapsed() - began;
    const { operationId } = exchangeOf(req);
    meter?.answered(operationId, res.writableFinished ? res.statusCode : callerGone, durationMs);
    if (span !== undefined) endSpan(req, res, span);
    if (isLogged) logger.info(lineOf(req, res, Math.round(durationMs)), 'request');
  });
}

/** Of these nothing is told: probes and scrapes come without end, and a stream of events lasts for days. */
const untold: readonly (string | undefined)[] = ['getLiveness', 'getReadiness', 'getMetrics', 'streamEvents'];

/** Its path is that of the contract: ids in it would make a name of each. */
function endSpan(req: Request, res: Response, span: TraceSpan): void {
  const { operationId, route, tenantId, requestId, processInstanceId } = exchangeOf(req);
  if (untold.includes(operationId)) return;
  const { statusCode: status } = res;
  span.rename([req.method, route ?? operationId].filter(Boolean).join(' '));
  span.set({
    'http.request.method': req.method,
    'http.route': route,
    'http.response.status_code': status,
    'throughline.operation': operationId,
    'throughline.request.id': requestId,
    'throughline.tenant.id': tenantId,
    'throughline.process_instance.id': processInstanceId,
  });
  span.end(status >= 500 ? `status ${status}` : undefined);
}

function lineOf(req: Request, res: Response, durationMs: number) {
  const { requestId, traceparent, operationId, principal, tenantId, sourceAddress, processInstanceId } =
    exchangeOf(req);
  return {
    requestId,
    traceparent,
    method: req.method,
    path: req.path,
    operationId,
    actor: principal?.id,
    tenantId,
    processInstanceId,
    sourceAddress,
    status: res.statusCode,
    durationMs,
    ...(res.writableFinished ? {} : { callerGone: true }),
  };
}
