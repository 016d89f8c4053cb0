import type { Request, Response } from 'express';
import type { Clock } from '../platform/clock.js';
import type { Logger } from '../platform/logger.js';
import { partsOf } from '../runtime/ids.js';
import type { HttpMeter } from './http-metrics.js';
import { exchangeOf } from './request/exchange.js';

/** The caller has gone before the answer; no answer has it. */
const callerGone = 499;

/**
 * Measures the request, and writes one line, when the answer is complete or the caller has gone; neither bodies nor the query are in
 * it.
 */
export function noteRequest(
  req: Request,
  res: Response,
  parts: { readonly logger: Logger; readonly clock: Clock; readonly meter: HttpMeter | undefined },
): void {
  const { logger, clock, meter } = parts;
  const isLogged = logger.isLevelEnabled('info');
  if (!isLogged && meter === undefined) return;
  const began = clock.elapsed();
  res.once('close', () => {
    const durationMs = clock.elapsed() - began;
    const { operationId } = exchangeOf(req);
    meter?.answered(operationId, res.writableFinished ? res.statusCode : callerGone, durationMs);
    if (isLogged) logger.info(lineOf(req, res, Math.round(durationMs)), 'request');
  });
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
    processInstanceId: processInstanceId ?? instanceOf(req.params),
    sourceAddress,
    status: res.statusCode,
    durationMs,
    ...(res.writableFinished ? {} : { callerGone: true }),
  };
}

/** Longer ones than any id are none. */
const idLengthMax = 255;

/** The instance that a path names: by its id, or by that of a job, task or incident, which begins with it. */
function instanceOf({ processInstanceId, ...others }: Request['params']): string | undefined {
  if (typeof processInstanceId === 'string')
    return processInstanceId.length <= idLengthMax ? processInstanceId : undefined;
  for (const id of Object.values(others)) {
    const parts = typeof id === 'string' && id.length <= idLengthMax ? partsOf(id) : undefined;
    if (parts !== undefined) return parts.processInstanceId;
  }
  return undefined;
}
