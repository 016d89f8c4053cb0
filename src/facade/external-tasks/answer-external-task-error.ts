import type { ErrorRequestHandler } from 'express';
import type { ProblemCode } from '../../contract/problem-codes.js';
import type { Logger } from '../../platform/logger.js';
import { exchangeOf } from '../request/exchange.js';
import type { Refusal } from '../respond/refusal.js';
import { internalError, refusalOfError } from '../respond/refusal-of-error.js';
import { problemBody, send } from '../respond/send.js';

/** Statuses that differ from our own contract: a task that has ended is not there any more, one that others hold is a bad request. */
const otherStatuses: Partial<Record<ProblemCode, number>> = { 'invalid-state': 404, 'job-not-held': 400 };

/** Answers what was thrown in the form of Camunda 7's REST interface: `{type, message, code}`. */
export function answerExternalTaskError(logger: Logger): ErrorRequestHandler {
  // Express knows an error handler by its four parameters.
  return (error: unknown, req, res, _next) => {
    const refusal = refusalOfError(error);
    if (refusal === undefined) {
      logger.error({ err: error, requestId: exchangeOf(req).requestId }, 'request failed');
    }
    if (res.headersSent || res.closed) {
      res.destroy();
      return;
    }
    const { code, detail, headers = {} }: Refusal = refusal ?? internalError;
    const { status } = problemBody(req.originalUrl, refusal ?? internalError);
    if (status === 503 || status === 429) res.setHeader('Retry-After', '1');
    for (const [name, value] of Object.entries(headers)) res.setHeader(name, value);
    const body = { type: typeOf(code, status), message: detail, code };
    send(res, otherStatuses[code] ?? status, 'application/json', JSON.stringify(body));
  };
}

function typeOf(code: ProblemCode, status: number): string {
  if (status >= 500) return 'ProcessEngineException';
  if (code === 'not-found' || code === 'invalid-state') return 'NotFoundException';
  return status === 400 ? 'InvalidRequestException' : 'RestException';
}
