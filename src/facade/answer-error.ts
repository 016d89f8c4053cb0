import type { ErrorRequestHandler } from 'express';
import type { Logger } from '../platform/logger.js';
import type { ResponseCheck } from './bind-route.js';
import { exchangeOf } from './request/exchange.js';
import { internalError, refusalOfError } from './respond/refusal-of-error.js';
import { problemBody, sendRefusal } from './respond/send.js';

/** Answers whatever was thrown: refusals as they are, everything else as a mistake of ours, which is logged. */
export function answerError(logger: Logger, checkResponse?: ResponseCheck): ErrorRequestHandler {
  // Express knows an error handler by its four parameters.
  return (error: unknown, req, res, _next) => {
    const refusal = refusalOfError(error, req.method);
    const { requestId, operationId } = exchangeOf(req);
    if (refusal === undefined) logger.error({ err: error, requestId, operationId }, 'request failed');
    else if (refusal.code === 'service-unavailable') {
      logger.warn({ err: error, requestId, operationId }, 'request could not be served');
    }
    if (res.headersSent || res.closed) {
      res.destroy();
      return;
    }
    const problem = problemBody(req.originalUrl.split('?', 1)[0] ?? '', refusal ?? internalError);
    checkResponse?.(operationId, problem.status, problem);
    sendRefusal(res, problem, refusal?.headers);
  };
}
